"""The provider fakes on loopback, a shop that receives their notices, and our clients."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from functions.payments.providers.wechat_documents import Merchant
from functions.payments.providers.wechat_pay import WechatPay
from infra.local.providers import Providers, keys
from kit import http_client
from kit.wechat import Account, MiniProgram
from tests.kit.time import Clock


@dataclass(frozen=True)
class Received:
    """One request of a provider to us, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Shop:
    """Our side of the notices: keeps what comes and answers what the test decides."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._came = threading.Condition()
        self.answer: Callable[[Received], tuple[int, bytes]] = lambda _: (204, b"")
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                received = Received(self.path, dict(self.headers.items()), body)
                with shop._came:
                    shop.received.append(received)
                    shop._came.notify_all()
                status, content = shop.answer(received)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def wait_for(self, count: int) -> bool:
        """Whether so many requests came within ten seconds."""
        with self._came:
            return self._came.wait_for(lambda: len(self.received) >= count, timeout=10)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="session")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key pairs are slow to make, so one set serves every test."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.load(path)
    return path


@pytest.fixture
def state(tmp_path: Path, keys_file: Path) -> Path:
    """A state directory with keys and nothing else."""
    shutil.copy(keys_file, tmp_path / "keys.json")
    return tmp_path


def local_providers(state: Path) -> Providers:
    """Providers that send and settle only when the test says so."""
    return Providers(state, in_background=False, settle_refunds_after=None)


@pytest.fixture
def providers(state: Path, at: Clock) -> Iterator[Providers]:
    """Every provider, listening; time is `at`."""
    started = local_providers(state)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Where notices go."""
    started = Shop()
    yield started
    started.stop()


@pytest.fixture
def session() -> Iterator[http_client.Session]:
    """Our outgoing connections."""
    with http_client.session() as opened:
        yield opened


@pytest.fixture
def merchant(providers: Providers) -> Merchant:
    return Merchant.model_validate(providers.credentials()["wechat-pay"])


@pytest.fixture
def wechat_pay(merchant: Merchant, session: http_client.Session) -> WechatPay:
    """Our client at the fake."""
    return WechatPay(merchant, session)


@pytest.fixture
def mini_program(providers: Providers, session: http_client.Session) -> MiniProgram:
    """Our client at WeChat."""
    account = Account.model_validate(providers.credentials()["wechat-mini-program"])
    return MiniProgram(account, session)
