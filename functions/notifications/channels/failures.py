"""Why a message cannot reach somebody."""

from typing import ClassVar

from kit.errors import DomainError


class Undeliverable(DomainError):
    """This channel will never bring this message to this person: try the next one, not again."""

    status: ClassVar[int] = 502
    title: ClassVar[str] = "消息无法送达"
