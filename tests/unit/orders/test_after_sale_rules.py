"""After-sales move only along their table; what goes back for returned goods is exact to the fen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.orders import rules
from functions.orders.rules import AfterSale, AfterSaleState, Claim, Happening, Line, Order, Progress
from functions.orders.table import after_sales
from kit.errors import KeyReused
from tests.kit.orders import FIRST, SECOND, THIRD, order
from tests.kit.people import AGENT, USER

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MOVES = {
    ("applied", "approved"),
    ("applied", "rejected"),
    ("applied", "cancelled"),
    ("approved", "refunding"),
    ("approved", "awaiting_return"),
    ("awaiting_return", "return_shipped"),
    ("awaiting_return", "cancelled"),
    ("return_shipped", "received"),
    ("return_shipped", "disputed"),
    ("received", "refunding"),
    ("disputed", "refunding"),
    ("disputed", "rejected"),
    ("refunding", "refunded"),
    ("refunding", "approved"),
    ("refunding", "received"),
    ("refunding", "disputed"),
}
STATES: tuple[AfterSaleState, ...] = get_args(AfterSaleState)


def case(**changed: Any) -> AfterSale:
    """Two pieces of the first goods and one of the second, claimed a moment ago."""
    plain = AfterSale(
        after_sale_id="0RDER000000000000000000000-CASE000001",
        agent_id=AGENT,
        order_id="0RDER000000000000000000000",
        order_no="20261122-0RDER000",
        kind="return",
        state="applied",
        applied_at="2026-11-22T02:00:00Z",
        version=1,
        created_by=USER,
        tier="gold",
        region_code="440305",
        title="高山云雾茶 250g",
        image="",
        lines=(Claim(FIRST, 1, 2), Claim(SECOND, 1, 1)),
        asked_fen=300,
        reason="quality",
        description="",
        pictures=(),
        fingerprint="FINGERPRINT00000",
        history=(Happening("2026-11-22T02:00:00Z", "applied", USER, "申请退货退款", "KEY1:PRINT1"),),
    )
    return replace(plain, **changed)


def shipped(*lines: Line, **changed: Any) -> Order:
    progress = tuple(Progress(shipped=line.quantity) for line in lines)
    return order(*lines, **{"state": "shipped", "progress": progress} | changed)


@pytest.mark.parametrize(("earlier", "later"), list(product(STATES, STATES)))
def test_every_pair_is_allowed_or_forbidden_as_written(
    earlier: AfterSaleState, later: AfterSaleState
) -> None:
    if (earlier, later) in MOVES:
        rules.check_step(earlier, later)
    else:
        with pytest.raises(rules.AfterSaleStateForbids):
            rules.check_step(earlier, later)


def test_what_has_ended_stays_ended_and_every_open_state_has_a_way_on() -> None:
    assert set(rules.AFTER_SALE) == set(STATES)
    assert {state for state in STATES if not rules.AFTER_SALE[state]} == rules.ENDED
    for state, actions in rules.AFTER_SALE_ACTIONS.items():
        assert state not in rules.ENDED
        assert not ("cancel" in actions and "cancelled" not in rules.AFTER_SALE[state])


# What may be claimed


def test_pieces_that_left_and_are_free_may_be_claimed() -> None:
    bought = order(
        *(Line(sku_id, 1, 10, 100) for sku_id in (FIRST, SECOND, THIRD)),
        state="part_shipped",
        progress=(Progress(shipped=8, decided=3, returned=2), Progress(shipped=4, cancelled=6), Progress()),
        claims={"A": {FIRST: 1, SECOND: 1}, "B": {SECOND: 3}, "C": {}},
    )
    assert bought.claimed == {FIRST: 1, SECOND: 4}
    assert bought.claimable == {FIRST: 5}
    assert rules.check_claim(bought, {FIRST: 5}, 0, NOW) == 500
    for wanted, error in (
        ({FIRST: 6}, rules.MoreThanClaimable),
        ({SECOND: 1}, rules.MoreThanClaimable),
        ({"SKX0000009": 1}, rules.NotInOrder),
    ):
        with pytest.raises(error):
            rules.check_claim(bought, wanted, 0, NOW)
    with pytest.raises(rules.TooManyAfterSales):
        rules.check_claim(bought, {FIRST: 1}, rules.MOST_AFTER_SALES, NOW)


@pytest.mark.parametrize(
    ("changed", "taken"),
    [
        ({"state": "to_ship"}, False),
        ({"state": "part_shipped"}, True),
        ({"state": "shipped"}, True),
        ({"state": "closed"}, False),
        ({"state": "completed"}, False),
        ({"state": "completed", "after_sale_until": "2026-11-22T02:00:00Z"}, False),
        ({"state": "completed", "after_sale_until": "2026-11-22T02:00:01Z"}, True),
    ],
)
def test_goods_are_claimed_from_their_leaving_until_the_window_closes(
    changed: dict[str, Any], taken: bool
) -> None:
    bought = shipped(Line(FIRST, 1, 1, 100), **changed)
    assert rules.takes_claims(bought, NOW) is taken
    assert ("after_sale" in rules.actions(bought, NOW)) is taken


def test_an_open_after_sale_keeps_the_order_from_completion() -> None:
    bought = shipped(Line(FIRST, 1, 1, 100), claims={"A": {}})
    assert "receive" not in rules.actions(bought, NOW)
    with pytest.raises(rules.AfterSaleOpen):
        rules.check_nothing_open(bought)


# Money


@given(
    quantity=st.integers(1, 30),
    price=st.integers(1, 5_000),
    discount=st.integers(0, 100),
    steps=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 100), st.booleans()), max_size=8),
)
def test_returns_and_what_is_kept_are_exactly_the_price(
    quantity: int, price: int, discount: int, steps: list[tuple[int, int, bool]]
) -> None:
    line = Line(FIRST, 1, quantity, price, quantity * price * discount // 101)
    bought = shipped(line)
    paid_back = 0
    for wanted, percent, succeeds in [*steps, (quantity, 100, True)]:
        pieces = min(wanted, quantity - bought.progress[0].decided)
        if pieces == 0:
            break
        whole = sum(rules.exact_share(bought, {FIRST: pieces}).values())
        lowered = whole * percent // 100
        if lowered == 0:
            continue
        plan = rules.plan_return(bought, {FIRST: pieces}, lowered, freight=False)
        assert plan.amount_fen == lowered
        _, decided = rules.after_refund_decided(bought, plan)
        bought = replace(bought, progress=tuple(decided))
        bought = replace(bought, progress=tuple(rules.after_refund_settled(bought, plan, succeeds)))
        paid_back += lowered if succeeds else 0
    known = bought.progress[0]
    assert paid_back == known.refunded_fen == known.decided_fen
    assert known.decided == known.returned
    assert known.cancelled == 0
    if known.decided == quantity:
        assert paid_back + known.kept_fen == line.net_fen


def test_a_return_takes_pieces_that_left_and_a_refund_those_that_did_not() -> None:
    bought = order(Line(FIRST, 1, 10, 100), state="part_shipped", progress=(Progress(shipped=4),))
    back = rules.plan_return(bought, {FIRST: 2}, None, freight=False)
    assert (back.lines[0].cancelled, back.lines[0].returned) == (0, 2)
    _, progress = rules.after_refund_decided(bought, back)
    bought = replace(bought, progress=tuple(progress))
    plan = rules.plan_refund(bought, {FIRST: 3}, freight=False)
    assert (plan.lines[0].cancelled, plan.lines[0].returned) == (3, 0)
    _, progress = rules.after_refund_decided(bought, plan)
    bought = replace(bought, progress=tuple(progress))
    bought = replace(bought, progress=tuple(rules.after_refund_settled(bought, plan, succeeded=False)))
    again = rules.plan_refund(bought, {FIRST: 4}, freight=False)
    assert (again.lines[0].cancelled, again.lines[0].returned) == (1, 0)
    rest = rules.plan_refund(bought, None, freight=False)
    assert (rest.amount_fen, rest.lines[0].cancelled, rest.lines[0].returned) == (800, 3, 2)


def test_a_refund_leaves_claimed_pieces_alone() -> None:
    bought = shipped(Line(FIRST, 1, 3, 100), Line(SECOND, 1, 1, 50), claims={"A": {FIRST: 2}})
    assert [(one.sku_id, one.quantity) for one in rules.plan_refund(bought, None, False).lines] == [
        (FIRST, 1),
        (SECOND, 1),
    ]
    with pytest.raises(rules.MoreThanBought):
        rules.plan_refund(bought, {FIRST: 2}, False)


def test_what_was_promised_is_the_most_for_what_was_accepted() -> None:
    bought = shipped(Line(FIRST, 1, 2, 100), Line(SECOND, 1, 1, 100), freight_fen=30)
    asked = case(promised_fen=250, freight=True)
    assert rules.plan_promised(bought, asked).amount_fen == 280
    partly = replace(asked, lines=rules.accepted(asked, {FIRST: (1, True)}))
    assert partly.pieces_to_refund == {FIRST: 1}
    assert [line.restocked for line in partly.lines] == [1, 0]
    assert rules.plan_promised(bought, partly).amount_fen == 130
    with pytest.raises(rules.AmountTooHigh) as refused:
        rules.plan_return(bought, {FIRST: 1}, 101, freight=False)
    assert refused.value.data == {"most_fen": 100}


def test_claims_promised_in_full_at_once_return_exactly_the_price() -> None:
    """Each was rounded for itself when it was promised; together nothing is lost or won."""
    bought = shipped(Line(FIRST, 1, 3, 100, 200))
    each = sum(rules.exact_share(bought, {FIRST: 1}).values())
    promised = case(lines=(Claim(FIRST, 1, 1, accepted=1),), promised_fen=each, in_full=True)
    returned = []
    for _ in range(3):
        plan = rules.plan_promised(bought, promised)
        _, decided = rules.after_refund_decided(bought, plan)
        bought = replace(bought, progress=tuple(decided))
        returned.append(plan.amount_fen)
    assert (each, sum(returned), bought.progress[0].kept_fen) == (33, 100, 0)


def test_a_lower_amount_needs_a_reason() -> None:
    rules.check_lower(100, 100, None)
    rules.check_lower(100, 99, "包装已拆")
    with pytest.raises(rules.LowerAmountUnexplained):
        rules.check_lower(100, 99, None)


# Decisions


def test_only_claimed_pieces_are_accepted() -> None:
    for taken, error in (
        ({FIRST: (3, True)}, rules.MoreThanClaimed),
        ({THIRD: (1, True)}, rules.NotInOrder),
        ({FIRST: (0, True)}, rules.NothingAccepted),
        ({}, rules.NothingAccepted),
    ):
        with pytest.raises(error):
            rules.accepted(case(), taken)
    assert [line.restocked for line in rules.restocked(case(), {SECOND: 1})] == [0, 1]
    with pytest.raises(rules.MoreThanClaimed):
        rules.restocked(case(), {SECOND: 2})


def test_a_command_is_known_by_its_key_and_what_it_said() -> None:
    assert rules.is_repeated(case(), "KEY1:PRINT1")
    assert not rules.is_repeated(case(), "KEY2:PRINT1")
    with pytest.raises(KeyReused):
        rules.is_repeated(case(), "KEY1:PRINT2")


def test_who_saw_an_older_version_decides_nothing() -> None:
    rules.check_version(case(), 1)
    with pytest.raises(rules.AfterSaleChanged):
        rules.check_version(case(version=3), 1)


def test_better_tiers_wait_less() -> None:
    assert rules.due_in("gold", 48, {"gold": 12}) == timedelta(hours=12)
    assert rules.due_in("standard", 48, {"gold": 12}) == timedelta(hours=48)


def test_an_after_sale_comes_back_from_its_row_unchanged() -> None:
    sent = case(
        return_to=rules.ReturnTo("仓库", "0755-88886666", "仓储路 8 号"),
        pictures=("agents/a/after_sale/1.png",),
        lines=(Claim(FIRST, 1, 2, accepted=1, restocked=1),),
        due_at="2026-11-24T02:00:00Z",
        promised_fen=300,
        in_full=True,
    )
    for one in (case(), sent):
        assert after_sales.unpack(after_sales.pack(one)) == one
