"""What speaks against a reward for inviting a company."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from functions.agents.rules.referrals import (
    TRANSITIONS,
    Identity,
    ReferralStateForbids,
    State,
    check_transition,
    evidence,
    is_public,
    judged,
    plain_name,
)

INVITER = Identity(
    agent_id="A",
    name="广州甲贸易",
    credit_code="91440000AAAAAAAAAA",
    phones=frozenset({"13800000000"}),
    emails=frozenset({"a@example.com"}),
    openids=frozenset({"o-a"}),
    addresses=frozenset({"440100天河路1号"}),
    devices=frozenset({("8.8.8.8", "phone")}),
)
INVITED = Identity(
    agent_id="B",
    name="深圳乙贸易",
    credit_code="91440000BBBBBBBBBB",
    phones=frozenset({"13912345678"}),
    emails=frozenset({"b@example.com"}),
    openids=frozenset({"o-b"}),
    addresses=frozenset({"440300深南路2号"}),
    devices=frozenset({("9.9.9.9", "tablet")}),
)


def test_strangers_are_rewarded() -> None:
    assert evidence(INVITER, INVITED, []) == ()
    assert judged(()) == "rewarded"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"phones": INVITER.phones}, "same_person"),
        ({"emails": INVITER.emails}, "same_person"),
        ({"openids": INVITER.openids}, "same_person"),
        ({"credit_code": INVITER.credit_code}, "same_company"),
        ({"name": INVITER.name}, "same_company"),
    ],
)
def test_oneself_is_not_invited(changed: dict[str, object], reason: str) -> None:
    found = evidence(INVITER, replace(INVITED, **changed), [])  # type: ignore[arg-type]
    assert reason in found
    assert judged(found) == "refused"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"addresses": INVITER.addresses}, "same_address"),
        ({"phones": frozenset({"13800000999"})}, "same_phone_prefix"),
        ({"devices": INVITER.devices}, "same_device"),
        ({"devices": frozenset({("8.8.8.8", "tablet")})}, "same_ip"),
    ],
)
def test_doubts_are_for_a_person(changed: dict[str, object], reason: str) -> None:
    found = evidence(INVITER, replace(INVITED, **changed), [])  # type: ignore[arg-type]
    assert found == (reason,)
    assert judged(found) == "held"


def test_nobody_comes_round_again() -> None:
    again = replace(INVITED, agent_id="C", credit_code="91440000CCCCCCCCCC")
    assert evidence(INVITER, INVITED, [again]) == ("ring",)
    assert evidence(INVITER, INVITED, [replace(INVITER, agent_id="B")]) == ("ring",)
    assert evidence(INVITER, INVITED, [replace(INVITER, agent_id="D")]) == ()


def test_what_is_empty_is_not_the_same() -> None:
    nothing = Identity("A", ""), Identity("B", "")
    assert evidence(*nothing, []) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广州 甲贸易 有限公司", "广州甲贸易有限责任公司"),
        ("ABC（中国）公司", "abc(中国)股份有限公司"),
    ],
)
def test_names_are_compared_without_their_legal_form(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other) != ""


def test_private_networks_tell_nothing() -> None:
    assert [is_public(ip) for ip in ("127.0.0.1", "10.1.2.3", "", "nonsense", "8.8.8.8")] == [
        False,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(("present", "wanted"), [*product(get_args(State), repeat=2)])
def test_what_is_not_listed_is_refused(present: State, wanted: State) -> None:
    if wanted in TRANSITIONS[present]:
        check_transition(present, wanted)
    else:
        with pytest.raises(ReferralStateForbids):
            check_transition(present, wanted)
