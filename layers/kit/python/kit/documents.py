"""Values kept as documents in a row: frozen dataclasses in, JSON attributes out, and back."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter

Value = TypeVar("Value")
_adapters: dict[type, TypeAdapter[Any]] = {}  # made when first needed


def write(value: object, without: Collection[str] = (), compact: bool = False) -> dict[str, Any]:
    """A value as a document, without fields that have attributes of their own.

    `compact` leaves out defaults, for types whose defaults are empty.
    """
    document: dict[str, Any] = _adapter(type(value)).dump_python(
        value, mode="json", exclude=set(without), exclude_defaults=compact
    )
    return document


def read(model: type[Value], document: Mapping[str, Any], **fields: Any) -> Value:
    """The value that a document and the other fields stand for."""
    return _adapter(model).validate_python({**document, **fields})


def read_text(model: type[Value], text: str) -> Value:
    """The value that a document stands for as a stream record has it."""
    return _adapter(model).validate_json(text)


def _adapter(model: type[Value]) -> TypeAdapter[Value]:
    if model not in _adapters:
        _adapters[model] = TypeAdapter(model)
    return _adapters[model]
