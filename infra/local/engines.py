"""The engines that stand for AWS: dynoxide for tables (it survives a kill), MiniStack for everything else.

MiniStack keeps the tables too where no dynoxide package is installed for this machine.
"""

import ctypes
import os
import platform
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import urllib3

from infra.description import ROOT

Process = subprocess.Popen[bytes]

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_PACKAGES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_CLOUD_SERVICES = "s3,sqs,ssm,events"


class DidNotStart(Exception):
    """An engine ended, or kept silent, before it was ready."""


_STREAM_INDEXES = {
    "stream_records_in_order": "table_name, CAST(sequence_number AS INTEGER)",
    "stream_records_of_shard": "table_name, shard_id, sequence_number",
}


def dynoxide() -> Path | None:
    """The crash-safe table engine, where npm could install it."""
    package = f"{platform.system().lower()}-{_PACKAGES.get(platform.machine().lower(), 'none')}"
    binary = ROOT / "node_modules" / "@dynoxide" / package / "dynoxide"
    return binary if binary.exists() else None


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether nothing listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def start_tables(port: int, file: Path | None = None, log: Path | None = None) -> Process:
    """Start dynoxide, in memory or on a file."""
    binary = dynoxide()
    if binary is None:
        raise DidNotStart("dynoxide is not installed for this machine")
    command = [str(binary), "serve", "--host", "127.0.0.1", "--port", str(port)]
    return spawn(command + (["--db-path", str(file)] if file else []), log=log)


def index_streams(file: Path) -> bool:
    """Let dynoxide find a table's stream records; it makes no index of its own. True when it is done.

    Without one every write and every look at a stream reads all records of all tables; with the demo data
    that keeps a whole core busy.
    """
    with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
        for index, columns in _STREAM_INDEXES.items():
            connection.execute(f"CREATE INDEX IF NOT EXISTS {index} ON _stream_records ({columns})")
    return True


def start_cloud(
    port: int, folder: Path, keep: bool, log: Path | None = None, services: str | None = None
) -> Process:
    """Start MiniStack; with `keep` it writes its state into `folder` when it is ended by SIGTERM."""
    usual = _CLOUD_SERVICES if dynoxide() else f"{_CLOUD_SERVICES},dynamodb,dynamodbstreams"
    environment = {
        **os.environ,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": services or usual,
        "MINISTACK_REGION": os.environ["AWS_REGION"],
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(folder),
        "PERSIST_STATE": "1" if keep else "0",
        "S3_PERSIST": "1" if keep else "0",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "objects"),
    }
    return spawn([sys.executable, "-m", "ministack"], environment, log)


def spawn(
    command: list[str],
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    descriptors: tuple[int, ...] = (),
) -> Process:
    """Start a child that ends when this process does, however that happens; it inherits `descriptors`.

    What it prints is added to `log`.

    Must be called from the main thread: Linux ends the child with the thread that started it.
    """
    with (log or Path(os.devnull)).open("ab") as output:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=descriptors,
            preexec_fn=_follow_parent,
        )


def _follow_parent() -> None:
    os.setpgrp()  # Ctrl-C reaches the supervisor alone, which then ends its children in order
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def tables_answer(port: int) -> bool:
    """Whether the table engine accepts connections."""
    return not is_free(port)


def cloud_answers(port: int) -> bool:
    """Whether MiniStack is ready."""
    return answers(f"http://127.0.0.1:{port}/_ministack/ready")


def answers(url: str) -> bool:
    """Whether an address answers with success."""
    try:
        return urllib3.request("GET", url, retries=False, timeout=1).status < 300
    except urllib3.exceptions.HTTPError:
        return False


def wait_ready(process: Process, ready: Callable[[], bool], name: str, seconds: float = 30) -> None:
    """Return once `ready`; raises DidNotStart when the process ends first or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise DidNotStart(f"{name} did not answer within {seconds:.0f} s")
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
            raise DidNotStart(f"{name} ended with status {process.returncode}")


def stop(process: Process, seconds: float = 10) -> None:
    """End a process politely, so that it keeps its state; forcefully when it does not listen."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
