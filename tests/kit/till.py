"""The providers at the other end of a test; they call us back like the real ones."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from functions.orders import api as orders_api
from functions.payments import api as payments_api
from infra.local.providers import Providers, keys
from infra.local.providers.wechat_pay import WechatPay
from kit import secrets
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import sign_with_test_key
from tests.kit.time import Clock


class Till:
    """The providers and the way their notices take to us."""

    def __init__(self, providers: Providers, door: "Door") -> None:
        self.providers = providers
        self._door = door

    @property
    def wechat(self) -> WechatPay:
        return self.providers.wechat_pay

    def deliver(self) -> None:
        """Send the notices that are due, and wait until we are done with them.

        On a busy machine a provider may lose patience with us first; then it only repeats itself later.
        """
        self.providers.run_due()
        self._door.wait()


class _Handler(BaseHTTPRequestHandler):
    server: "Door"

    def do_POST(self) -> None:
        with self.server.working:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            app = orders_api.app if self.path == "/callbacks/kuaidi100" else payments_api.app
            answer = call(app, "POST", self.path, body, headers=dict(self.headers.items()))
        with suppress(OSError):
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        pass


class Door(ThreadingHTTPServer):
    """Where providers reach us; one caller at a time."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.working = threading.Lock()

    def wait(self) -> None:
        """Wait for whoever is being served."""
        with self.working:
            pass


@pytest.fixture(scope="session")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key pairs are slow to make, so one set serves every test."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.load(path)
    return path


@pytest.fixture
def till(tmp_path: Path, keys_file: Path, tables: Tables, cloud: Cloud, at: Clock) -> Iterator[Till]:
    """Providers that send notices and settle refunds when the test says so."""
    sign_with_test_key()
    shutil.copy(keys_file, tmp_path / "keys.json")
    door = Door()
    listening = threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True)
    listening.start()
    providers = Providers(tmp_path, in_background=False, settle_refunds_after=None)
    providers.start()
    for name, document in providers.credentials().items():
        secrets.store(name, document)
    secrets.store("public-url", f"http://127.0.0.1:{door.server_port}")
    try:
        yield Till(providers, door)
    finally:
        providers.stop()
        door.shutdown()
        listening.join()
        door.server_close()
