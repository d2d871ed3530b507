"""Companies' states and what each of them opens."""

from itertools import product
from typing import get_args

import pytest

from functions.agents import rules
from functions.agents.operations import facts_of
from functions.agents.rules import Actor, Feature, Purpose, State
from kit import files

STATES: tuple[State, ...] = get_args(State)
FEATURES: tuple[Feature, ...] = get_args(Feature)
ALLOWED = {
    ("code_sent", "pending_review"): {"agent"},
    ("pending_review", "active"): {"reviewer"},
    ("pending_review", "rejected"): {"reviewer"},
    ("pending_review", "need_info"): {"reviewer"},
    ("need_info", "pending_review"): {"agent"},
    ("rejected", "pending_review"): {"agent"},
    ("active", "suspended"): {"staff"},
    ("suspended", "active"): {"staff"},
    ("active", "blocked"): {"staff"},
    ("suspended", "blocked"): {"staff"},
    ("blocked", "active"): {"staff"},
    ("blocked", "suspended"): {"staff"},
    ("blocked", "closed"): {"staff"},
} | {
    (state, "closed"): {"agent", "staff"}
    for state in ("pending_review", "need_info", "rejected", "active", "suspended")
}


@pytest.mark.parametrize(("present", "wanted", "actor"), list(product(STATES, STATES, get_args(Actor))))
def test_only_listed_steps_by_the_listed_actor_are_allowed(
    present: State, wanted: State, actor: Actor
) -> None:
    if actor in ALLOWED.get((present, wanted), set()):
        rules.check_transition(present, wanted, actor)
    else:
        with pytest.raises(rules.StateForbids) as refused:
            rules.check_transition(present, wanted, actor)
        assert refused.value.data == {"state": present}


@pytest.mark.parametrize(
    ("state", "opened"),
    [
        ("code_sent", {"browse"}),
        ("pending_review", {"browse"}),
        ("need_info", {"browse"}),
        ("rejected", {"browse"}),
        ("active", set(FEATURES)),
        ("suspended", {"browse", "prices", "pay", "track"}),
        ("blocked", set()),
        ("closed", set()),
    ],
)
def test_each_state_opens_what_the_table_says_and_no_more(state: State, opened: set[Feature]) -> None:
    for feature in FEATURES:
        assert rules.is_open(feature, state) == (feature in opened)
        if feature in opened:
            rules.check_open(feature, state)
        else:
            with pytest.raises(rules.CompanyNotActive):
                rules.check_open(feature, state)


def test_every_state_is_in_the_tables() -> None:
    assert set(rules.OPEN) == set(STATES)


@pytest.mark.parametrize("state", ["active", "suspended", "blocked"])
def test_reviewed_fields_are_locked_once_approved(state: State) -> None:
    rules.check_own_edit(state, {"contact_name", "phone", "email"})
    with pytest.raises(rules.ReviewedFieldLocked) as refused:
        rules.check_own_edit(state, {"phone", "name", "credit_code"})
    assert refused.value.data == {"fields": ["credit_code", "name"]}


@pytest.mark.parametrize("state", ["pending_review", "need_info", "rejected"])
def test_everything_may_be_edited_during_review(state: State) -> None:
    rules.check_own_edit(state, rules.REVIEWED_FIELDS)


@pytest.mark.parametrize(
    ("scope", "region", "covered"),
    [
        ([], None, True),
        ([], "440106", True),
        (["440000"], "440106", True),
        (["440000"], "450106", False),
        (["440100"], "440106", True),
        (["440100"], "440306", False),
        (["440106"], "440106", True),
        (["440106"], "440105", False),
        (["450000", "440300"], "440306", True),
        (["440000"], None, False),
    ],
)
def test_a_region_covers_the_places_within_it(scope: list[str], region: str | None, covered: bool) -> None:
    assert rules.covers(scope, region) == covered


COMPANY = rules.Description("A1", "gold", "440106", "S1")


