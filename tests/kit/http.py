"""Calls an app the way API Gateway would, without a network in between."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from awslambdaric.lambda_runtime_marshaller import to_json
from chalice.app import Chalice
from pydantic import BaseModel
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map

from infra.local import rest
from infra.local.invoke import Context

BACK_OFFICE = "/admin/{proxy+}"


class NotRouted(AssertionError):
    """The gateway would not pass this request to the app."""


@dataclass(frozen=True)
class Answer:
    """What the caller gets; header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def call(
    app: Chalice,
    method: str,
    path: str,
    body: BaseModel | dict[str, Any] | list[Any] | bytes | str | None = None,
    *,
    token: str | None = None,
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    source_ip: str = "127.0.0.1",
) -> Answer:
    """Send one request; `token` is a bearer token, `key` an idempotency key. Raises NotRouted."""
    address = urlsplit(path)
    asked = parse_qsl(address.query, keep_blank_values=True) + list(_pairs(query or {}))
    sent = {"Host": "127.0.0.1", "User-Agent": "test", "Content-Type": "application/json"}
    sent |= {"Authorization": f"Bearer {token}"} if token else {}
    sent |= {"Idempotency-Key": key} if key else {}
    sent |= dict(headers or {})
    request = rest.Request(method, address.path, sent.items(), asked, _bytes(body), source_ip)
    resource, parameters = _resource(app, method, address.path)
    event = json.loads(json.dumps(rest.event(request, resource, parameters)))
    answered = rest.response(json.loads(to_json(app(event, Context(app.app_name)))))
    return Answer(answered.status, answered.body, {name.lower(): value for name, value in answered.headers})


def _resource(app: Chalice, method: str, path: str) -> tuple[str, Mapping[str, str]]:
    if path.startswith("/admin/"):
        return BACK_OFFICE, {"proxy": path.removeprefix("/admin/")}
    try:
        resource, parameters = _routes(app).bind("").match(path, method)
    except (NotFound, MethodNotAllowed) as missing:
        raise NotRouted(f"{method} {path}") from missing
    return resource, parameters


@cache
def _routes(app: Chalice) -> Map:
    return rest.routes(
        rest.rule(path, method, path) for path, methods in app.routes.items() for method in methods
    )


def _pairs(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    several = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    return [(name, str(value)) for name, values in several.items() for value in values]


def _bytes(body: Any) -> bytes:
    match body:
        case None:
            return b""
        case bytes():
            return body
        case str():
            return body.encode()
        case BaseModel():
            return body.model_dump_json().encode()
        case _:
            return json.dumps(body, ensure_ascii=False).encode()
