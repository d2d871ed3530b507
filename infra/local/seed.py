"""Fills the shop with demo data, through the same operations as real use."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import urllib3

from infra.local.clock import LocalClock
from infra.local.place import Place, place

ABSENT = 3


def accounts(here: Place) -> list[dict[str, str]] | None:
    """The demo accounts, or None when the data was never loaded."""
    file = _file(here)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def settle(here: Place, seconds: float = 120) -> None:
    """Wait until every fact has been delivered; raises TimeoutError."""
    address = f"{here.address}/dev/quiet?seconds={seconds:.0f}"
    if urllib3.request("GET", address, timeout=seconds + 5, retries=False).status != 200:
        raise TimeoutError("facts are still being delivered")


def main() -> None:
    """Load once; `infra.local.demo.load(say, settle)` returns the accounts to show to people."""
    here = place()
    LocalClock(here.clock).install()
    demo: Any = importlib.import_module("infra.local.demo")
    if not hasattr(demo, "load"):
        sys.exit(ABSENT)
    loaded = demo.load(lambda line: print(f"  {line}", flush=True), lambda: settle(here))
    _file(here).write_text(json.dumps(loaded, ensure_ascii=False), encoding="utf-8")


def _file(here: Place) -> Path:
    return here.folder / "demo.json"


if __name__ == "__main__":
    main()