@pytest.mark.parametrize(
    ("agent_ids", "tiers", "regions", "salespeople", "held"),
    [
        ((), (), (), (), False),
        (("A1",), (), (), (), True),
        (("A1",), ("silver",), (), (), True),
        (("A2",), (), (), (), False),
        ((), ("gold",), (), (), True),
        ((), ("silver", "gold"), ("440000",), (), True),
        ((), ("gold",), ("450000",), (), False),
        ((), (), ("440100",), ("S1", "S2"), True),
        ((), (), (), ("S2",), False),
    ],
)
def test_a_segment_holds_whom_it_names_and_whoever_meets_every_criterion(
    agent_ids: tuple[str, ...],
    tiers: tuple[str, ...],
    regions: tuple[str, ...],
    salespeople: tuple[str, ...],
    held: bool,
) -> None:
    assert rules.in_segment(COMPANY, agent_ids, tiers, regions, salespeople) == held


def test_spellings_of_one_name_are_the_same() -> None:
    assert rules.same_name("杭州ABC贸易(有限)公司") == rules.same_name("杭州abc 贸易（有限）公司")


@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_each_purpose_has_its_types_and_size(purpose: Purpose) -> None:
    types, most_bytes = rules.UPLOADS[purpose]
    for content_type in files.EXTENSIONS:
        if content_type in types:
            rules.check_upload(purpose, content_type, most_bytes)
            with pytest.raises(rules.UploadRefused):
                rules.check_upload(purpose, content_type, most_bytes + 1)
        else:
            with pytest.raises(rules.UploadRefused):
                rules.check_upload(purpose, content_type, 1)


@pytest.mark.parametrize("code", ["gold", "vip_2", "a1"])
def test_tier_codes(code: str) -> None:
    rules.check_tier_code(code)


@pytest.mark.parametrize("code", ["", "a", "Gold", "1st", "a" * 21, "a#b", "金牌"])
def test_what_is_no_tier_code_is_refused(code: str) -> None:
    with pytest.raises(rules.TierUnknown):
        rules.check_tier_code(code)


ROW = {
    "pk": "AGENT#A",
    "sk": "COMPANY",
    "agent_id": "A",
    "name": "甲贸易",
    "tier": "standard",
    "state_since": "2026-11-22T02:00:00Z",
    "version": 2,
    "reason": "资料不全",
}


@pytest.mark.parametrize(
    ("old", "new", "announced"),
    [
        (None, "pending_review", "ApplicationSubmitted"),
        ("need_info", "pending_review", "ApplicationSubmitted"),
        ("pending_review", "active", "ApplicationApproved"),
        ("pending_review", "rejected", "ApplicationRejected"),
        ("pending_review", "need_info", "InformationRequested"),
        ("active", "suspended", "CompanyStateChanged"),
        ("suspended", "active", "CompanyStateChanged"),
        ("active", "closed", "CompanyStateChanged"),
    ],
)
def test_each_step_announces_its_fact(old: str | None, new: str, announced: str) -> None:
    before = None if old is None else ROW | {"state": old, "version": 1}
    (fact,) = facts_of(before, ROW | {"state": new})
    assert type(fact).__name__ == announced
    assert fact.occurred_at == ROW["state_since"]
    (again,) = facts_of(before, ROW | {"state": new})
    assert again == fact


def test_other_changes_announce_nothing_but_a_new_tier() -> None:
    before = ROW | {"state": "active", "version": 1}
    assert list(facts_of(before, ROW | {"state": "active", "phone": "1"})) == []
    assert list(facts_of(None, ROW | {"sk": "USER#1", "state": "active"})) == []
    assert list(facts_of(before, None)) == []
    (fact,) = facts_of(before, ROW | {"state": "active", "tier": "gold"})
    assert (fact.old_tier, fact.new_tier) == ("standard", "gold")  # type: ignore[attr-defined]
