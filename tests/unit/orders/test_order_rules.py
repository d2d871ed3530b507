"""Orders move only along their table; shipments and refunds stay within what was bought, to the fen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.orders import rules
from functions.orders.rules import Line, Order, Progress, State
from functions.settings.schemas import OrderSettings, TierReview
from tests.kit.orders import FIRST, SECOND, THIRD, order, terms
from tests.kit.people import USER

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MOVES = {
    ("pending_payment", "pending_review"),
    ("pending_payment", "to_ship"),
    ("pending_payment", "closed"),
    ("pending_review", "to_ship"),
    ("pending_review", "closed"),
    ("to_ship", "part_shipped"),
    ("to_ship", "shipped"),
    ("to_ship", "closed"),
    ("part_shipped", "part_shipped"),
    ("part_shipped", "shipped"),
    ("shipped", "completed"),
}
STATES: tuple[State, ...] = get_args(State)


@pytest.mark.parametrize(("earlier", "later"), list(product(STATES, STATES)))
def test_every_pair_is_allowed_or_forbidden_as_written(earlier: State, later: State) -> None:
    if (earlier, later) in MOVES:
        rules.check_move(earlier, later)
        assert earlier in rules.before(later)
    else:
        with pytest.raises(rules.OrderStateForbids):
            rules.check_move(earlier, later)
        assert earlier not in rules.before(later)


def test_every_state_has_a_tab_and_actions() -> None:
    assert set(rules.TABS) == set(rules.ACTIONS) == set(rules.ORDER) == set(STATES)


def test_a_closed_order_is_never_paid_again() -> None:
    assert rules.ORDER["closed"] == frozenset()


# Money


def test_the_order_number_is_the_day_in_shanghai_and_the_first_letters() -> None:
    assert order(Line(FIRST, 1, 1, 1), placed_at="2026-11-22T16:30:00Z").order_no == "20261123-0RDER000"


GOLD_FROM_50 = (TierReview(tier="gold", from_fen=50), TierReview(tier="vip", from_fen=None))


@pytest.mark.parametrize(
    ("total", "limits", "tier", "agreed", "review"),
    [
        (100, {}, "gold", None, False),
        (100, {"review_from_fen": 100}, "gold", None, True),
        (99, {"review_from_fen": 100}, "gold", None, False),
        (100, {"review_from_fen": 100}, "gold", 100, False),
        (101, {"review_from_fen": 100}, "gold", 100, True),
        (101, {}, "gold", 100, True),
        (50, {"review_from_fen": 100, "review_tiers": GOLD_FROM_50}, "gold", None, True),
        (49, {"review_from_fen": 10, "review_tiers": GOLD_FROM_50}, "gold", None, False),
        (50, {"review_from_fen": 100, "review_tiers": GOLD_FROM_50}, "standard", None, False),
        (999, {"review_from_fen": 100, "review_tiers": GOLD_FROM_50}, "vip", None, False),
        (50, {"review_tiers": GOLD_FROM_50}, "gold", 100, False),
    ],
)
def test_who_needs_a_reviewer(
    total: int, limits: dict[str, Any], tier: str, agreed: int | None, review: bool
) -> None:
    bought = order(Line(FIRST, 1, 1, total))
    assert rules.needs_review(bought, OrderSettings(**limits), tier, agreed, False) is review


@pytest.mark.parametrize("agreed", [None, 1_000])
def test_first_orders_and_new_prices_are_reviewed_whatever_they_cost(agreed: int | None) -> None:
    bought, limits = order(Line(FIRST, 1, 1, 1)), OrderSettings(review_first_order=True)
    assert rules.needs_review(bought, limits, "gold", agreed, True)
    assert not rules.needs_review(bought, limits, "gold", agreed, False)
    changed = replace(bought, price_changes=1)
    assert rules.needs_review(changed, limits, "gold", agreed, False)
    assert not rules.needs_review(changed, OrderSettings(review_repriced=False), "gold", agreed, True)


def test_each_tier_has_one_amount() -> None:
    with pytest.raises(ValidationError):
        OrderSettings(review_tiers=(GOLD_FROM_50[0], GOLD_FROM_50[0]))


@pytest.mark.parametrize(
    ("method", "on_behalf", "wait"),
    [
        ("wechat", False, timedelta(minutes=30)),
        ("bank_transfer", False, timedelta(days=3)),
        ("wechat", True, timedelta(hours=24)),
        ("bank_transfer", True, timedelta(days=3)),
    ],
)
def test_deadlines(method: rules.Method, on_behalf: bool, wait: timedelta) -> None:
    assert rules.deadline(method, OrderSettings(), on_behalf, NOW) == NOW + wait


def test_who_placed_an_order_may_not_review_it() -> None:
    with pytest.raises(rules.OwnOrder):
        rules.check_reviewer(order(Line(FIRST, 1, 1, 1)), USER)
    rules.check_reviewer(order(Line(FIRST, 1, 1, 1)), "somebody else")
    with pytest.raises(rules.OwnOrder):
        rules.check_reviewer(order(Line(FIRST, 1, 1, 1), repriced_by="CLERK"), "CLERK")


def test_an_order_can_be_paid_until_its_deadline() -> None:
    unpaid = order(Line(FIRST, 1, 1, 1), state="pending_payment", due_at="2026-11-22T02:00:00Z")
    rules.check_payable(unpaid, NOW - timedelta(seconds=1))
    assert rules.actions(unpaid, NOW - timedelta(seconds=1)) == ("pay", "cancel")
    assert rules.actions(unpaid, NOW) == ("cancel",)
    with pytest.raises(rules.DeadlinePassed):
        rules.check_payable(unpaid, NOW)
    with pytest.raises(rules.OrderStateForbids):
        rules.check_payable(replace(unpaid, state="closed"), NOW)


# Shipping


def three_lines(**changed: object) -> Order:
    return order(Line(FIRST, 1, 10, 100), Line(SECOND, 1, 4, 250), Line(THIRD, 1, 1, 999), **changed)


def test_parcels_take_what_is_open_and_nothing_more() -> None:
    bought = three_lines()
    assert rules.after_shipment(bought, {FIRST: 10, SECOND: 3}) == ("part_shipped", [10, 3, 0])
    sent = replace(bought, state="part_shipped", progress=(Progress(10), Progress(3), Progress(0)))
    assert sent.open_quantities == {SECOND: 1, THIRD: 1}
    rules.check_shipment(sent, sent.open_quantities, 1)
    assert rules.after_shipment(sent, sent.open_quantities) == ("shipped", [10, 4, 1])
    with pytest.raises(rules.MoreThanOpen, check=lambda error: error.data["open_quantity"] == 1):
        rules.check_shipment(sent, {SECOND: 2}, 1)
    with pytest.raises(rules.MoreThanOpen):
        rules.check_shipment(sent, {FIRST: 1}, 1)
    with pytest.raises(rules.NotInOrder):
        rules.check_shipment(sent, {"SKX0000009": 1}, 1)


@pytest.mark.parametrize("state", ["pending_payment", "pending_review", "shipped", "completed", "closed"])
def test_nothing_leaves_in_other_states(state: State) -> None:
    with pytest.raises(rules.OrderStateForbids):
        rules.check_shipment(three_lines(state=state), {FIRST: 1}, 0)


def test_limits_of_parcels() -> None:
    with pytest.raises(rules.TooManyParcels):
        rules.check_shipment(three_lines(), {FIRST: 1}, rules.MOST_PARCELS)
    with pytest.raises(rules.TooManyInParcel):
        rules.check_shipment(three_lines(), {f"SKX00000{n:02d}": 1 for n in range(46)}, 0)


def test_goods_count_as_received_after_signing_or_at_the_latest_after_shipping() -> None:
    assert rules.receipt_due(NOW, None, 15, 7) == NOW + timedelta(days=15)
    assert rules.receipt_due(NOW, NOW + timedelta(days=2), 15, 7) == NOW + timedelta(days=9)
    assert rules.receipt_due(NOW, NOW + timedelta(days=14), 15, 7) == NOW + timedelta(days=15)


# Refunds


def test_a_full_refund_is_everything_with_freight() -> None:
    bought = three_lines(freight_fen=800)
    plan = rules.plan_refund(bought, None, freight=False)
    assert plan.amount_fen == bought.total_fen == 3799
    assert [(line.quantity, line.cancelled) for line in plan.lines] == [(10, 10), (4, 4), (1, 1)]
    state, progress = rules.after_refund_decided(bought, plan)
    assert state == "closed"
    with pytest.raises(rules.NothingToRefund):
        rules.plan_refund(replace(bought, progress=tuple(progress), decided_freight_fen=800), None, False)


def test_a_refund_of_what_is_open_ends_shipping() -> None:
    sent = three_lines(state="part_shipped", progress=(Progress(10), Progress(4), Progress(0)))
    state, progress = rules.after_refund_decided(sent, rules.plan_refund(sent, {THIRD: 1}, False))
    assert (state, progress[2].cancelled) == ("shipped", 1)


def test_pieces_not_yet_shipped_go_first() -> None:
    sent = order(Line(FIRST, 1, 10, 100), state="part_shipped", progress=(Progress(shipped=7),))
    assert rules.plan_refund(sent, {FIRST: 2}, False).lines[0].cancelled == 2
    assert rules.plan_refund(sent, {FIRST: 5}, False).lines[0].cancelled == 3
    shipped = replace(sent, state="shipped", progress=(Progress(shipped=10),))
    assert rules.plan_refund(shipped, {FIRST: 5}, False).lines[0].cancelled == 0


def test_freight_goes_back_once() -> None:
    bought = three_lines(freight_fen=800)
    assert rules.plan_refund(bought, {FIRST: 1}, freight=True).amount_fen == 900
    assert rules.plan_refund(replace(bought, decided_freight_fen=800), {FIRST: 1}, True).amount_fen == 100


@pytest.mark.parametrize("state", ["pending_payment", "pending_review", "closed"])
def test_no_refund_in_other_states(state: State) -> None:
    with pytest.raises(rules.OrderStateForbids):
        rules.plan_refund(three_lines(state=state), None, False)


def test_never_more_pieces_than_were_bought() -> None:
    with pytest.raises(rules.MoreThanBought, check=lambda error: error.data["left_quantity"] == 4):
        rules.plan_refund(three_lines(), {SECOND: 5}, False)
    with pytest.raises(rules.NotInOrder):
        rules.plan_refund(three_lines(), {"SKX0000009": 1}, False)


def test_pieces_that_cost_nothing_are_taken_off_until_they_left() -> None:
    free = order(Line(FIRST, 1, 10, 0), progress=(Progress(shipped=0),), state="to_ship")
    plan = rules.plan_refund(free, None, False)
    assert (plan.amount_fen, rules.cancelled_pieces(plan)) == (0, {FIRST: 10})
    assert rules.after_refund_decided(free, plan)[0] == "closed"
    left = order(Line(FIRST, 1, 10, 0), progress=(Progress(shipped=10),), state="shipped")
    with pytest.raises(rules.NothingToRefund):
        rules.plan_refund(left, None, False)


@given(
    quantity=st.integers(1, 500),
    price=st.integers(1, 99_999),
    discount=st.integers(0, 100),
    steps=st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=30),
)
def test_refunds_of_a_line_are_exactly_what_it_cost_whatever_fails_between(
    quantity: int, price: int, discount: int, steps: list[tuple[int, bool]]
) -> None:
    line = Line(FIRST, 1, quantity, price, quantity * price * discount // 101)
    bought = order(line, state="shipped", progress=(Progress(shipped=quantity),))
    paid_back = 0
    for wanted, succeeds in [*steps, (quantity, True)]:
        pieces = min(wanted, quantity - bought.progress[0].decided)
        if pieces == 0:
            break
        try:
            plan = rules.plan_refund(bought, {FIRST: pieces}, False)
        except rules.NothingToRefund:
            continue
        _, decided = rules.after_refund_decided(bought, plan)
        bought = replace(bought, progress=tuple(decided))
        settled = rules.after_refund_settled(bought, plan, succeeds)
        bought = replace(bought, progress=tuple(settled))
        paid_back += plan.amount_fen if succeeds else 0
        assert plan.amount_fen > 0
        assert paid_back == bought.progress[0].refunded_fen <= line.net_fen
    if bought.progress[0].decided == quantity:
        assert paid_back == line.net_fen


def test_a_failed_refund_leaves_pieces_cancelled_and_refundable() -> None:
    bought = order(Line(FIRST, 1, 4, 100), Line(SECOND, 1, 1, 100))
    plan = rules.plan_refund(bought, {FIRST: 4}, False)
    _, progress = rules.after_refund_decided(bought, plan)
    bought = replace(bought, progress=tuple(progress))
    bought = replace(bought, progress=tuple(rules.after_refund_settled(bought, plan, succeeded=False)))
    assert bought.open_quantities == {SECOND: 1}
    again = rules.plan_refund(bought, {FIRST: 4}, False)
    assert (again.amount_fen, again.lines[0].cancelled) == (400, 0)


# Tracking


@pytest.mark.parametrize(
    ("number", "state"),
    [
        ("0", "in_transit"),
        ("3", "signed"),
        ("301", "signed"),
        ("14", "problem"),
        ("5", "delivering"),
        ("99", "in_transit"),
    ],
)
def test_states_of_parcels(number: str, state: rules.TrackState) -> None:
    assert rules.track_state(number) == state


def test_carriers() -> None:
    assert rules.carrier("sf").kuaidi100 == "shunfeng"
    with pytest.raises(rules.CarrierUnknown):
        rules.carrier("pigeon")


def test_terms_add_up() -> None:
    assert terms(goods_fen=1000, promotion_fen=100, coupon_fen=50, freight_fen=8).total_fen == 858


@pytest.mark.parametrize(
    ("state", "since"),
    [
        ("pending_payment", "placed"),
        ("pending_review", "paid"),
        ("to_ship", "approved"),
        ("part_shipped", "shipped"),
        ("shipped", "shipped"),
        ("completed", "completed"),
        ("closed", "closed"),
    ],
)
def test_an_order_knows_since_when_it_is_in_its_state(state: State, since: str) -> None:
    instants = {
        f"{name}_at": name for name in ("placed", "paid", "approved", "shipped", "completed", "closed")
    }
    assert order(state=state, **instants).state_since == since


@pytest.mark.parametrize(
    ("state", "instants", "since"),
    [
        ("pending_review", {}, "placed"),  # on credit nothing was paid
        ("to_ship", {"paid_at": "paid"}, "paid"),  # nobody had to approve it
        ("to_ship", {}, "placed"),
    ],
)
def test_what_did_not_happen_is_not_waited_from(state: State, instants: dict[str, str], since: str) -> None:
    assert order(state=state, placed_at="placed", **instants).state_since == since
