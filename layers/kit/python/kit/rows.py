"""The base of every row type, and the plain form of rows that arrive through streams."""

from collections.abc import Mapping
from typing import Any

from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from kit import aws


class Row(Model):
    """A PynamoDB model on the process's one connection (PynamoDB itself would open one per table)."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        shared = aws.dynamodb()
        if table.connection is not shared:
            shared.add_meta_table(table.get_meta_table())
            table.connection = shared
        return table


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
