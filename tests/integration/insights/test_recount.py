"""Everything figures say, counted again from nothing but the rows of orders, by formulas of its own."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt
from statistics import NormalDist, pstdev
from typing import Any

import pytest

from functions.orders.table import OrderRefundRow, OrderRow
from kit import clock
from tests.integration.insights.conftest import Shop
from tests.kit.orders import FIRST, SECOND, THIRD
from tests.kit.people import AGENT
from tests.kit.time import Clock

TODAY = date(2026, 12, 24)
NIGHT = "2026-12-23T20:00:00Z"
CARTON = 12


@dataclass(frozen=True)
class Kept:
    """A paid order: when, and what of each SKU was paid for and came back: pieces and fen, by day."""

    at: str
    total_fen: int
    bought: dict[str, tuple[int, int]]
    back: list[tuple[date, int, dict[str, tuple[int, int]]]]

    @property
    def day(self) -> date:
        return clock.business_day(clock.from_text(self.at))

    def net(self, sku_id: str) -> tuple[int, int]:
        gone = [lines.get(sku_id, (0, 0)) for _, _, lines in self.back]
        units, fen = self.bought[sku_id]
        return units - sum(one[0] for one in gone), fen - sum(one[1] for one in gone)


@pytest.fixture
def months(shop: Shop, at: Clock) -> Shop:
    """Five weeks of orders, some never paid, some sent back in part or whole, some days later."""
    dice = random.Random(6)
    later: list[tuple[str, dict[str, int]]] = []
    for number in range(9):
        instant = clock.from_text("2026-11-20T02:00:00Z") + timedelta(hours=dice.randrange(80, 92) * number)
        at(clock.to_text(instant))
        lines = [(sku_id, dice.randrange(1, 5)) for sku_id in dice.sample([FIRST, SECOND, THIRD], 2)]
        if number % 4 == 3:
            shop.buyer.place(*lines)
            continue
        order_id = shop.sell(*lines)
        if number % 3 == 1:
            later.append((order_id, {lines[0][0]: 1}))
        if number == 5:
            later.append((order_id, dict(lines)))
        if later and dice.random() < 0.6:
            order_id, some = later.pop()
            shop.refund(order_id, **some)
    at(NIGHT)
    return shop


def _orders() -> Iterator[Kept]:
    for row in OrderRow.by_time.query(f"AGENT#{AGENT}"):
        if not row.paid_at:
            continue
        refunds = OrderRefundRow.query(row.pk, OrderRefundRow.sk.startswith(f"{row.sk}#REFUND#"))
        yield Kept(
            at=row.paid_at,
            total_fen=sum(line.net_fen for line in row.lines) + row.terms.freight_fen,
            bought={line.sku_id: (line.quantity, line.net_fen) for line in row.lines},
            back=[
                (
                    clock.business_day(clock.from_text(refund.settled_at)),
                    int(refund.amount_fen),
                    {sku_id: (units, fen) for sku_id, units, fen, *_ in refund.lines},
                )
                for refund in refunds
                if refund.refund_state == "succeeded"
            ],
        )


def _behaviour(orders: list[Kept]) -> dict[str, tuple[int, int, int, str, str]]:
    found: dict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for order in orders:
        for sku_id in order.bought:
            if any(net := order.net(sku_id)):
                found[sku_id].append((order.day, *net))
    return {
        sku_id: (
            len(several),
            sum(units for _, units, _ in several),
            sum(fen for _, _, fen in several),
            min(several)[0].isoformat(),
            max(several)[0].isoformat(),
        )
        for sku_id, several in found.items()
    }


def _daily(orders: list[Kept]) -> dict[str, Counter[date]]:
    found: dict[str, Counter[date]] = defaultdict(Counter)
    for order in orders:
        for sku_id, (units, _) in order.bought.items():
            found[sku_id][order.day] += units
        for day, _, lines in order.back:
            for sku_id, (units, _) in lines.items():
                found[sku_id][day] -= units
    return found


def _supply(daily: Counter[date], stock: int) -> dict[str, int]:
    def last(days: int) -> int:
        return sum(units for day, units in daily.items() if TODAY - timedelta(days=days) <= day < TODAY)

    window = min(max((TODAY - min(daily)).days, 28), 90)
    series = [daily[TODAY - timedelta(days=ago)] for ago in range(1, window + 1)]
    mean, deviation, z = sum(series) / window, pstdev(series), NormalDist().inv_cdf(0.95)
    point, target = (ceil(mean * days + z * deviation * sqrt(days)) for days in (14, 21))
    cartons = max(ceil((target - stock) / CARTON), 1) if stock <= point else 0
    sold = {"units_7": last(7), "units_30": last(30), "units_90": last(90)}
    advice = {"reorder_point": point, "cartons": cartons, "suggested": cartons * CARTON}
    return sold | advice | {"stock": stock, "cover_days": int(stock / mean)}


def _days(orders: list[Kept]) -> dict[str, tuple[int, int, int]]:
    paid: Counter[date] = Counter()
    paid_fen: Counter[date] = Counter()
    refunded_fen: Counter[date] = Counter()
    for order in orders:
        paid[order.day] += 1
        paid_fen[order.day] += order.total_fen
        for day, fen, _ in order.back:
            refunded_fen[day] += fen
    return {day.isoformat(): (paid[day], paid_fen[day], refunded_fen[day]) for day in {*paid, *refunded_fen}}


def test_figures_are_what_the_rows_of_orders_say(months: Shop) -> None:
    orders = list(_orders())
    assert len(orders) == 7
    assert sum(len(order.back) for order in orders) >= 2
    _compare(months, orders)
    before = _shown(months)
    for day in {order.day for order in orders}:
        made = months.ask("POST", "/statistics/rebuilds", {"day": day.isoformat()}).json
        assert (made["missed"], made["histories"], made["differences"]) == (0, [], [])
    months.run("insights-rebuild-days", NIGHT)
    assert _shown(months) == before
    _compare(months, orders)


def _shown(shop: Shop) -> str:
    behaviour = shop.ask("GET", f"/insights/agents/{AGENT}").json
    sales = shop.figures("sales", first="2026-11-01", last=TODAY.isoformat())
    return json.dumps([behaviour, sales], sort_keys=True)


def _compare(shop: Shop, orders: list[Kept]) -> None:
    shown: Any = shop.ask("GET", f"/insights/agents/{AGENT}").json
    expected = _behaviour(orders)
    assert {
        one["sku_id"]: (one["orders"], one["units"], one["net_fen"], *_ends(one["rhythm"]))
        for one in shown["skus"]
    } == expected
    assert (shown["units"], shown["net_fen"]) == tuple(
        sum(one[place] for one in expected.values()) for place in (1, 2)
    )
    sales = shop.figures("sales", first="2026-11-01", last=TODAY.isoformat())
    days = {one["day"]: (one["paid"], one["paid_fen"], one["refunded_fen"]) for one in sales["days"]}
    assert {day: figures for day, figures in days.items() if any(figures)} == _days(orders)
    shop.run("insights-advise-supply", NIGHT)
    stock = {one["sku_id"]: one["available"] for one in shop.ask("GET", "/stock").json["items"]}
    lists = ("/replenishment", "/insights/overstock", "/insights/slow-movers")
    listed = [one for path in lists for one in shop.ask("GET", path).json["items"]]
    assert listed
    for one in listed:
        known = _supply(_daily(orders)[one["sku_id"]], stock[one["sku_id"]])
        assert {name: one[name] for name in known} == known


def _ends(rhythm: dict[str, str]) -> tuple[str, str]:
    return rhythm["first"], rhythm["last"]
