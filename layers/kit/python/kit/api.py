"""HTTP: one declaration per endpoint validates, authorises, documents and renders it.

Chalice is the router only. Its middleware never sees a view's exception and its errors lose the CORS
headers, so everything is translated inside the view. The request travels as an argument (`Call`), never
through the app object, because Chalice's `current_request` is shared between threads.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from chalice.app import Blueprint, Chalice, CORSConfig, Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

from kit import actor, clock, ids, tokens
from kit.actor import Acting, Journal, Outcome
from kit.errors import BeyondRegions, DomainError, Forbidden, Invalid, Malformed, NotFound, Unauthenticated
from kit.log import logger
from kit.problems import InternalError, problem
from kit.tokens import Principal
from kit.validation import field_errors

CORS = CORSConfig(
    allow_origin="*",
    allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
    expose_headers=["Retry-After", "X-Request-Id"],
    max_age=86_400,
)
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PATH_PARAMETER = re.compile(r"[^\x00-\x1f\x7f]{1,128}")  # longer than anything we name
_request: ContextVar[Request] = ContextVar("request")
_journal: ContextVar[Journal | None] = ContextVar("journal", default=None)


class Body(BaseModel):
    """Base of request bodies: unknown fields refused, text trimmed, no silent conversions."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, strict=True)


