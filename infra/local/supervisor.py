"""Starts the parts of the product as processes of their own, keeps them alive, and ends them in order."""

import dataclasses
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from watchfiles import PythonFilter, watch

from infra.description import ROOT
from infra.local import engines, names, seed
from infra.local.place import HOST, Place
from infra.local.providers import Ports

_WATCHED = ("functions", "infra", "layers/kit/python", "serverless.yml")
_LOOK_EVERY_MS = 250
_HASTY_SECONDS = 2
_POLITE_SECONDS = 10
_START_SECONDS = 60


class CannotRun(Exception):
    """Something on this machine is in the way; the text says what, and what to do about it."""


@dataclass
class Part:
    """One process and how to tell that it is ready; parts that come later need it."""

    name: str
    title: str
    start: Callable[[], engines.Process]
    ready: Callable[[], bool]
    process: engines.Process | None = None
    began: float = 0.0

    def stop(self) -> None:
        """End the process, if there is one."""
        if self.process and self.process.poll() is None:
            engines.stop(self.process)
        self.process, self.began = None, 0.0


def run(place: Place) -> None:
    """Bring everything up and stay until SIGINT or SIGTERM; raises CannotRun."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begun = time.monotonic()
    with _alone(place), _listening(place) as descriptor:
        supervisor = Supervisor(place, descriptor)
        try:
            supervisor.bring_up()
            _greet(place, time.monotonic() - begun)
            supervisor.stay()
        except KeyboardInterrupt:
            _say("正在停止…")
        finally:
            supervisor.bring_down()


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Hold the folder for this run."""
    place.logs.mkdir(parents=True, exist_ok=True)
    with (place.folder / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"已经在运行：{place.address}（要重新启动，先在那个终端按 Ctrl-C）") from None
        yield


@contextmanager
def _listening(place: Place) -> Iterator[int]:
    """The descriptor of the shop's listening socket; it stays open while the functions restart."""
    try:
        listening = socket.create_server((HOST, place.shop), backlog=512)
    except OSError:
        raise _taken(place.shop, "SHOP_PORT") from None
    with listening:
        yield listening.fileno()


def _taken(port: int, variable: str) -> CannotRun:
    return CannotRun(f"端口 {port} 已被占用；请换一个，例如 {variable}={port + 100} make run")


