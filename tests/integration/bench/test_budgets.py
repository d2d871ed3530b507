"""What the hot operations may cost: calls and units, as the table engine reports them."""

from collections.abc import Iterator

import pytest

from bench.meter import Bill, metered
from bench.scenes import Scene, Stage, staged
from tests.kit.engines import Cloud, Tables


@pytest.fixture(scope="module")
def stage(_tables: Tables, _cloud: Cloud) -> Iterator[Stage]:
    _tables.empty()
    _cloud.empty()
    with staged() as opened:
        yield opened


def bill_of(stage: Stage, name: str) -> Bill:
    (scene,) = (scene for scene in stage.scenes() if scene.name == name)
    return _carried_out(scene)


def _carried_out(scene: Scene) -> Bill:
    warm, measured = scene.acts(2)
    warm()
    with metered() as bill:
        measured()
    return bill


@pytest.mark.parametrize("kinds", [5, 20])
def test_placing_an_order_is_one_write_of_two_units_a_line_and_two_for_itself(
    stage: Stage, kinds: int
) -> None:
    bill = bill_of(stage, f"place order, {kinds} lines")
    assert bill.writes == ["TransactWriteItems"]
    assert bill.table_write_units == 2 * (kinds + 1)


def test_a_payment_callback_is_one_write_of_one_unit(stage: Stage) -> None:
    bill = bill_of(stage, "payment callback")
    assert (bill.writes, bill.table_write_units) == (["UpdateItem"], 1)


@pytest.mark.parametrize("name", ["award points", "redeem a gift"])
def test_the_ledger_is_written_in_one_call(stage: Stage, name: str) -> None:
    assert bill_of(stage, name).writes == ["TransactWriteItems"]


@pytest.mark.parametrize("name", ["order list, 20", "points page"])
def test_a_list_is_one_read(stage: Stage, name: str) -> None:
    assert bill_of(stage, name).calls == ["Query"]


def test_expiry_costs_the_same_per_account_however_many_there_are(stage: Stage) -> None:
    one, hundred = bill_of(stage, "expiry of 1 account"), bill_of(stage, "expiry of 100 accounts")
    assert len(hundred.reads) - 4 <= 100 * (len(one.reads) - 4)  # four queries find what is due
    assert len(hundred.writes) <= 100 * len(one.writes)
