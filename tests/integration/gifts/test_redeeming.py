"""One transaction takes points and stock: never twice, never too much, and everything comes back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.agents.rules import AddressNotFound, CompanyNotActive
from functions.gifts import operations
from functions.gifts.rules.gifts import (
    GiftChanged,
    GiftNotFound,
    GiftOutOfStock,
    LimitReached,
    TierTooLow,
)
from functions.gifts.rules.redemptions import RedemptionNotFound, RedemptionStepNotAllowed
from functions.gifts.schemas import EditGift, MoveGift
from functions.gifts.table import gifts
from functions.points import operations as points
from functions.points.rules.ledger import NotEnoughPoints
from kit import clock, transaction
from kit.errors import Conflict, Invalid, KeyReused, Stale
from kit.pages import PageQuery
from tests.integration.gifts.conftest import ADDRESS, STAFF, dealer, gift, redeem, spendable, stock
from tests.kit import faults
from tests.kit.companies import company
from tests.kit.people import OTHER_AGENT


def parallel(attempt, times=16):
    """Try so often at once; failures are told by name."""

    def guarded(number):
        try:
            attempt(number)
        except Conflict as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(16) as people:
        return list(people.map(guarded, range(times)))


def test_points_and_stock_are_taken_and_the_redemption_waits_for_review(agent):
    mug = gift()
    redemption = redeem(agent, mug, quantity=2)
    assert (redemption.state, redemption.points, redemption.actions) == (
        "pending_review",
        200,
        ["cancellation"],
    )
    assert redemption.address.text == "天河路 1 号 2 栋"
    assert (spendable(agent), stock(mug)) == (800, 8)
    (entry, _) = points.overview(agent, clock.now()).entries
    assert (entry.kind, entry.title, entry.source_id) == (
        "spent",
        "兑换礼品：马克杯",
        redemption.redemption_id,
    )


def test_it_is_one_write(agent):
    mug = gift()
    with faults.injected("TransactWriteItems") as calls:
        redeem(agent, mug)
    assert len(calls) == 1


def test_the_same_key_is_one_redemption_whatever_the_network_does(agent, at):
    mug = gift()
    first = redeem(agent, mug)
    at.advance(minutes=5)
    assert redeem(agent, mug) == first
    with pytest.raises(KeyReused):
        redeem(agent, mug, quantity=2)
    assert parallel(lambda _: redeem(agent, mug)) == ["done"] * 16
    assert (spendable(agent), stock(mug)) == (900, 9)


def test_sixteen_parallel_redemptions_of_points_for_five_make_exactly_five(tables, at):
    agent = dealer(points_held=500)
    mug = gift(stock=100)
    results = parallel(lambda number: redeem(agent, mug, key=f"key-{number:05d}"))
    assert results.count("done") == 5
    assert set(results) == {"done", "NotEnoughPoints"}
    assert (spendable(agent), stock(mug)) == (0, 95)


def test_sixteen_dealers_for_the_last_five_pieces_get_exactly_five(tables, at):
    dealers = [dealer(f"0DEALER{number:019d}") for number in range(16)]
    mug = gift(stock=5)
    results = parallel(lambda number: redeem(dealers[number], mug))
    assert results.count("done") == 5
    assert set(results) == {"done", "GiftOutOfStock"}
    assert stock(mug) == 0
    assert sum(spendable(each) for each in dealers) == 16 * 1_000 - 500


def test_sixteen_parallel_redemptions_never_pass_the_limit_of_an_agent(agent):
    mug = gift(per_agent_limit=3, stock=100)
    results = parallel(lambda number: redeem(agent, mug, key=f"key-{number:05d}"))
    assert results.count("done") == 3
    assert set(results) == {"done", "LimitReached"}
    assert (spendable(agent), stock(mug)) == (700, 97)


@pytest.mark.parametrize(
    ("terms", "more", "refusal"),
    [
        ({"points": 1_001}, {}, NotEnoughPoints),
        ({"stock": 0}, {}, GiftOutOfStock),
        ({"per_agent_limit": 1}, {"quantity": 2}, LimitReached),
        ({"tiers": ["silver"]}, {}, TierTooLow),
        ({}, {"points": 99}, GiftChanged),
        ({}, {"address_id": None}, Invalid),
        ({}, {"address_id": "0NOBODYSADDRESS00000000000"}, AddressNotFound),
    ],
)
def test_what_is_refused_changes_nothing(agent, terms, more, refusal):
    mug = gift(**terms)
    with pytest.raises(refusal):
        redeem(agent, mug, **more)
    assert spendable(agent) == 1_000
    assert stock(mug) == terms.get("stock", 10)


def test_only_gifts_on_sale_can_be_redeemed(agent):
    mug = gift()
    operations.move_gift(mug, MoveGift(version=2, state="off_sale"))
    with pytest.raises(GiftNotFound):
        redeem(agent, mug)


@pytest.mark.parametrize("state", ["pending_review", "suspended", "blocked", "closed"])
def test_only_active_companies_redeem(agent, state):
    mug = gift()
    company(agent, state=state)
    with pytest.raises(CompanyNotActive):
        redeem(agent, mug)
    assert stock(mug) == 10


def test_a_new_price_has_to_be_confirmed_again(agent):
    mug = gift()
    held = operations.staff_gift(mug)
    terms = {"name": "马克杯", "kind": "physical", "category": "home", "points": 120, "version": held.version}
    operations.edit_gift(mug, EditGift(**terms), clock.now())
    with pytest.raises(GiftChanged) as refusal:
        redeem(agent, mug, points=100)
    assert refusal.value.data == {"points": 120}


def test_pieces_are_not_taken_by_terms_that_changed_meanwhile(agent):
    mug = gift()
    read = gifts.gift(mug)
    terms = {"name": "马克杯", "kind": "physical", "category": "home", "points": 120, "version": read.version}
    operations.edit_gift(mug, EditGift(**terms), clock.now())
    with pytest.raises(Stale):
        transaction.commit([gifts.take_part(read, 1, 100, first=True)])
    assert stock(mug) == 10


def test_a_cancelled_redemption_gives_everything_back_to_its_old_place(agent, at):
    mug = gift(per_agent_limit=1)
    before = points.account(agent, clock.now()).expiries
    redemption = redeem(agent, mug)
    at.advance(days=1)
    cancelled = operations.cancel(agent, redemption.redemption_id, clock.now())
    assert (cancelled.state, cancelled.actions) == ("cancelled", [])
    assert (spendable(agent), stock(mug)) == (1_000, 10)
    assert points.account(agent, clock.now()).expiries == before
    redeem(agent, mug, key="key-00002")
    assert operations.cancel(agent, redemption.redemption_id, clock.now()) == cancelled
    assert (spendable(agent), stock(mug)) == (900, 9)


def test_sixteen_cancellations_at_once_give_back_once(agent):
    mug = gift()
    redemption = redeem(agent, mug)
    results = parallel(lambda _: operations.cancel(agent, redemption.redemption_id, clock.now()))
    assert results == ["done"] * 16
    assert (spendable(agent), stock(mug)) == (1_000, 10)


def test_what_was_approved_is_not_cancelled(agent):
    redemption_id = redeem(agent, gift()).redemption_id
    operations.approve(redemption_id, STAFF, clock.now())
    with pytest.raises(RedemptionStepNotAllowed):
        operations.cancel(agent, redemption_id, clock.now())


@pytest.mark.parametrize("first", range(5))
def test_approval_and_cancellation_at_once_end_in_one_of_them(agent, first):
    mug = gift()
    redemption_id = redeem(agent, mug).redemption_id

    def step(turn):
        if (turn + first) % 2:
            operations.cancel(agent, redemption_id, clock.now())
        else:
            operations.approve(redemption_id, STAFF, clock.now())

    assert sorted(parallel(step, times=2)) == ["RedemptionStepNotAllowed", "done"]
    kept = operations.show(agent, redemption_id).state == "approved"
    assert (spendable(agent), stock(mug)) == ((900, 9) if kept else (1_000, 10))


def test_anothers_redemption_does_not_exist(agent):
    redemption = redeem(agent, gift())
    dealer(OTHER_AGENT)
    for step in (
        lambda: operations.show(OTHER_AGENT, redemption.redemption_id),
        lambda: operations.cancel(OTHER_AGENT, redemption.redemption_id, clock.now()),
        lambda: operations.receive(OTHER_AGENT, redemption.redemption_id, clock.now()),
    ):
        with pytest.raises(RedemptionNotFound):
            step()
    assert operations.of_agent(OTHER_AGENT, _page()).items == []


def test_an_address_of_another_company_is_not_found(agent):
    dealer(OTHER_AGENT)
    company("0THIRDAGENT000000000000000", tier="gold")
    with pytest.raises(AddressNotFound):
        redeem("0THIRDAGENT000000000000000", gift(), address_id=ADDRESS)


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_bad_days_of_the_store_are_survived(agent, fault):
    mug = gift()
    with faults.injected("TransactWriteItems", fault):
        redeem(agent, mug)
    assert (spendable(agent), stock(mug)) == (900, 9)


@pytest.mark.parametrize("fault", [faults.killed_before, faults.killed_after])
def test_a_process_that_dies_leaves_nothing_half_done(agent, fault):
    mug = gift()
    with faults.injected("TransactWriteItems", fault), pytest.raises(faults.Killed):
        redeem(agent, mug)
    redeem(agent, mug)
    assert (spendable(agent), stock(mug)) == (900, 9)


def _page():
    return PageQuery()
