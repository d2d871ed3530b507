"""Points wired up: facts from the bus through the queues, and back to the bus from the stream."""

import os

from kit import aws, clock
from tests.integration.points.conftest import choose, completed, figures, paid, refunded
from tests.kit.pump import Pump


def announce(*facts):
    """Put orders' facts on the bus, each twice."""
    aws.client("events").put_events(
        Entries=[
            {
                "EventBusName": os.environ["FACTS_BUS"],
                "Source": "shop.orders",
                "DetailType": type(fact).__name__,
                "Detail": fact.model_dump_json(),
            }
            for fact in facts
            for _ in range(2)
        ]
    )


def test_orders_facts_become_points(agent, tables, cloud, at):
    choose(activation="after_completion", activation_days=0)
    pump = Pump(tables, cloud, {"points"})
    announce(refunded(agent, 10_000), completed(agent), paid(agent, 10_000, 5_000))
    pump()
    assert figures(agent) == (100, 0, 0)
    at.advance(days=1)
    announce(refunded(agent, refund_id="REFUND2"))
    pump()
    assert figures(agent) == (0, 0, 0)
    assert clock.now() == at.now
