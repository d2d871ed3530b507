"""The local run as a newcomer starts it, on free ports and in a folder of its own."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from infra.description import ROOT
from infra.local import engines

_MOST_SECONDS = 240
_LOWEST_PORT, _BLOCK = 20_000, 20


class DidNotSay(AssertionError):
    """The run ended, or the time was over, before it printed what was waited for."""


class Run:
    """One `python -m infra.local` and what it has printed so far."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        port = port or _free_block()
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        self.tables_port = port + 1 if engines.dynoxide() else port + 2
        self.environment = {
            **os.environ,
            "SHOP_FOLDER": str(folder),
            "SHOP_PORT": str(port),
            "SHOP_DEMO": "no",
            "SHOP_RELOAD": "no",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "kit" / "python")]),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._more:
                self._lines.append(line)
                self._more.notify_all()
        with self._more:
            self._lines.append("(ended)")
            self._more.notify_all()

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until a text was printed so many times; raises DidNotSay."""
        with self._more:
            self._more.wait_for(lambda: self._said(text) >= times or self._said("(ended)"), _MOST_SECONDS)
            if self._said(text) < times:
                raise DidNotSay(f"{text!r} in:\n{''.join(self._lines)}")

    def _said(self, text: str) -> int:
        return sum(text in line for line in self._lines)

    def get(self, path: str) -> requests.Response:
        """Ask the shop; waits while the functions restart."""
        return requests.get(self.address + path, timeout=_MOST_SECONDS)

    def stop(self) -> int:
        """Ask it to end and wait; gives the exit status."""
        if self.process.poll() is None:
            self.process.terminate()  # SIGINT is ignored in what a script started in the background
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; gives the exit status."""
        status = self.process.wait(30)
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()
        return status


@contextmanager
def running(folder: Path) -> Iterator[Run]:
    """Start a run and wait until it is ready; ends it afterwards."""
    run = Run(folder)
    try:
        run.wait_for("就绪")
        yield run
    finally:
        run.stop()


def _free_block() -> int:
    """The first of as many free ports in a row as a run uses, below those the system gives to connections."""
    starts = range(_LOWEST_PORT + os.getpid() * _BLOCK % 8_000, 32_000, _BLOCK)
    return next(start for start in starts if all(engines.is_free(start + step) for step in range(_BLOCK)))
