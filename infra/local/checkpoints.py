"""Small documents that outlive the process: how far each function has come."""

import json
from pathlib import Path
from typing import Any


class Checkpoints:
    """One document per name; in memory alone when there is no folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: dict[str, Any] = {}
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> Any:
        """The last document written under a name, or None."""
        if name not in self._held:
            path = self._path(name)
            self._held[name] = json.loads(path.read_text()) if path and path.exists() else None
        return self._held[name]

    def write(self, name: str, document: Any) -> None:
        """Replace a document; after a crash it is the old one or the new one, never half of each."""
        self._held[name] = document
        if path := self._path(name):
            draft = path.with_suffix(".new")
            draft.write_text(json.dumps(document))
            draft.replace(path)

    def _path(self, name: str) -> Path | None:
        return self._folder / f"{name}.json" if self._folder else None
