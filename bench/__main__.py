"""`make bench`: what each operation costs in calls, units, CPU and instructions, and each function at start,
and how good recommendations and forecasts are.

Units are what the table engine reports. CPU is this process's own (the engines are other processes); it
includes the way of the request through gateway event, router and validation. Instructions are counted where
valgrind is installed, with `make bench INSTRUCTIONS=yes`, which takes some minutes.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench import instructions, starts
from bench.meter import metered
from tests.kit.engines import Session

_REPETITIONS = 20


def operations() -> None:
    """One line per operation."""
    session = Session()
    session.tables()
    session.cloud()
    # Table names are in the environment now; contexts read them when they are imported.
    from bench import scenes

    print(f"{'operation':24}{'reads':>6}{'writes':>7}{'RU':>7}{'WU':>7}{'index WU':>10}{'CPU ms':>9}")
    with scenes.staged() as stage:
        for scene in stage.scenes():
            first, *others = scene.acts(_REPETITIONS + 1)
            with metered() as bill:
                first()
            began = time.process_time()
            for act in others:
                act()
            each_ms = (time.process_time() - began) / len(others) * 1000
            print(
                f"{scene.name:24}{len(bill.reads):6}{len(bill.writes):7}{bill.read_units:7.1f}"
                f"{bill.table_write_units:7.0f}{bill.index_write_units:10.0f}{each_ms:9.2f}",
                flush=True,
            )
    session.close()


def _learning() -> None:
    from bench import learning  # table names are in the environment by now

    print()
    learning.main()


def _instructions() -> None:
    if os.environ.get("INSTRUCTIONS") != "yes":
        print("\ninstructions: not counted (make bench INSTRUCTIONS=yes counts them)")
    elif not shutil.which("valgrind"):
        print("\ninstructions: valgrind is not installed")
    else:
        print("\ninstructions per operation, in thousands")
        subprocess.run(instructions.command(), check=True)


def main() -> None:
    operations()
    _learning()
    _instructions()
    starts.report(Path(__file__).parents[1])


if __name__ == "__main__":
    sys.exit(main())
