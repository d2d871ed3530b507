"""The base of every row type, and the plain form of rows that arrive through streams."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Self

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import TableError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from kit import actor, aws

_introducing = Lock()


class Row(Model):
    """A PynamoDB model on the process's one connection (PynamoDB itself would open one per table).

    Every table has the keys `pk` and `sk`. What staff write carries the mark of their command (`kit.actor`).
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        shared = aws.dynamodb()
        if table.connection is not shared:
            with _introducing:
                _introduce(table.get_meta_table(), shared)
            table.connection = shared
        return table

    @classmethod
    def find(cls, hash_key: str, range_key: str, consistent: bool = False) -> Self | None:
        """The row with this key, or None."""
        try:
            return cls.get(hash_key, range_key, consistent_read=consistent)
        except cls.DoesNotExist:
            return None

    @classmethod
    def count_up_to(cls, most: int, hash_key: str, index: str) -> int:
        """How many rows an index holds under a key; one query, which stops at `most`."""
        # PynamoDB's own count goes through all pages whatever its limit.
        answer = cls._get_connection().query(hash_key, index_name=index, limit=most, select="COUNT")
        return int(answer["Count"])

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        values: dict[str, dict[str, Any]] = super().serialize(null_check)
        mark = actor.mark()
        return values | {actor.MARK: {"S": mark}} if mark else values

    def change_if(self, condition: Condition, actions: Sequence[Action]) -> bool:
        """Change the stored row by a write of its own; false when the condition does not hold."""
        try:
            self.update(list(actions), condition)
        except UpdateError as failure:
            if failure.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def update(self, actions: list[Action], condition: Condition | None = None, **options: Any) -> Any:
        return super().update(_marked(actions), condition, **options)

    def get_update_kwargs_from_instance(
        self, actions: list[Action], condition: Condition | None = None, *others: Any, **options: Any
    ) -> dict[str, Any]:
        return super().get_update_kwargs_from_instance(_marked(actions), condition, *others, **options)

    def image(self) -> dict[str, Any] | None:
        """The stored row with this row's key, in DynamoDB JSON."""
        hash_key, range_key = self._get_hash_range_key_serialized_values()
        found = self._get_connection().get_item(hash_key, range_key=range_key, consistent_read=True)
        return found.get("Item")


def _marked(actions: list[Action]) -> list[Action]:
    mark = actor.mark()
    return [*actions, Path(actor.MARK).set(mark)] if mark else actions


def _introduce(described: MetaTable, connection: Connection) -> None:
    try:
        known = connection.get_meta_table(described.table_name)
    except TableError:
        connection.add_meta_table(described)
        return
    # Another type of row of the same table: it may know indexes of its own.
    for part in ("AttributeDefinitions", "GlobalSecondaryIndexes"):
        seen = known.data.setdefault(part, [])
        seen += [entry for entry in described.data.get(part) or [] if entry not in seen]


def plain(image: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A stored item (DynamoDB JSON) as plain Python values; numbers are integers in this product."""
    return {name: _value(typed) for name, typed in image.items()}


def _value(typed: Mapping[str, Any]) -> Any:
    (kind, value), *_ = typed.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return plain(value)
        case "L":
            return [_value(element) for element in value]
        case "NULL":
            return None
        case "SS" | "BS":
            return set(value)
        case "NS":
            return {int(number) for number in value}
        case _:
            return value
