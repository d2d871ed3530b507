"""What the providers remember across a restart: JSON documents by kind and key in one SQLite file."""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any


class Store:
    """A document store; hold `lock` around load → decide → save."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS documents (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, "
            "key TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, key))"
        )

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """One document, or None."""
        with self.lock:
            found = self._connection.execute(
                "SELECT body FROM documents WHERE kind = ? AND key = ?", (kind, key)
            ).fetchone()
        return json.loads(found[0]) if found else None

    def put(self, kind: str, key: str, document: dict[str, Any]) -> None:
        """Write a document; a replaced one keeps its place."""
        body = json.dumps(document, ensure_ascii=False)
        with self.lock:
            self._connection.execute(
                "INSERT INTO documents (kind, key, body) VALUES (?, ?, ?) "
                "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                (kind, key, body),
            )

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every document of a kind, oldest first."""
        with self.lock:
            found = self._connection.execute(
                "SELECT body FROM documents WHERE kind = ? ORDER BY number", (kind,)
            ).fetchall()
        return [json.loads(body) for (body,) in found]

    def next_number(self, name: str) -> int:
        """1, 2, 3 … for each name, never twice."""
        with self.lock:
            number = int((self.get("counter", name) or {"last": 0})["last"]) + 1
            self.put("counter", name, {"last": number})
            return number

    def forget_all_but(self, kind: str, newest: int) -> None:
        """Keep only the newest documents of a kind."""
        with self.lock:
            self._connection.execute(
                "DELETE FROM documents WHERE kind = ? AND number NOT IN "
                "(SELECT number FROM documents WHERE kind = ? ORDER BY number DESC LIMIT ?)",
                (kind, kind, newest),
            )

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._connection.close()
