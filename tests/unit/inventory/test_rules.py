"""What stock is and why a change of it is refused."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from functions.inventory import rules
from functions.inventory.schemas import AdjustStock
from kit.errors import Stale

STOCK = rules.Stock(
    sku_id="SKU0000001",
    on_hand=10,
    reserved=3,
    held=2,
    available=5,
    offer_version=4,
    price_revision=7,
    threshold=5,
    code="A-001",
    title="毛巾",
    movements=2,
)
WANTED = rules.Reservation("SKU0000001", 6, 4, 7)
ROW = {"offer_version": 4, "price_revision": 7, "available": 5, "reserved": 3, "movements": 2}


@pytest.mark.parametrize(
    ("available", "threshold", "band"),
    [(6, 5, "plenty"), (5, 5, "few"), (1, 5, "few"), (1, 0, "plenty"), (0, 0, "none"), (-1, 0, "none")],
)
def test_bands(available, threshold, band):
    assert replace(STOCK, available=available, threshold=threshold).band == band


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW, rules.OutOfStock),
        (ROW | {"offer_version": 5}, rules.OfferChanged),
        (ROW | {"price_revision": 8, "available": 100}, rules.OfferChanged),
        (None, rules.OutOfStock),
    ],
)
def test_why_a_reservation_failed(row, expected):
    assert type(rules.refusal_to_reserve(WANTED, row)) is expected


def test_out_of_stock_says_how_many_are_left():
    refusal = rules.refusal_to_reserve(WANTED, ROW)
    assert refusal.detail == "库存不足，仅剩 5 件"
    assert refusal.data == {"sku_id": "SKU0000001", "available": 5, "wanted": 6}


@pytest.mark.parametrize(
    ("row", "expected"),
    [(ROW, rules.StillReserved), (ROW | {"movements": 3}, Stale), (None, rules.StockNotFound)],
)
def test_why_a_change_failed(row, expected):
    assert type(rules.refusal_to_change("SKU0000001", 2, row)) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [(ROW, rules.NotReserved), (ROW | {"movements": 3}, Stale), (None, rules.StockNotFound)],
)
def test_why_a_shipment_failed(row, expected):
    assert type(rules.refusal_to_ship("SKU0000001", 2, row)) is expected


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [(1, (("Q1", 1),)), (3, (("Q1", 3),)), (5, (("Q1", 3), ("Q3", 2))), (9, (("Q1", 3), ("Q3", 4)))],
)
def test_quotas_are_drawn_in_their_order_as_far_as_they_reach(quantity, expected):
    assert rules.draws([("Q1", 3), ("Q2", 0), ("Q3", 4)], quantity) == expected


def test_out_of_stock_counts_what_is_held_for_the_buyer():
    wanted = rules.Reservation("SKU0000001", 9, 4, 7, (("Q1", 2),))
    assert rules.refusal_to_reserve(wanted, ROW).data["available"] == 7


@pytest.mark.parametrize("lines", [[("A", 1), ("A", 1)], [("A", 0)], [("A", -1)]])
def test_each_sku_once_and_at_least_one_piece(lines):
    with pytest.raises(ValueError):
        rules.each_once(lines)


def test_a_count_becomes_a_change():
    assert rules.change_of(STOCK, None, 8, 10) == -2
    assert rules.change_of(STOCK, None, 10, 10) == 0
    assert rules.change_of(STOCK, 7, None, None) == 7
    with pytest.raises(rules.CountOutdated):
        rules.change_of(STOCK, None, 8, 9)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ([11, 10, 9, 10, 11, 12], [False, True, True, True, True, True]),
        ([12, 13, 12, 11, 10], [False, False, False, False, True]),
        ([9, 13, 12, 10], [True, False, False, True]),
    ],
)
def test_told_once_until_clearly_more_is_there(figures: list[int], told: list[bool]) -> None:
    seen, now = [], False
    for available in figures:
        now = rules.is_told(available, 10, now)
        seen.append(now)
    assert seen == told


@pytest.mark.parametrize(("available", "told"), [(0, True), (1, True), (2, False)])
def test_without_a_threshold_two_pieces_are_enough_again(available: int, told: bool) -> None:
    assert rules.is_told(available, 0, told=True) is told


def test_an_arrival_comes_in_parts() -> None:
    whole = rules.Arrival("S", "A", 10, "2026-12-01", "", "F")
    part = whole.after_receipt(4, is_last=False)
    assert (part.received, part.outstanding, part.state, part.version) == (4, 6, "expected", 2)
    assert (part.after_receipt(6, is_last=False).state, part.after_receipt(7, is_last=False).outstanding) == (
        "arrived",
        0,
    )
    short = part.after_receipt(1, is_last=True)
    assert (short.received, short.outstanding, short.state) == (5, 0, "arrived")
    assert (part.cancelled().outstanding, part.cancelled().state) == (0, "cancelled")


def test_alert_mark_sorts_the_emptiest_first():
    assert rules.alert_mark(5, 5) == ("low", "0000000005")
    assert rules.alert_mark(6, 5) is None
    assert rules.alert_mark(-2, 0) == ("low", "0000000000")


def movement(sequence, before, change):
    return rules.Movement("S", sequence, change, before, before + change, "correction", "", "", "", "")


def test_the_books_are_checked():
    kept = [movement(1, 0, 12), movement(2, 12, -2)]
    assert rules.discrepancies(STOCK, kept, 2, 0) == []
    assert rules.discrepancies(STOCK, kept[:1], 2, 0) == [
        "Σ movements = on_hand",
        "movements are numbered without gaps",
    ]
    assert rules.discrepancies(STOCK, [movement(1, 0, 12), movement(2, 11, -2)], 2, 0) == [
        "each movement begins where the last one ended"
    ]
    assert rules.discrepancies(replace(STOCK, available=6), kept, 2, 0) == [
        "available = on_hand − reserved − held"
    ]
    assert rules.discrepancies(STOCK, kept, 3, 0) == ["Σ quotas = held"]
    assert rules.discrepancies(STOCK, kept, 2, 1) == ["Σ arrivals = inbound"]
    assert rules.discrepancies(replace(STOCK, held=-2, available=9), kept, -2, 0) == ["nothing is negative"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"change": 0},
        {"change": 1, "counted": 1, "expected": 1},
        {"counted": 1},
        {"expected": 1},
        {"change": 1, "expected": 1},
        {"counted": -1, "expected": 1},
        {"change": 10_000_001},
        {"change": "1"},
        {"change": 1, "reason": "shipment"},
        {"change": 1, "note": "x" * 201},
    ],
)
def test_half_filled_adjustments_are_refused(wrong):
    with pytest.raises(ValidationError):
        AdjustStock.model_validate({"reason": "correction"} | wrong)
