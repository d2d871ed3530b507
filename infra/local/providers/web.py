"""An ordinary HTTP server around each fake, with faults on request."""

import json
import socket
import threading
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from infra.local.providers.outbox import Outbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HANG_SECONDS = 30


class Fault(BaseModel):
    """What goes wrong with the next request: `before` it took effect, or `after`.

    `hang` never answers, `disconnect` drops the connection, `error` answers 500, `refuse` answers with the
    given code of the provider without doing anything.
    """

    kind: Literal["hang", "disconnect", "error", "refuse"]
    moment: Literal["before", "after"] = "before"
    status: int = 400
    code: str = ""


class Refusal(Exception):
    """The provider says no, in its own code."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status


class Fake:
    """A provider: `routes` maps addresses to method names; control addresses start with /_control/."""

    routes: tuple[tuple[str, str, str], ...] = ()

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self._faults: deque[Fault] = deque()
        self._stopping = threading.Event()
        own = (("GET", "/_control/outbox", "show_outbox"), ("POST", "/_control/faults", "add_fault"))
        self._map = Map(
            [Rule(path, methods=[method], endpoint=name) for method, path, name in self.routes + own]
        )

    def fail_next(self, kind: Literal["hang", "disconnect", "error", "refuse"], **more: Any) -> None:
        """Let the next request fail; faults queue up."""
        self._faults.append(Fault(kind=kind, **more))

    def refuse(self, refusal: Refusal) -> Response:
        """How this provider words a refusal."""
        return as_json({"code": refusal.code, "message": refusal.message}, refusal.status)

    def malformed(self, field: str, issue: str) -> Refusal:
        """What this provider says when a field is out of bounds."""
        return Refusal("PARAM_ERROR", f"{field}: {issue}")

    def finish(self, request: Request, response: Response) -> Response:
        """The last touch on every answer of the provider, such as a signature."""
        return response

    def run_due(self) -> None:
        """Do what is due by the provider's clock."""

    def stop(self) -> None:
        """Let go of requests that hang."""
        self._stopping.set()

    def show_outbox(self, request: Request) -> Response:
        return as_json({"items": self.outbox.messages(request.args.get("channel"), request.args.get("to"))})

    def add_fault(self, request: Request) -> Response:
        self._faults.append(Fault.model_validate(request.get_json()))
        return Response(status=204)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/_control/"):
            return self._dispatch(request)(environ, start_response)
        fault = self._faults.popleft() if self._faults else None
        if fault is None or fault.moment == "after":
            response = self._dispatch(request)
        if fault is not None:
            response = self._strike(fault, environ)
        return self.finish(request, response)(environ, start_response)

    def _strike(self, fault: Fault, environ: "WSGIEnvironment") -> Response:
        if fault.kind == "refuse":
            return self.refuse(Refusal(fault.code, fault.code, fault.status))
        if fault.kind == "hang":
            self._stopping.wait(HANG_SECONDS)
        if fault.kind in ("hang", "disconnect"):
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return self.refuse(Refusal("SYSTEM_ERROR", "系统错误", 500))

    def _dispatch(self, request: Request) -> Response:
        try:
            name, arguments = self._map.bind_to_environ(request.environ).match()
            response: Response = getattr(self, name)(request, **arguments)
        except Refusal as refusal:
            response = self.refuse(refusal)
        except ValidationError as failure:
            first = failure.errors()[0]
            response = self.refuse(self.malformed(".".join(map(str, first["loc"])), first["msg"]))
        except HTTPException as failure:
            response = self.refuse(Refusal(str(failure.code), failure.name, failure.code or 500))
        return response


def as_json(document: Any, status: int = 200) -> Response:
    """A JSON answer in UTF-8."""
    return Response(
        json.dumps(document, ensure_ascii=False), status, content_type="application/json; charset=utf-8"
    )


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Server:
    """A fake at an address, answering in threads of its own."""

    def __init__(self, fake: Fake, host: str, port: int) -> None:
        self._fake = fake
        self._server: BaseWSGIServer = make_server(
            host, port, fake, threaded=True, request_handler=_QuietHandler
        )
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop answering."""
        self._fake.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
