"""HTTP as a REST API of API Gateway sees it: which resource a path means, and the event a function gets."""

import base64
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Map, Rule

from kit import clock

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    headers: Pairs = ()
    query: Pairs = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"
    host: str = "127.0.0.1"


def rule(resource: str, method: str, endpoint: Any) -> Rule:
    """A routing rule from a resource such as `/orders/{order_id}` or `/admin/{proxy+}`."""
    path = re.sub(r"\{(\w+)\+\}", r"<path:\1>", resource)
    path = re.sub(r"\{(\w+)\}", r"<\1>", path)
    return Rule(path, methods=None if method == "ANY" else [method], endpoint=endpoint)


def routes(rules: Iterable[Rule]) -> Map:
    """A map of rules; like at the gateway, a path with a slash more is another path."""
    return Map(list(rules), strict_slashes=True, merge_slashes=False, redirect_defaults=False)


def event(request: Request, resource: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The event of a request, as a REST API sends it to a function."""
    body, encoded = _body(request.body)
    headers, query = _gathered(request.headers), _gathered(request.query)
    now = clock.now()
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers or None,
        "queryStringParameters": _last(query),
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": request.host,
            "httpMethod": request.method,
            "identity": {"sourceIp": request.source_ip, "userAgent": _header(headers, "user-agent")},
            "path": f"/local{request.path}",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "resourceId": "local",
            "resourcePath": resource,
            "stage": "local",
        },
        "body": body,
        "isBase64Encoded": encoded,
    }


def _body(raw: bytes) -> tuple[str | None, bool]:
    try:
        return raw.decode() or None, False
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), True


def _gathered(pairs: Pairs) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _last(gathered: dict[str, list[str]]) -> dict[str, str] | None:
    return {name: values[-1] for name, values in gathered.items()} or None


def _header(headers: dict[str, list[str]], wanted: str) -> str | None:
    return next((values[-1] for name, values in headers.items() if name.lower() == wanted), None)


@dataclass(frozen=True)
class Response:
    """What a function answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class MalformedAnswer(Exception):
    """A function answered something the gateway cannot turn into HTTP."""


def response(answer: Any) -> Response:
    """The HTTP response in a function's answer."""
    if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
        raise MalformedAnswer(f"no statusCode in {str(answer)[:200]}")
    body = answer.get("body") or ""
    headers = list((answer.get("headers") or {}).items())
    headers += [
        (name, value) for name, values in (answer.get("multiValueHeaders") or {}).items() for value in values
    ]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else str(body).encode()
    return Response(answer["statusCode"], [(name, str(value)) for name, value in headers], content)
