"""An order of twenty lines fits into the kilobyte that a transaction pays for, and comes back unchanged."""

from base64 import b64encode
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.orders import table
from functions.orders.rules import Line, Order, Progress, Terms
from functions.orders.table import packing
from functions.orders.table.rows import OrderRow
from kit.rows import plain
from tests.kit.orders import order, terms

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
UNIT = 1024

sku_ids = st.text(LETTERS, min_size=10, max_size=10)
numbers = st.integers(0, 10_000_000_000)
lines = st.builds(Line, sku_ids, numbers, numbers, numbers, numbers)


def stored(value: Order) -> dict[str, Any]:
    item: dict[str, Any] = table.place_part(value, ValueError).arguments["Item"]
    return item


def size(item: dict[str, dict[str, Any]]) -> int:
    """The size DynamoDB charges for: names and values, numbers about half a byte a digit."""
    total = 0
    for name, typed in item.items():
        (kind, value), *_ = typed.items()
        total += len(name.encode())
        total += len(str(value)) // 2 + 2 if kind == "N" else len(value.encode() if kind == "S" else value)
    return total


def realistic(count: int, seed: int) -> Order:
    """A dealer's big order: long names, long address, remark, coupon and promotion on every line."""
    random = Random(seed)

    def letters(length: int) -> str:
        return "".join(random.choice(LETTERS) for _ in range(length))

    bought = []
    for _ in range(count):
        quantity, price = random.randint(1, 48) * 12, random.randint(800, 39_900)
        discount = quantity * price // random.randint(12, 30)
        bought.append(Line(letters(10), random.randint(1, 40), quantity, price, discount))
    agreed = terms(
        created_by=letters(26),
        title="不锈钢加厚双层保温杯大容量商务款礼盒装",
        images=tuple(f"products/{letters(10)}/{letters(10)}.webp" for _ in range(3)),
        goods_fen=sum(line.amount_fen for line in bought),
        promotion_fen=sum(line.discount_fen for line in bought) // 3,
        coupon_fen=sum(line.discount_fen for line in bought) * 2 // 3,
        freight_fen=1_500,
        coupon_id=letters(26),
        contact_name="欧阳建国",
        region="广西壮族自治区 北海市 铁山港区",
        region_code="450512",
        address="兴港镇石头埠路华南国际建材五金批发中心B区三栋二层2107号铺",
        remark="周五下午四点以后送货，送货前请先打电话",
        purchase_number="PO-2026-11-0032",
        delivery_window="工作日 09:30-18:00",
        fingerprint=letters(16),
    )
    return order(
        *bought, terms=agreed, order_id=letters(26), state="pending_payment", due_at="2026-11-22T02:30:00Z"
    )


@pytest.mark.parametrize("seed", range(40))
def test_twenty_lines_of_a_long_order_fit_into_one_kilobyte(seed: int) -> None:
    assert size(stored(realistic(20, seed))) <= UNIT


@given(st.lists(lines, max_size=95))
def test_lines_come_back_unchanged(given_lines: list[Line]) -> None:
    assert packing.unpack_lines(packing.pack_lines(given_lines)) == tuple(given_lines)


@given(
    st.builds(
        Terms,
        **{name: st.text(max_size=60) for name in ("created_by", "title", "coupon_id", "remark", "address")},
        images=st.lists(st.text(max_size=60), max_size=3).map(tuple),
        delivery_window=st.sampled_from(["", "每天 00:00-23:59", "工作日 09:30-18:00", "周末 10:00-12:00"]),
    )
)
def test_terms_come_back_unchanged(agreed: Terms) -> None:
    assert packing.unpack_terms(packing.pack_terms(agreed)) == agreed


@given(st.lists(st.builds(Progress, numbers, numbers, numbers, numbers, numbers)))
def test_progress_comes_back_unchanged(progress: list[Progress]) -> None:
    assert packing.unpack_progress(packing.pack_progress(progress)) == tuple(progress)


@pytest.mark.parametrize("sku_id", ["", "SHORT", "SKX00000011", "skx0000001", "SKU0000001", "SKX000000中"])
def test_what_is_no_sku_id_is_refused(sku_id: str) -> None:
    with pytest.raises(ValueError, match="not a SKU id"):
        packing.pack_lines([Line(sku_id, 1, 1, 1)])


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        packing.pack_lines([Line("SKX0000001", 1, -1, 1)])


def test_an_order_is_the_same_from_its_row_and_from_its_image_in_a_stream() -> None:
    placed = realistic(20, 7)
    item = stored(placed)
    image = {
        name: {"B": b64encode(typed["B"]).decode()} if "B" in typed else typed for name, typed in item.items()
    }
    assert OrderRow.from_raw_data(item).order == placed
    assert table.order_of(plain(image)) == placed
