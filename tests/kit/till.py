"""WeChat Pay at the other end of a test: it calls our notice addresses like the real one."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from functions.payments import api as payments_api
from infra.local.providers import Providers
from infra.local.providers.wechat_pay import WechatPay
from kit import secrets
from tests.kit.http import call


class Till:
    """The provider and the way its notices take to us."""

    def __init__(self, providers: Providers) -> None:
        self.providers = providers

    @property
    def wechat(self) -> WechatPay:
        return self.providers.wechat_pay

    def deliver(self) -> None:
        """Send the notices that are due."""
        self.providers.run_due()


class _Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = call(payments_api.app, "POST", self.path, body, headers=dict(self.headers.items()))
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def opened(state: Path, keys: Path) -> Iterator[Till]:
    """A till whose provider sends notices and settles refunds when the test says so."""
    shutil.copy(keys, state / "keys.json")
    door = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    listening = threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True)
    listening.start()
    providers = Providers(state, in_background=False, settle_refunds_after=None)
    providers.start()
    for name, document in providers.credentials().items():
        secrets.store(name, document)
    secrets.store("public-url", f"http://127.0.0.1:{door.server_port}")
    try:
        yield Till(providers)
    finally:
        providers.stop()
        door.shutdown()
        listening.join()
        door.server_close()
