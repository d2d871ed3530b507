"""What the catalogue does when its rows change, when orders are paid or received, and every night."""

from typing import Any

from functions.catalog.operations import indexing, inviting
from functions.catalog.schemas.facts import OrderCompleted, OrderPaid
from functions.catalog.table import rows
from kit import clock, facts
from kit.facts import Batch


def index_products(event: dict[str, Any], context: object) -> None:
    """Bring the search index up to date with what changed; a failure offers the whole batch again."""
    changed = [record["dynamodb"]["Keys"] for record in event["Records"]]
    product_ids = {product_id for keys in changed if (product_id := rows.product_of(keys))}
    if product_ids or any(rows.names_of(keys) for keys in changed):
        indexing.follow(product_ids)


def on_order_paid(event: dict[str, Any], context: object) -> Batch:
    """Count what was sold."""
    return facts.consume(event, {OrderPaid: indexing.count_sold})


def on_order_completed(event: dict[str, Any], context: object) -> Batch:
    """Let the company review what it received."""
    return facts.consume(event, {OrderCompleted: inviting.invite})


def refresh_search(event: dict[str, Any], context: object) -> None:
    """Check the whole index against the tables, with the sales of the last 30 days."""
    indexing.refresh(clock.from_text(event["time"]))
