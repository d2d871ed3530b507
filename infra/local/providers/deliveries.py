"""Notices a provider keeps sending until they are acknowledged, over restarts too."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from infra.local.providers.store import Store
from kit import clock

UNREACHABLE = 0


class Deliveries:
    """Sends each document at once, then after each of the delays, until the answer is a 2xx."""

    def __init__(
        self,
        store: Store,
        kind: str,
        now: Callable[[], datetime],
        send: Callable[[str, dict[str, Any]], int],
        retry_after: Sequence[timedelta],
    ) -> None:
        """`send` takes the delivery's id and document and gives the HTTP status, or UNREACHABLE."""
        self._store = store
        self._kind = kind
        self._now = now
        self._send = send
        self._retry_after = retry_after
        self._running = threading.Lock()
        self._due: dict[str, float] = {
            delivery["id"]: delivery["due"] for delivery in self.all() if delivery["due"] is not None
        }

    def add(
        self, document: dict[str, Any], *, delay: timedelta = timedelta(), held: bool = False, copies: int = 1
    ) -> str:
        """Announce a document; `held` ones wait for `release`, `copies` are sent all the same."""
        name = str(uuid4())
        due = None if held else (self._now() + delay).timestamp()
        delivery: dict[str, Any] = {"id": name, "document": document, "attempts": [], "copies": copies}
        self._store.put(self._kind, name, {**delivery, "due": due, "held": held})
        if due is not None:
            self._due[name] = due
        return name

    def all(self) -> list[dict[str, Any]]:
        """Every delivery with its attempts, oldest first."""
        return self._store.all(self._kind)

    def get(self, name: str) -> dict[str, Any]:
        """One delivery; raises KeyError."""
        delivery = self._store.get(self._kind, name)
        if delivery is None:
            raise KeyError(name)
        return delivery

    def release(self, *, newest_first: bool = False) -> None:
        """Let the held ones go, in the order they were made or the other way round."""
        held = [delivery for delivery in self.all() if delivery["held"]]
        for place, delivery in enumerate(reversed(held) if newest_first else held):
            due = self._now().timestamp() + place / 1_000_000
            self._store.put(self._kind, delivery["id"], {**delivery, "held": False, "due": due})
            self._due[delivery["id"]] = due

    def run_due(self) -> None:
        """Send whatever is due by the provider's clock, in the order it became due."""
        with self._running:
            now = self._now().timestamp() + 0.001
            for name in sorted(
                (name for name, due in list(self._due.items()) if due <= now), key=self._due.__getitem__
            ):
                self._attempt(name)

    def _attempt(self, name: str) -> None:
        delivery = self.get(name)
        statuses = [self._send(name, delivery["document"]) for _ in range(delivery["copies"])]
        at = clock.to_text(self._now())
        attempts = [*delivery["attempts"], *({"at": at, "status": status} for status in statuses)]
        rounds = len(attempts) // delivery["copies"]
        acknowledged = any(200 <= status < 300 for status in statuses)
        if acknowledged or rounds > len(self._retry_after):
            due = None
            self._due.pop(name)
        else:
            due = self._now().timestamp() + self._retry_after[rounds - 1].total_seconds()
            self._due[name] = due
        self._store.put(self._kind, name, {**delivery, "attempts": attempts, "due": due})
