"""Counts instructions per operation: the shop runs under callgrind, which is told when to count.

Repeatable whatever else the machine does; kernel time (sending and receiving) is not in it.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.kit.engines import Session

_REPETITIONS = 3


def command() -> list[str]:
    """The command line that counts."""
    return [
        "valgrind",
        "--tool=callgrind",
        "--quiet",
        f"--callgrind-out-file={tempfile.gettempdir()}/callgrind.%p",
        sys.executable,
        "-m",
        "bench.instructions",
    ]


def main() -> None:
    """Runs under callgrind."""
    session = Session()
    session.tables()
    session.cloud()
    from bench import scenes

    with scenes.staged() as stage:
        for scene in stage.scenes():
            first, *others = scene.acts(_REPETITIONS + 1)
            first()
            _control("--zero")
            for act in others:
                act()
            _control(f"--dump={scene.name}")
            print(f"{scene.name:24}{_newest_total() / _REPETITIONS / 1000:12.0f}", flush=True)
    session.close()


def _control(order: str) -> None:
    subprocess.run(["callgrind_control", order, str(os.getpid())], check=True, capture_output=True)


def _newest_total() -> int:
    dumps = Path(tempfile.gettempdir()).glob(f"callgrind.{os.getpid()}*")
    newest = max(dumps, key=lambda path: path.stat().st_mtime)
    found = re.search(r"^(?:totals|summary): (\d+)", newest.read_text(), re.MULTILINE)
    newest.unlink()
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
