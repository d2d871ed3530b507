"""Queues and the stream of notifications."""

import os
from collections.abc import Callable
from typing import Any

from functions.auth.schemas import SendCode
from functions.notifications import channels, operations
from functions.notifications.schemas import TOLD, TOLD_STAFF, Deliver, SendNotice
from kit import clock, facts
from kit.facts import Batch


def on_fact(event: dict[str, Any], context: object) -> Batch:
    """Tell the people a fact is about, and the merchant's people what waits for them."""
    handlers: dict[type[facts.Fact], Callable[[Any], object]] = {
        kind: lambda fact: operations.tell(fact, clock.now()) for kind in TOLD.values()
    }
    handlers |= {kind: lambda fact: operations.alert(fact, clock.now()) for kind in TOLD_STAFF.values()}
    return facts.consume(event, handlers)


def publish(event: dict[str, Any], context: object) -> Batch:
    """Send each new delivery on its way and announce what WeChat told us."""

    def to_facts(old: facts.Row, new: facts.Row) -> list[facts.Fact]:
        if old is not None:
            return []
        if command := operations.delivery_of(new):
            facts.send(os.environ["DELIVER_QUEUE"], command)
        return list(operations.facts_of(new))

    return facts.publish(event, to_facts, "notifications")


def deliver(event: dict[str, Any], context: object) -> Batch:
    """Bring deliveries to their people; what fails is tried again and kept in the dead letters at last."""
    ways = channels.open_channels()
    return facts.receive(
        event, Deliver, lambda command: operations.deliver(command.delivery_id, ways, clock.now())
    )


def deliver_due(event: dict[str, Any], context: object) -> None:
    """Send what rested during quiet hours on its way again, and notices whose time has come."""
    now = clock.from_text(event["time"])
    for command in operations.due(now):
        facts.send(os.environ["DELIVER_QUEUE"], command)
    for notice in operations.due_notices(now):
        facts.send(os.environ["SEND_NOTICE_QUEUE"], notice)


def send_notice(event: dict[str, Any], context: object) -> Batch:
    """Tell the next companies what the merchant has to say, and ask for those after them."""

    def tell(command: SendNotice) -> None:
        if following := operations.send_notice(command, clock.now()):
            facts.send(os.environ["SEND_NOTICE_QUEUE"], following)

    return facts.receive(event, SendNotice, tell)


def send_code(event: dict[str, Any], context: object) -> Batch:
    """Send verification codes by e-mail or SMS."""
    ways = channels.open_channels()
    return facts.receive(event, SendCode, lambda command: channels.send_code(ways, command))
