"""Dealers, and facts about their orders as the shop would announce them."""

import pytest

from functions.points import operations
from functions.points.schemas import OrderCompleted, OrderPaid, OrderRefunded, PaidLine
from functions.settings import operations as settings
from functions.settings.schemas import Change, PointsSettings
from kit import clock, transaction
from tests.kit import companies
from tests.kit.people import AGENT


def company(agent_id: str = AGENT, state: str = "active") -> str:
    """A gold dealer."""
    return companies.company(agent_id, state=state, tier="gold")


@pytest.fixture
def agent(tables, at) -> str:
    """An active gold dealer."""
    return company()


def choose(**changes) -> None:
    """Change the settings of points."""
    current = settings.current(PointsSettings)
    value = PointsSettings(**current.value.model_dump() | changes)
    change = Change[PointsSettings](version=current.version, value=value)
    settings.change(PointsSettings, change, "staff", clock.now())


def lines(*amounts: int, product_id: str = "P1") -> tuple[PaidLine, ...]:
    return tuple(
        PaidLine(
            sku_id=f"SKU{number}",
            product_id=product_id,
            category_path=("C1",),
            brand_id="B1",
            tags=(),
            quantity=1,
            net_fen=net_fen,
            points_eligible=True,
        )
        for number, net_fen in enumerate(amounts)
    )


def paid(agent_id: str, *amounts: int, order_id: str = "ORDER1", at: str | None = None) -> OrderPaid:
    instant = at or clock.to_text(clock.now())
    return OrderPaid(
        event_id=f"paid-{order_id}",
        occurred_at=instant,
        order_id=order_id,
        order_no=f"No-{order_id}",
        agent_id=agent_id,
        tier="gold",
        paid_at=instant,
        lines=lines(*amounts),
    )


def completed(agent_id: str, order_id: str = "ORDER1", at: str | None = None) -> OrderCompleted:
    instant = at or clock.to_text(clock.now())
    return OrderCompleted(
        event_id=f"completed-{order_id}",
        occurred_at=instant,
        order_id=order_id,
        agent_id=agent_id,
        completed_at=instant,
    )


def refunded(
    agent_id: str,
    *remaining: int,
    order_id: str = "ORDER1",
    refund_id: str = "REFUND1",
    at: str | None = None,
) -> OrderRefunded:
    instant = at or clock.to_text(clock.now())
    return OrderRefunded(
        event_id=f"refunded-{refund_id}",
        occurred_at=instant,
        order_id=order_id,
        agent_id=agent_id,
        refund_id=refund_id,
        refunded_at=instant,
        remaining_lines=lines(*remaining),
    )


def earn(agent_id: str, points: int, order_id: str = "ORDER1") -> None:
    """Let a dealer earn points by an order paid now."""
    operations.award(paid(agent_id, points * 100, order_id=order_id), clock.now())


def spend(agent_id: str, points: int, redemption_id: str = "REDEMPTION1") -> dict[str, int]:
    """Spend points on a redemption; says from which expiry dates they came."""

    def command() -> dict[str, int]:
        parts, allocation = operations.spend_parts(agent_id, points, redemption_id, clock.now(), note="毛巾")
        transaction.commit(parts)
        return allocation

    return transaction.retry_stale(command)


def give_back(
    agent_id: str,
    allocation: dict[str, int],
    merchant_caused: bool = False,
    redemption_id: str = "REDEMPTION1",
) -> None:
    """Return spent points."""
    now = clock.now()
    transaction.retry_stale(
        lambda: transaction.commit(
            operations.return_parts(agent_id, redemption_id, allocation, merchant_caused, now)
        )
    )


def figures(agent_id: str) -> tuple[int, int, int]:
    """Available, pending and debt now, of an account in which everything agrees."""
    assert operations.check_account(agent_id) == []
    account = operations.account(agent_id, clock.now())
    return account.available, account.pending, account.debt


def ledger(agent_id: str) -> list[tuple[str, int, int]]:
    """Kind, points and balance after of the newest entries."""
    page = operations.overview(agent_id, clock.now())
    return [(entry.kind, entry.points, entry.balance_after) for entry in page.entries]
