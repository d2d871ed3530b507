"""Counts the DynamoDB calls a piece of work makes and the units they cost, as the engine reports them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kit import aws

_READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
_METERED = _READS | {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


@dataclass
class Bill:
    """What was called and what it cost, in read and write units; index writes are counted apart."""

    calls: list[str] = field(default_factory=list)
    read_units: float = 0.0
    table_write_units: float = 0.0
    index_write_units: float = 0.0

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if call not in _READS]

    @property
    def reads(self) -> list[str]:
        return [call for call in self.calls if call in _READS]


@contextmanager
def metered() -> Iterator[Bill]:
    """Bill every DynamoDB call of this process while it lasts."""
    bill = Bill()

    def ask_for_indexes(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name in _METERED:
            params["ReturnConsumedCapacity"] = "INDEXES"

    def add(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if model.name not in _METERED:
            return
        bill.calls.append(model.name)
        consumed = parsed.get("ConsumedCapacity", [])
        for table in consumed if isinstance(consumed, list) else [consumed]:
            _add(bill, table, model.name in _READS)

    events = aws.dynamodb().client.meta.events
    hooks = (("before-parameter-build.dynamodb", ask_for_indexes), ("after-call.dynamodb", add))
    for name, hook in hooks:
        events.register(name, hook)
    try:
        yield bill
    finally:
        for name, hook in hooks:
            events.unregister(name, hook)


def _add(bill: Bill, consumed: dict[str, Any], reading: bool) -> None:
    whole = float(consumed["CapacityUnits"])
    indexes = sum(
        float(index["CapacityUnits"]) for index in consumed.get("GlobalSecondaryIndexes", {}).values()
    )
    if reading:
        bill.read_units += whole
    else:
        bill.table_write_units += whole - indexes
        bill.index_write_units += indexes
