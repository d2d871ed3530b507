"""What the catalogue does when its rows change, when goods or orders do, and every night."""

import os
from datetime import timedelta
from typing import Any

from functions.catalog.operations import announcing, following, indexing, inviting, reducing
from functions.catalog.schemas.facts import (
    OrderCompleted,
    OrderPaid,
    ProductChanged,
    SkuRepriced,
    StockBack,
    TellFollowers,
)
from functions.catalog.table import rows
from kit import clock, facts
from kit.facts import Batch

_BETWEEN_ROUNDS = timedelta(hours=1)


def publish(event: dict[str, Any], context: object) -> Batch:
    """Bring the search index up to date with what changed, and announce it; a stream has few readers.

    If the index cannot follow, the whole batch is offered again.
    """
    changed = [record["dynamodb"]["Keys"] for record in event["Records"]]
    product_ids = {product_id for keys in changed if (product_id := rows.product_of(keys))}
    if product_ids or any(rows.names_of(keys) for keys in changed):
        indexing.follow(product_ids)
    return facts.publish(event, announcing.facts_of, "catalog")


def on_order_paid(event: dict[str, Any], context: object) -> Batch:
    """Count what was sold."""
    return facts.consume(event, {OrderPaid: indexing.count_sold})


def on_order_completed(event: dict[str, Any], context: object) -> Batch:
    """Let the company review what it received, and hear of its changes."""

    def received(order: OrderCompleted) -> None:
        inviting.invite(order)
        following.note_bought(order, clock.now())

    return facts.consume(event, {OrderCompleted: received})


def on_goods_changed(event: dict[str, Any], context: object) -> Batch:
    """Begin to tell those who follow or bought what is another one now."""

    def begin(command: TellFollowers | None) -> None:
        if command:
            facts.send(os.environ["TELL_FOLLOWERS_QUEUE"], command)

    return facts.consume(
        event,
        {
            ProductChanged: lambda fact: begin(following.change_of_product(fact)),
            StockBack: lambda fact: begin(following.change_of_sku(fact, "back_in_stock")),
            SkuRepriced: lambda fact: begin(following.change_of_sku(fact, "price")),
        },
    )


def tell_followers(event: dict[str, Any], context: object) -> Batch:
    """Tell the next companies of a change, and ask for those behind them."""

    def tell(command: TellFollowers) -> None:
        if more := following.tell(command, clock.now()):
            facts.send(os.environ["TELL_FOLLOWERS_QUEUE"], more)

    return facts.receive(event, TellFollowers, tell)


def tell_reductions(event: dict[str, Any], context: object) -> None:
    """Begin to tell of reductions that began or ended within the hour."""
    for command in reducing.news_of(clock.from_text(event["time"]), _BETWEEN_ROUNDS):
        facts.send(os.environ["TELL_FOLLOWERS_QUEUE"], command)


def refresh_search(event: dict[str, Any], context: object) -> None:
    """Check the whole index against the tables, with the sales of the last 30 days."""
    indexing.refresh(clock.from_text(event["time"]))