class Supervisor:
    """The processes of one run."""

    def __init__(self, place: Place, listening: int) -> None:
        self._place = place
        self._listening = listening
        self._parts: list[Part] = []
        self._pids = place.folder / "processes.json"

    def bring_up(self) -> None:
        """Start every part after the ones it needs; raises CannotRun."""
        place = self._place
        self._end_orphans()
        self._check_ports()
        os.environ.update(names.endpoints(place.tables if engines.dynoxide() else place.cloud, place.cloud))
        os.environ.update(names.environment())
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "layers" / "kit" / "python")])
        self._bring_up(list(self._engines()))
        _load_demo(place)
        self._bring_up(list(self._services()))

    def _bring_up(self, parts: list[Part]) -> None:
        self._parts += parts
        for part in parts:
            self._launch(part)
        for part in parts:
            self._await(part)

    def stay(self) -> None:
        """Restart the functions when their files change, and any part that ends by itself."""
        looks = watch(
            *(ROOT / path for path in _WATCHED),
            watch_filter=PythonFilter(extra_extensions=(".yml",)),
            rust_timeout=_LOOK_EVERY_MS,
            yield_on_timeout=True,
        )
        for changes in looks:
            if changes and self._place.reload:
                _say("代码有改动，重新载入函数")
                self._parts[-1].stop()
            self._revive()

    def bring_down(self) -> None:
        """End every part, the last one first."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in reversed(self._parts):
            part.stop()
        self._pids.unlink(missing_ok=True)

    def _engines(self) -> Iterator[Part]:
        place = self._place
        if engines.dynoxide():
            file = place.folder / "tables.sqlite"
            yield Part(
                "tables",
                "数据表（dynoxide）",
                lambda: engines.start_tables(place.tables, file, self._log("tables")),
                lambda: engines.tables_answer(place.tables) and engines.index_streams(file),
            )
        yield Part(
            "cloud",
            "队列、事件与文件（MiniStack）",
            lambda: engines.start_cloud(
                place.cloud, place.folder / "cloud", keep=True, log=self._log("cloud")
            ),
            lambda: engines.cloud_answers(place.cloud),
        )

    def _services(self) -> Iterator[Part]:
        place = self._place
        yield Part(
            "providers",
            "微信、短信、快递等服务的替身",
            lambda: self._python("providers", "infra.local.outside"),
            place.provider_addresses.exists,
        )
        yield Part(
            "functions",
            "函数与网关",
            lambda: self._python("functions", "infra.local.worker", self._listening),
            lambda: engines.answers(f"{place.address}/_local/ready"),
        )

    def _launch(self, part: Part) -> None:
        part.began = time.monotonic()
        if part.name == "providers":
            self._place.provider_addresses.unlink(missing_ok=True)
        part.process = part.start()
        self._note()

    def _await(self, part: Part) -> None:
        assert part.process
        try:
            engines.wait_ready(part.process, part.ready, part.title, _START_SECONDS)
        except engines.DidNotStart as failure:
            raise CannotRun(f"{failure}；原因见 {_shown(self._log(part.name))}") from None
        _say(f"  {part.title}  {time.monotonic() - part.began:.1f} 秒")

    def _revive(self) -> None:
        """Start what is not running, and restart whatever needs it."""
        for index, part in enumerate(self._parts):
            if part.process and part.process.poll() is None:
                continue
            if part.process:
                _say(f"{part.title}意外结束（{_ending(part.process.returncode)}），正在重启")
                part.process = None
            if time.monotonic() - part.began < _HASTY_SECONDS:
                return  # it ended at once: give somebody time to mend it
            for later in reversed(self._parts[index + 1 :]):
                later.stop()
            try:
                self._launch(part)
                self._await(part)
            except CannotRun as failure:
                _say(str(failure))
                return

    def _python(self, name: str, module: str, descriptor: int | None = None) -> engines.Process:
        descriptors = () if descriptor is None else (descriptor,)
        command = [sys.executable, "-m", module, *map(str, descriptors)]
        return engines.spawn(command, log=self._log(name), descriptors=descriptors)

    def _log(self, name: str) -> Path:
        return self._place.logs / f"{name}.log"

    def _check_ports(self) -> None:
        place = self._place
        used = {place.cloud: "SHOP_CLOUD_PORT"} | (
            {place.tables: "SHOP_TABLES_PORT"} if engines.dynoxide() else {}
        )
        used |= {
            place.providers + index: "SHOP_PROVIDERS_PORT"
            for index, _ in enumerate(dataclasses.fields(Ports))
        }
        for port, variable in used.items():
            if not engines.is_free(port):
                raise _taken(port, variable)

    def _end_orphans(self) -> None:
        """End what a killed run has left behind, and wait for it: it may still be writing what it keeps."""
        noted = json.loads(self._pids.read_text()) if self._pids.exists() else {}
        for ending, seconds in ((signal.SIGTERM, _POLITE_SECONDS), (signal.SIGKILL, 1)):
            for pid in _still_running(noted):
                with suppress(ProcessLookupError):
                    os.kill(pid, ending)
            deadline = time.monotonic() + seconds
            while _still_running(noted) and time.monotonic() < deadline:
                time.sleep(_LOOK_EVERY_MS / 1000)

    def _note(self) -> None:
        pids = [part.process.pid for part in self._parts if part.process]
        self._pids.write_text(json.dumps({pid: _command_of(pid) for pid in pids}))


def _still_running(noted: Mapping[str, str]) -> list[int]:
    """Which of these are the processes that were noted, and not others that got their numbers since."""
    return [int(pid) for pid, command in noted.items() if command and _command_of(int(pid)) == command]


def _load_demo(place: Place) -> None:
    if not seed.is_wanted(place):
        return
    if seed.was_cut_off(place):
        raise CannotRun("演示数据上次没有写完；先运行 make reset")
    _say("  首次运行，写入演示数据")
    status = subprocess.run([sys.executable, "-m", "infra.local.seed"], check=False).returncode
    if status == seed.ABSENT:
        _say("  没有可写入的演示数据")
    elif status:
        raise CannotRun("演示数据没有写完，原因见上；make reset 之后可以重来")


def _greet(place: Place, seconds: float) -> None:
    _say(f"\n就绪，用时 {seconds:.0f} 秒。Ctrl-C 停止；make reset 清空数据。\n")
    pages = {"商城　　": "/", "管理后台": "/admin-console/", "接口文档": "/docs", "开发台　": "/dev"}
    for title, path in pages.items():
        _say(f"  {title}  {place.address}{path}")
    for account in seed.accounts(place):
        _say("  " + "  ".join(account.values()))
    _say(f"\n日志在 {_shown(place.logs)}")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _ending(status: int) -> str:
    return f"信号 {-status}" if status < 0 else f"状态 {status}"


def _command_of(pid: int) -> str:
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def _say(line: str) -> None:
    print(line, flush=True)
