"""What may be reviewed: the lines of received orders. Apart from `reviewing`, which knows companies."""

from functions.catalog.rules import reviews as rules
from functions.catalog.rules.reviews import Review
from functions.catalog.schemas.facts import OrderCompleted
from functions.catalog.table import reviews as table
from kit import transaction


def invite(order: OrderCompleted) -> None:
    """The company may review what it received, once per SKU."""
    invited = [
        Review(
            review_id=rules.review_id(order.agent_id, order.order_id, line.sku_id),
            agent_id=order.agent_id,
            order_id=order.order_id,
            order_no=order.order_no,
            sku_id=line.sku_id,
            product_id=line.product_id,
            completed_at=order.completed_at,
        )
        for line in order.lines
    ]
    if not invited:
        return
    try:
        transaction.commit(table.invitation_parts(invited))
    except rules.AlreadyInvited:
        return
