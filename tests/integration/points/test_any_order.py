"""Anything may happen to an account, twice and in any order: it agrees with a model of single lots."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.points import operations
from functions.points.rules.ledger import InDebt, NotEnoughPoints, expiry_date
from functions.points.schemas import OrderCompleted, OrderPaid, OrderRefunded
from kit import clock
from tests.integration.points.conftest import (
    choose,
    company,
    completed,
    earn,
    figures,
    give_back,
    paid,
    refunded,
    spend,
)
from tests.kit.time import Clock

Fact = OrderPaid | OrderCompleted | OrderRefunded
_examples = count()


class Order:
    """What the model knows of an order; amounts in points."""

    def __init__(self) -> None:
        self.paid: OrderPaid | None = None
        self.completed_at: datetime | None = None
        self.remaining = 10**9
        self.refunds: list[int] = []
        self.pending = 0
        self.reversed = 0
        self.expires_on: str | None = None

    @property
    def granted(self) -> int:
        return worth(self.paid.lines) if self.paid else 0


def worth(lines: Iterable) -> int:
    return sum(line.net_fen for line in lines) // 100


class Lots:
    """Points one lot at a time: the plainest book-keeping there is."""

    def __init__(self, at_once: bool) -> None:
        self.at_once = at_once
        self.lots: list[list] = []  # [expiry date, points]
        self.debt = 0
        self.expired: Counter[str] = Counter()
        self.set_against: Counter[str] = Counter()
        self.orders: dict[str, Order] = {}

    def expire(self, today: date) -> None:
        for day, points in self.lots:
            if day < today.isoformat():
                self.expired[day] += points
        self.lots = [lot for lot in self.lots if lot[0] >= today.isoformat()]

    def add(self, day: str, points: int, today: date) -> None:
        repaid = min(self.debt, points) if day >= today.isoformat() else 0
        self.debt -= repaid
        self.lots.append([day, points - repaid])
        self.expire(today)

    def take(self, points: int, own: str | None = None) -> dict[str, int]:
        taken: Counter[str] = Counter()
        for lot in sorted(self.lots, key=lambda lot: (lot[0] != own, lot[0])):
            part = min(points - taken.total(), lot[1])
            lot[1] -= part
            taken[lot[0]] += part
        return {day: part for day, part in taken.items() if part}

    def pay(self, fact: OrderPaid, today: date) -> None:
        order = self.orders.setdefault(fact.order_id, Order())
        if order.paid:
            return
        order.paid = fact
        if self.at_once:
            day = clock.business_day(clock.from_text(fact.paid_at))
            order.expires_on = expiry_date(day, 1) if order.granted else None
            if order.granted:
                self.add(expiry_date(day, 1), order.granted, today)
        else:
            order.pending = order.granted
        for remaining in order.refunds:
            self.reverse(order, remaining, today)

    def refund(self, fact: OrderRefunded, today: date) -> None:
        order = self.orders.setdefault(fact.order_id, Order())
        if order.paid:
            self.reverse(order, worth(fact.remaining_lines), today)
        else:
            order.refunds.append(worth(fact.remaining_lines))

    def reverse(self, order: Order, remaining: int, today: date) -> None:
        lost = order.granted - order.reversed - remaining
        if lost <= 0:
            return
        order.reversed += lost
        pending = min(lost, order.pending)
        order.pending -= pending
        lost -= pending
        own = order.expires_on
        if own and own < today.isoformat():
            gone = min(lost, self.expired[own] - self.set_against[own])
            self.set_against[own] += gone
            lost -= gone
        self.debt += lost - sum(self.take(lost, own).values())

    def complete(self, fact: OrderCompleted) -> None:
        order = self.orders.setdefault(fact.order_id, Order())
        if not order.completed_at and (not order.paid or order.pending):
            order.completed_at = clock.from_text(fact.completed_at)

    def activate(self, now: datetime) -> None:
        for order in self.orders.values():
            due_at = order.completed_at + timedelta(days=3) if order.completed_at else None
            if order.pending and due_at and due_at <= now:
                order.expires_on = expiry_date(clock.business_day(due_at), 1)
                self.add(order.expires_on, order.pending, clock.business_day(now))
                order.pending = 0


class Account(RuleBasedStateMachine):
    """One dealer's points, driven by hypothesis, beside the model."""

    def __init__(self, at: Clock, at_once: bool) -> None:
        super().__init__()
        self.at = at
        at("2026-01-31T02:00:00Z")
        self.agent = company(f"0DEALER{next(_examples)}")
        self.model = Lots(at_once)
        self.facts: list[Fact] = []
        self.left: dict[str, int] = {}
        self.spent: list[dict[str, int]] = []
        self.redemptions = count()

    @property
    def today(self) -> date:
        return clock.business_day(clock.now())

    @rule(points=st.integers(1, 60))
    def order(self, points: int) -> None:
        order_id = f"ORDER{len(self.left)}"
        self.left[order_id] = points
        self.facts.append(paid(self.agent, points * 100 + 50, order_id=order_id))
        self.facts.append(completed(self.agent, order_id))

    @precondition(lambda self: any(self.left.values()))
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        order_id = data.draw(st.sampled_from([order for order, left in self.left.items() if left]))
        self.left[order_id] = data.draw(st.integers(0, self.left[order_id] - 1))
        fact = refunded(
            self.agent,
            self.left[order_id] * 100,
            order_id=order_id,
            refund_id=f"{order_id}-{self.left[order_id]}",
        )
        self.facts.append(fact)

    @precondition(lambda self: self.facts)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Any fact, also one delivered before."""
        fact = data.draw(st.sampled_from(self.facts))
        self.model.expire(self.today)
        match fact:
            case OrderPaid():
                operations.award(fact, clock.now())
                self.model.pay(fact, self.today)
            case OrderRefunded():
                operations.reverse(fact, clock.now())
                self.model.refund(fact, self.today)
            case OrderCompleted():
                operations.complete(fact, clock.now())
                self.model.complete(fact)
        operations.activate_due(clock.now())
        self.model.activate(clock.now())

    @rule(points=st.integers(1, 80))
    def spend(self, points: int) -> None:
        self.model.expire(self.today)
        held = sum(lot[1] for lot in self.model.lots)
        try:
            allocation = spend(self.agent, points, f"R{next(self.redemptions)}")
        except InDebt:
            assert self.model.debt
        except NotEnoughPoints:
            assert held < points
        else:
            assert held >= points
            assert allocation == self.model.take(points)
            self.spent.append(allocation)

    @precondition(lambda self: self.spent)
    @rule(data=st.data(), merchant_caused=st.booleans())
    def give_back(self, data: st.DataObject, merchant_caused: bool) -> None:
        allocation = self.spent.pop(data.draw(st.integers(0, len(self.spent) - 1)))
        give_back(self.agent, allocation, merchant_caused, f"R{next(self.redemptions)}")
        self.model.expire(self.today)
        grace = (self.today + timedelta(days=30)).isoformat()
        dated: Counter[str] = Counter()
        for day, points in allocation.items():
            dated[grace if merchant_caused and day < self.today.isoformat() else day] += points
        for day in sorted(dated):
            self.model.add(day, dated[day], self.today)

    @rule(days=st.integers(0, 20), jobs=st.booleans())
    def sleep(self, days: int, jobs: bool) -> None:
        """Time passes; sometimes the jobs are late."""
        self.at.advance(days=days)
        if jobs:
            operations.expire_due(clock.now())
            operations.activate_due(clock.now())
            self.model.expire(self.today)
            self.model.activate(clock.now())

    @invariant()
    def the_account_agrees(self) -> None:
        living = sum(points for day, points in self.model.lots if day >= self.today.isoformat())
        pending = sum(order.pending for order in self.model.orders.values())
        assert figures(self.agent) == (living, pending, self.model.debt)


def test_points_spendable_at_payment(tables, at):
    choose(validity_months=1)
    run_state_machine_as_test(lambda: Account(at, at_once=True), settings=_SETTINGS)


def test_points_spendable_after_completion(tables, at):
    choose(validity_months=1, activation="after_completion", activation_days=3)
    run_state_machine_as_test(lambda: Account(at, at_once=False), settings=_SETTINGS)


def test_one_dealers_points_are_not_anothers(tables, at):
    earn(company("0DEALERA"), 100)
    assert figures(company("0DEALERB")) == (0, 0, 0)


_SETTINGS = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
