"""Stock on the real engine: nothing goes negative, every change is told, the last piece is sold once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.inventory import operations, rules, schemas
from kit import transaction
from kit.errors import Conflict, KeyReused

pytestmark = pytest.mark.usefixtures("tables")


def opened(at, sku_id="SKU0000001", on_hand=5, threshold=0):
    transaction.commit(
        operations.open_stock_parts(
            sku_id, on_hand, 1, threshold, "staff", at.now, code="A-1", title="毛巾 白色"
        )
    )
    return sku_id


def stock(sku_id):
    return operations.stock([sku_id])[sku_id]


def figures(sku_id):
    found = stock(sku_id)
    return found.on_hand, found.reserved, found.available


def test_opening_twice_is_refused(at):
    sku_id = opened(at)
    with pytest.raises(Conflict):
        opened(at, sku_id)
    assert figures(sku_id) == (5, 0, 5)


def test_sixteen_orders_for_the_last_five_pieces_sell_exactly_five(at):
    sku_id = opened(at, on_hand=5)

    def order(_):
        try:
            transaction.commit(operations.reserve_parts([(sku_id, 1, 1, 1)]))
        except rules.OutOfStock as refused:
            return refused.data["available"]
        return "sold"

    with ThreadPoolExecutor(16) as people:
        results = list(people.map(order, range(16)))

    assert results.count("sold") == 5
    assert set(results) == {"sold", 0}
    assert figures(sku_id) == (5, 5, 0)
    assert operations.discrepancies(sku_id) == []


def test_one_missing_line_reserves_nothing(at):
    enough, scarce = opened(at, "SKU0000001", 10), opened(at, "SKU0000002", 2)
    with pytest.raises(rules.OutOfStock) as refused:
        transaction.commit(operations.reserve_parts([(enough, 3, 1, 1), (scarce, 3, 1, 1)]))
    assert refused.value.data == {"sku_id": scarce, "available": 2, "wanted": 3}
    assert figures(enough) == (10, 0, 10)


def test_an_edited_offer_and_a_new_price_are_told_apart_from_missing_stock(at):
    sku_id = opened(at, on_hand=1)
    transaction.commit(operations.offer_parts([(sku_id, 2)], {sku_id: "毛巾 米色"}))
    with pytest.raises(rules.OfferChanged):
        transaction.commit(operations.reserve_parts([(sku_id, 9, 1, 1)]))
    transaction.commit(operations.reprice_parts([sku_id]))
    with pytest.raises(rules.OfferChanged):
        transaction.commit(operations.reserve_parts([(sku_id, 1, 2, 1)]))
    with pytest.raises(rules.OutOfStock):
        transaction.commit(operations.reserve_parts([(sku_id, 2, 2, 2)]))
    transaction.commit(operations.reserve_parts([(sku_id, 1, 2, 2)]))
    assert stock(sku_id).title == "毛巾 米色"


def test_unknown_stock_cannot_be_reserved_or_edited():
    with pytest.raises(rules.OutOfStock):
        transaction.commit(operations.reserve_parts([("NOSUCHSKU0", 1, 1, 1)]))
    with pytest.raises(rules.StockNotFound):
        transaction.commit(operations.offer_parts([("NOSUCHSKU0", 2)]))
    with pytest.raises(rules.StockNotFound):
        operations.ship_parts([("NOSUCHSKU0", 1)], "order", "staff", None)


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_below_one_never_reaches_the_store(quantity):
    with pytest.raises(ValueError):
        operations.reserve_parts([("SKU0000001", quantity, 1, 1)])
    with pytest.raises(ValueError):
        operations.release_parts([("SKU0000001", quantity)])


def test_reserve_ship_release_return(at):
    sku_id = opened(at, on_hand=10)
    transaction.commit(operations.reserve_parts([(sku_id, 6, 1, 1)]))
    assert figures(sku_id) == (10, 6, 4)
    transaction.commit(operations.ship_parts([(sku_id, 4)], "order-1", "staff", at.now))
    assert figures(sku_id) == (6, 2, 4)
    transaction.commit(operations.release_parts([(sku_id, 2)]))
    assert figures(sku_id) == (6, 0, 6)
    transaction.commit(operations.receive_back_parts([(sku_id, 1)], "refund-1", "staff", at.now))
    assert figures(sku_id) == (7, 0, 7)

    told = operations.detail(sku_id).movements
    assert [(one.reason, one.reference, one.before, one.change, one.after) for one in told] == [
        ("return", "refund-1", 6, 1, 7),
        ("shipment", "order-1", 10, -4, 6),
        ("opening", "", 0, 10, 10),
    ]
    assert operations.discrepancies(sku_id) == []


def test_more_than_is_reserved_can_neither_ship_nor_be_released(at):
    sku_id = opened(at, on_hand=10)
    transaction.commit(operations.reserve_parts([(sku_id, 2, 1, 1)]))
    with pytest.raises(rules.NotReserved):
        transaction.commit(operations.release_parts([(sku_id, 3)]))
    with pytest.raises(rules.NotReserved):
        transaction.commit(operations.ship_parts([(sku_id, 3)], "order-1", "staff", at.now))
    assert figures(sku_id) == (10, 2, 8)


def test_parallel_shipments_each_leave_their_movement(at):
    sku_id = opened(at, on_hand=20)
    transaction.commit(operations.reserve_parts([(sku_id, 12, 1, 1)]))

    def ship(number):
        transaction.retry_stale(
            lambda: transaction.commit(
                operations.ship_parts([(sku_id, 1)], f"order-{number}", "staff", at.now)
            ),
            attempts=40,
        )

    with ThreadPoolExecutor(6) as people:
        list(people.map(ship, range(12)))

    assert figures(sku_id) == (8, 0, 8)
    assert operations.discrepancies(sku_id) == []


def adjust(sku_id, at, key="key-1", **order):
    wanted = schemas.AdjustStock.model_validate({"reason": "stocktake"} | order)
    return operations.adjust(sku_id, wanted, key, "staff", at.now)


def test_a_count_sets_the_figure_and_keeps_what_was_before(at):
    sku_id = opened(at, on_hand=10)
    movement = adjust(sku_id, at, counted=8, expected=10, note="两件破损")
    assert (movement.before, movement.change, movement.after, movement.note) == (10, -2, 8, "两件破损")
    assert figures(sku_id) == (8, 0, 8)


def test_a_count_against_an_old_figure_is_refused(at):
    sku_id = opened(at, on_hand=10)
    adjust(sku_id, at, "key-1", change=-1)
    with pytest.raises(rules.CountOutdated) as refused:
        adjust(sku_id, at, "key-2", counted=8, expected=10)
    assert refused.value.data["on_hand"] == 9


def test_reserved_pieces_cannot_be_counted_away(at):
    sku_id = opened(at, on_hand=10)
    transaction.commit(operations.reserve_parts([(sku_id, 7, 1, 1)]))
    with pytest.raises(rules.StillReserved) as refused:
        adjust(sku_id, at, change=-4)
    assert refused.value.data == {"sku_id": sku_id, "available": 3, "reserved": 7}
    assert figures(sku_id) == (10, 7, 3)


def test_a_repeated_adjustment_changes_nothing_and_answers_the_same(at):
    sku_id = opened(at, on_hand=10)
    first = adjust(sku_id, at, change=5, reason="purchase")
    at.advance(minutes=1)
    assert adjust(sku_id, at, change=5, reason="purchase") == first
    assert figures(sku_id) == (15, 0, 15)
    with pytest.raises(KeyReused):
        adjust(sku_id, at, change=6, reason="purchase")


def test_the_same_adjustment_sent_in_parallel_happens_once(at):
    sku_id = opened(at, on_hand=10)
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: adjust(sku_id, at, change=5, reason="purchase"), range(8)))
    assert len(set(answers)) == 1
    assert figures(sku_id) == (15, 0, 15)
    assert operations.discrepancies(sku_id) == []
