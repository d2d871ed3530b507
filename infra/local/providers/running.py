"""Starts and stops every provider fake together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.providers import credentials, keys
from infra.local.providers.kuaidi100 import Kuaidi100
from infra.local.providers.mini_program import MiniProgram
from infra.local.providers.outbox import Outbox
from infra.local.providers.sms import Sms
from infra.local.providers.smtp import Smtp
from infra.local.providers.store import Store
from infra.local.providers.union_pay import UnionPay
from infra.local.providers.web import Fake, Server
from infra.local.providers.wechat_pay import WechatPay
from kit import clock, http_client

BETWEEN_ROUNDS = timedelta(milliseconds=200)


@dataclass(frozen=True)
class Ports:
    """Where each provider listens; 0 takes any free port."""

    wechat_pay: int = 0
    mini_program: int = 0
    sms: int = 0
    kuaidi100: int = 0
    union_pay: int = 0
    smtp: int = 0


class Providers:
    """Every provider, with its state in one directory and its time from `now`.

    `in_background` lets notices and retries leave by themselves; without it `run_due` sends them.
    """

    def __init__(
        self,
        state: Path,
        now: Callable[[], datetime] = clock.now,
        *,
        host: str = "127.0.0.1",
        in_background: bool = True,
        compression: int = 60,
        settle_refunds_after: timedelta | None = timedelta(seconds=3),
        push_url: str = "",
    ) -> None:
        """`compression`: how many times faster than the providers' schedule notices are repeated.

        `push_url`: where the mini-program's console says that messages are pushed to.
        """
        self._host = host
        self._in_background = in_background
        self.keys = keys.load(state / "keys.json")
        self._store = Store(state / "providers.sqlite")
        self._outbox = Outbox(self._store, now)
        self._session = http_client.session()
        known = (self.keys, self._store, self._outbox, now, self._session)
        self.wechat_pay = WechatPay(*known, compression=compression, settle_after=settle_refunds_after)
        self.mini_program = MiniProgram(*known, self.wechat_pay.find_paid, push_url)
        self.kuaidi100 = Kuaidi100(*known, compression=compression)
        self.union_pay = UnionPay(*known, compression=compression)
        self.sms = Sms(self.keys, self._outbox, now)
        self._smtp = Smtp(self.keys, self._outbox, host)
        self._servers: dict[str, Server] = {}
        self._stopping = threading.Event()
        self._rounds = threading.Thread(target=self._run_rounds, daemon=True)

    def start(self, ports: Ports = Ports()) -> None:
        """Listen on every port."""
        for name, fake in self._fakes().items():
            self._servers[name] = Server(fake, self._host, getattr(ports, name))
        self._smtp.start(ports.smtp)
        if self._in_background:
            self._rounds.start()

    def stop(self) -> None:
        """Stop listening; what was promised is kept and goes on at the next start."""
        self._stopping.set()
        if self._rounds.is_alive():
            self._rounds.join()
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.stop, self._servers.values()))
        self._smtp.stop()
        self._session.close()
        self._store.close()

    def urls(self) -> dict[str, str]:
        """The address of each provider by name; that of `smtp` has no paths."""
        mail = {"smtp": f"smtp://{self._host}:{self._smtp.port}"}
        return {name: server.url for name, server in self._servers.items()} | mail

    def credentials(self) -> dict[str, dict[str, Any]]:
        """The merchant's secrets by name, as `kit.secrets` keeps them."""
        return credentials.documents(self.keys, self.urls())

    def outbox(self, channel: str | None = None, to: str | None = None) -> list[dict[str, Any]]:
        """Messages people would have received, oldest first; `channel` is sms, email or wechat."""
        return self._outbox.messages(channel, to)

    def run_due(self) -> None:
        """Send the notices that are due by now."""
        for fake in self._fakes().values():
            fake.run_due()

    def _fakes(self) -> dict[str, Fake]:
        return {
            "wechat_pay": self.wechat_pay,
            "mini_program": self.mini_program,
            "sms": self.sms,
            "kuaidi100": self.kuaidi100,
            "union_pay": self.union_pay,
        }

    def _run_rounds(self) -> None:
        while not self._stopping.wait(BETWEEN_ROUNDS.total_seconds()):
            self.run_due()