class View(BaseModel):
    """Base of answers."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Access:
    """Who may call: anybody, an agent's user, staff with one of some permissions, or a provider's server.

    What is done `everywhere` is done by staff who are not limited to regions.
    """

    kind: Literal["visitor", "agent", "staff", "provider"]
    permissions: tuple[str, ...] = ()
    everywhere: bool = False


VISITOR = Access("visitor")
AGENT = Access("agent")
STAFF = Access("staff")
PROVIDER = Access("provider")


def permission(*names: str) -> Access:
    """Staff who hold this permission, e.g. `orders.ship`, or one of several."""
    return Access("staff", names)


def everywhere(access: Access) -> Access:
    """The same staff, but for those limited to regions: what is done has its effect in all of them."""
    return replace(access, everywhere=True)


class WrongDoor(Forbidden):
    """Agents' tokens do not open the back office, nor staff's the shop."""

    title = "当前账号不能访问此功能"


class MethodNotAllowed(DomainError):
    """The address exists, but not with this method."""

    status = 405
    title = "不支持的请求方法"


@dataclass(frozen=True)
class Call:
    """One request, as a view sees it."""

    request: Request
    now: datetime
    body: Any = None
    query: Any = None
    caller: Principal | None = None
    idempotency_key: str = ""

    @property
    def principal(self) -> Principal:
        """Who is calling; raises Unauthenticated for a visitor."""
        if self.caller is None:
            raise Unauthenticated()
        return self.caller

    @property
    def raw_body(self) -> bytes:
        """The exact bytes received, for signatures."""
        raw = self.request.raw_body
        return raw if isinstance(raw, bytes) else raw.encode()

    @property
    def headers(self) -> Mapping[str, str]:
        """Request headers; lookup ignores case."""
        return self.request.headers

    @property
    def query_parameters(self) -> dict[str, str]:
        """The query as sent, for callbacks whose parameters belong to a provider."""
        return {name: values[-1] for name, values in _query_parameters(self.request).items()}

    @property
    def request_id(self) -> str:
        return str(self.request.context.get("requestId", ""))

    @property
    def ip(self) -> str:
        return str(self.request.context.get("identity", {}).get("sourceIp") or "")

    @property
    def user_agent(self) -> str:
        return str(self.headers.get("user-agent", ""))[:200]

    def require(self, permission: str) -> None:
        """For what depends on the body: raises Forbidden unless the caller holds this permission."""
        require(self.principal, permission)

    def new_id(self) -> str:
        return ids.new_id(self.now)


@dataclass(frozen=True)
class Answer:
    """An answer that is not plain `200 + model`: text, bytes, other headers."""

    body: BaseModel | str | bytes | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Endpoint:
    """The declaration of one endpoint; the OpenAPI document is made from it."""

    name: str
    method: str
    path: str
    access: Access
    view: Callable[..., Any]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: Any = None
    status: int = 200
    idempotent: bool = False
    errors: tuple[type[DomainError], ...] = ()
    most_bytes: int = 65_536

    def __call__(self, **path_parameters: str) -> Response:
        request, now = _request.get(), clock.now()
        journal = _journal.get()
        operation = None
        try:
            caller = self._caller(request, now)
            self._check_size(request)
            if journal and caller and caller.kind == "staff" and self.method != "GET":
                name = f"{self.method} {self.path}"
                operation = actor.operation_of(request, caller, name, path_parameters, now)
                journal.begin(operation)
        except Exception as failure:
            return self._failed(failure, request)
        if journal is None or operation is None:
            return self._answer(request, caller, now, path_parameters)
        with actor.acting(operation) as acting:
            answered = self._answer(request, caller, now, path_parameters)
        _end(journal, acting, answered)
        return answered

    def _answer(
        self, request: Request, caller: Principal | None, now: datetime, path_parameters: dict[str, str]
    ) -> Response:
        try:
            if self.access.permissions and caller:
                require(caller, *self.access.permissions)
            if self.access.everywhere and caller and caller.regions:
                raise BeyondRegions()
            if not all(map(_PATH_PARAMETER.fullmatch, path_parameters.values())):
                raise NotFound()
            return _render(self.view(self._call(request, caller, now), **path_parameters), self.status)
        except Exception as failure:
            return self._failed(failure, request)

    def _failed(self, failure: Exception, request: Request) -> Response:
        if isinstance(failure, DomainError):
            return problem(failure, request)
        logger.error("unhandled", extra={"path": self.path, "method": self.method}, exc_info=failure)
        return problem(InternalError(), request)

    def _call(self, request: Request, caller: Principal | None, now: datetime) -> Call:
        return Call(
            request=request,
            now=now,
            caller=caller,
            idempotency_key=_idempotency_key(request) if self.idempotent else "",
            query=_query(request, self.query) if self.query else None,
            body=self._body(request) if self.body else None,
        )

    def _caller(self, request: Request, now: datetime) -> Principal | None:
        if self.access.kind == "provider":
            return None
        header = request.headers.get("authorization", "")
        if not header:
            if self.access.kind == "visitor":
                return None
            raise Unauthenticated()
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        principal = tokens.read(token.strip(), now)
        if self.access.kind != "visitor" and principal.kind != self.access.kind:
            raise WrongDoor()
        return principal

    def _check_size(self, request: Request) -> None:
        if self.access.kind != "provider" and len(request.raw_body or b"") > self.most_bytes:
            raise Malformed("请求内容过大", most_bytes=self.most_bytes)

    def _body(self, request: Request) -> BaseModel:
        assert self.body
        try:
            return self.body.model_validate_json(request.raw_body or b"{}")
        except ValidationError as failure:
            if failure.errors()[0]["type"] == "json_invalid":
                raise Malformed("请求内容不是有效的 JSON") from None
            raise Invalid(errors=field_errors(failure)) from None


def _end(journal: Journal, acting: Acting, answered: Response) -> None:
    body = answered.body.encode() if isinstance(answered.body, str) else answered.body
    failure = json.loads(body).get("code") if answered.status_code >= 400 else None
    outcome = Outcome(answered.status_code, failure, body, clock.now(), tuple(acting.removals))
    try:
        journal.end(acting.operation, outcome)
    except Exception:  # the command is done; that it began is written down
        logger.exception("operation_end_not_recorded", extra={"operation": acting.operation.operation_id})


def allows(principal: Principal, wanted: str) -> bool:
    """Whether a member of staff holds a permission; `*` holds all."""
    return "*" in principal.permissions or wanted in principal.permissions


def require(principal: Principal, *wanted: str) -> None:
    """Raises Forbidden unless a member of staff holds one of these permissions."""
    if not any(allows(principal, one) for one in wanted):
        raise Forbidden(permission=" | ".join(wanted))


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Malformed("缺少 Idempotency-Key，或格式不正确（8–64 位字母、数字、- 或 _）")
    return str(key)


def _query(request: Request, model: type[BaseModel]) -> BaseModel:
    values: dict[str, Any] = {}
    for name, several in _query_parameters(request).items():
        annotation = model.model_fields[name].annotation if name in model.model_fields else None
        values[name] = several if getattr(annotation, "__origin__", None) is list else several[-1]
    try:
        return model.model_validate(values)
    except ValidationError as failure:
        raise Invalid(errors=field_errors(failure)) from None


def _query_parameters(request: Request) -> dict[str, list[str]]:
    given = request.query_params
    return {name: given.getlist(name) for name in given} if given else {}


def _render(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if not isinstance(result, Answer):
        result = Answer(result, status if result is not None else 204)
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    headers |= result.headers
    body = result.body.model_dump_json() if isinstance(result.body, BaseModel) else result.body
    return Response(body="" if body is None else body, status_code=result.status, headers=headers)


class _Endpoints:
    """What `Api` and `Door` share: declaring endpoints."""

    def endpoint(
        self,
        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
        path: str,
        *,
        access: Access,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answer: Any = None,
        status: int = 200,
        idempotent: bool = False,
        errors: Sequence[type[DomainError]] = (),
        most_bytes: int = 65_536,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an endpoint; `errors` lists the named conflicts a caller should expect."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            answers = (answer, status, idempotent, tuple(errors), most_bytes)
            declaration = Endpoint(view.__name__, method, path, access, view, body, query, *answers)
            self._declare(declaration)
            if method == "PATCH":  # which mini-programs cannot send
                self._declare(replace(declaration, method="PUT", name=f"put_{view.__name__}"))
            return view

        return register

    def _declare(self, endpoint: Endpoint) -> None:
        def handle(**path_parameters: str) -> Response:
            return endpoint(**path_parameters)

        handle.__name__, handle.__doc__ = endpoint.name, endpoint.view.__doc__
        handle.endpoint = endpoint  # type: ignore[attr-defined]
        methods = [endpoint.method]
        route = self.route(endpoint.path, methods=methods, cors=CORS, name=endpoint.name, content_types=[])  # type: ignore[attr-defined]
        route(handle)


class Api(Chalice, _Endpoints):
    """The HTTP door of a context; a journal hears of every command that staff give through it."""

    def __init__(self, name: str, journal: Journal | None = None) -> None:
        super().__init__(name, configure_logs=False)
        self.journal = journal

    def _register_route(self, name: str, user_handler: Any, kwargs: Any, **unused: Any) -> None:
        # Chalice empties the declaration it registers; a door may be mounted by several apps.
        super()._register_route(name, user_handler, kwargs | {"kwargs": dict(kwargs["kwargs"])}, **unused)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        event = self._with_resource(event)
        request = Request(event, context)
        logger.append_keys(request_id=event["requestContext"].get("requestId"))
        token, journal = _request.set(request), _journal.set(self.journal)
        try:
            methods = self.routes.get(event["requestContext"]["resourcePath"])
            if methods is None:
                return _unrouted(NotFound(), request)
            if event["requestContext"]["httpMethod"] not in methods:
                return _unrouted(MethodNotAllowed(), request)
            answered: dict[str, Any] = super().__call__(event, context)
            return answered
        finally:
            _request.reset(token)
            _journal.reset(journal)

    def _with_resource(self, event: Any) -> Any:
        """Resolve a `{proxy+}` event to the route it means; Chalice itself matches no paths."""
        if not event["requestContext"]["resourcePath"].endswith("{proxy+}"):
            return event
        for route in sorted(self.routes, key=lambda path: path.count("{")):
            if match := re.fullmatch(
                re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route), event["path"].rstrip("/")
            ):
                context = event["requestContext"] | {"resourcePath": route}
                return event | {"requestContext": context, "pathParameters": match.groupdict()}
        return event


def _unrouted(error: DomainError, request: Request) -> dict[str, Any]:
    response = problem(error, request)
    response.headers.update(CORS.get_access_control_headers())
    answered: dict[str, Any] = response.to_dict()
    return answered


class Door(Blueprint, _Endpoints):
    """The back-office door of a context, mounted by admin under `/admin`."""
