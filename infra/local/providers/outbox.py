"""Every message the providers would have brought to a person, so that somebody can read it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.local.providers.store import Store
from kit import clock

KEPT = 1000


class Outbox:
    """Messages in the order they were accepted, the newest last."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def add(self, channel: str, to: str, text: str, **more: Any) -> None:
        """Keep a message; `channel` is sms, email or wechat."""
        number = self._store.next_number("outbox")
        message = {
            "number": number,
            "at": clock.to_text(self._now()),
            "channel": channel,
            "to": to,
            "text": text,
        }
        self._store.put("outbox", str(number), {**message, **more})
        self._store.forget_all_but("outbox", KEPT)

    def messages(self, channel: str | None = None, to: str | None = None) -> list[dict[str, Any]]:
        """What was sent, oldest first, by channel and receiver."""
        return [
            message
            for message in self._store.all("outbox")
            if channel in (None, message["channel"]) and to in (None, message["to"])
        ]
