"""Answers HTTP as API Gateway does: the routes of serverless.yml, with a function behind each."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from infra import description
from infra.local import rest
from infra.local.invoke import FunctionFailed
from infra.local.streams import Invoke

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)
_CORS_HEADERS = (
    "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Amzn-Trace-Id"
)


@dataclass(frozen=True, eq=False)
class Endpoint:
    """What a route leads to: a function, or the answer to a browser's question about other origins."""

    resource: str
    function: str = ""
    preflight: Mapping[str, str] | None = None


class Gateway:
    """The `http:` events of serverless.yml as a WSGI application."""

    def __init__(self, events: Iterable[tuple[str, Any]], invoke: Invoke) -> None:
        self._invoke = invoke
        self._routes = _routes(events)

    def knows(self, environ: "WSGIEnvironment") -> bool:
        """Whether a route exists for this request."""
        try:
            self._routes.bind_to_environ(environ).match()
        except HTTPException:
            return False
        return True

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, parameters = self._routes.bind_to_environ(request.environ).match()
        except HTTPException:  # what the gateway says for any path or method it does not know
            return _problem("MISSING_AUTHENTICATION_TOKEN")
        if endpoint.preflight:
            return Response(status=204, headers=endpoint.preflight)
        event = rest.event(_request(request), endpoint.resource, parameters)
        try:
            answer = rest.response(self._invoke(endpoint.function, event))
        except (FunctionFailed, rest.MalformedAnswer) as failure:
            logger.error("%s %s: %s", request.method, request.path, failure)
            return _problem("DEFAULT_5XX", event["requestContext"]["requestId"])
        return Response(answer.body, answer.status, answer.headers)


def _routes(events: Iterable[tuple[str, Any]]) -> Map:
    rules: list[Rule] = []
    preflights: dict[str, dict[str, str]] = {}
    for function, event in events:
        if isinstance(event, str):
            method, _, path = event.partition(" ")
            event = {"method": method, "path": path}
        method, resource = event["method"].upper(), "/" + event["path"].strip("/")
        rules.append(rest.rule(resource, method, Endpoint(resource, function)))
        if event.get("cors"):
            preflights[resource] = _preflight(event["cors"])
    for resource, headers in preflights.items():
        rules.append(rest.rule(resource, "OPTIONS", Endpoint(resource, preflight=headers)))
    return rest.routes(rules)


def _preflight(cors: Any) -> dict[str, str]:
    given = cors if isinstance(cors, dict) else {}
    headers = given.get("headers", _CORS_HEADERS)
    return {
        "Access-Control-Allow-Origin": given.get("origin", "*"),
        "Access-Control-Allow-Headers": headers if isinstance(headers, str) else ",".join(headers),
        "Access-Control-Allow-Methods": "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS",
        "Access-Control-Max-Age": str(given.get("maxAge", 600)),
    }


def _request(request: Request) -> rest.Request:
    return rest.Request(
        method=request.method,
        path=request.path,
        headers=list(request.headers.items()),
        query=list(request.args.items(multi=True)),
        body=request.get_data(),
        source_ip=request.remote_addr or "127.0.0.1",
        host=request.host,
    )


def _problem(kind: str, request_id: str | None = None) -> Response:
    """What the gateway answers by itself, in the words of infra/gateway.yml."""
    worded = description.read("infra/gateway.yml")["responses"][kind]
    about = {"type": f"/problems/{worded['code']}", "request_id": request_id} | worded
    text = json.dumps(about, ensure_ascii=False)
    headers = {"Access-Control-Allow-Origin": "*"}
    return Response(text, worded["status"], headers, content_type="application/problem+json")
