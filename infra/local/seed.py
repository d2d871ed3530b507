"""Fills the shop with demo data, through the same operations as real use, before anybody can look."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from infra.local import prepare
from infra.local.clock import LocalClock
from infra.local.place import Place, place

ABSENT = 3


def accounts(here: Place) -> list[dict[str, str]]:
    """The demo accounts; none before the data is loaded."""
    file = _finished(here)
    loaded: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return loaded


def is_wanted(here: Place) -> bool:
    """Whether this start should load the data."""
    return here.demo and not _finished(here).exists()


def was_cut_off(here: Place) -> bool:
    """Whether a former start began to load and did not finish."""
    return _begun(here).exists() and not _finished(here).exists()


def main() -> None:
    """Load once; `infra.local.demo.load(place, say)` returns the accounts to show to people."""
    here = place()
    LocalClock(here.clock).install()
    demo: Any = importlib.import_module("infra.local.demo")
    if not hasattr(demo, "load"):
        sys.exit(ABSENT)
    prepare.tables()
    prepare.cloud(here)
    _begun(here).touch()
    loaded = demo.load(here, lambda line: print(f"    {line}", flush=True))
    _finished(here).write_text(json.dumps(loaded, ensure_ascii=False), encoding="utf-8")


def _begun(here: Place) -> Path:
    return here.folder / "demo.begun"


def _finished(here: Place) -> Path:
    return here.folder / "demo.json"


if __name__ == "__main__":
    main()
