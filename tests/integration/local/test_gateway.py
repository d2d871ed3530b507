"""The local gateway answers as API Gateway would, also to many callers at once."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from infra.local.gateway import Gateway
from infra.local.invoke import Context, FunctionFailed, Functions
from kit.api import VISITOR, Api, Body, Call, View


def _echo(function: str, event: Any) -> dict[str, Any]:
    kept = ("resource", "path", "pathParameters", "queryStringParameters", "body", "isBase64Encoded")
    answer = {"function": function} | {name: event[name] for name in kept}
    return {"statusCode": 200, "body": json.dumps(answer)}


def _client(*events: tuple[str, Any], invoke: Callable[[str, Any], Any] = _echo) -> Client:
    return Client(Gateway(events, invoke))


ROUTES = (
    ("orders-api", "GET /orders"),
    ("orders-api", "GET /orders/{order_id}"),
    ("orders-api-counts", "GET /orders/counts"),
    ("orders-api-place", {"method": "post", "path": "orders", "cors": True}),
    ("admin-api", "ANY /admin/{proxy+}"),
)


@pytest.mark.parametrize(
    ("method", "path", "function", "resource", "parameters"),
    [
        ("GET", "/orders", "orders-api", "/orders", None),
        ("POST", "/orders", "orders-api-place", "/orders", None),
        ("GET", "/orders/01", "orders-api", "/orders/{order_id}", {"order_id": "01"}),
        ("GET", "/orders/counts", "orders-api-counts", "/orders/counts", None),
        ("PATCH", "/admin/roles/a/b", "admin-api", "/admin/{proxy+}", {"proxy": "roles/a/b"}),
    ],
)
def test_each_route_leads_to_its_function(
    method: str, path: str, function: str, resource: str, parameters: dict[str, str] | None
) -> None:
    answer = _client(*ROUTES).open(path, method=method).json
    assert answer is not None
    assert (answer["function"], answer["resource"], answer["pathParameters"]) == (
        function,
        resource,
        parameters,
    )
    assert answer["path"] == path


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/order"), ("PUT", "/orders"), ("GET", "/orders/"), ("GET", "/")]
)
def test_what_no_route_names_is_refused_as_the_gateway_does(method: str, path: str) -> None:
    answer = _client(*ROUTES).open(path, method=method)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json
    assert (answer.json["code"], answer.json["status"], answer.json["title"]) == ("NotFound", 404, "没有找到")


def test_bytes_that_are_not_text_arrive_encoded() -> None:
    answer = _client(*ROUTES).post("/orders", data=b"\xff\x00").json
    assert answer is not None
    assert (answer["body"], answer["isBase64Encoded"]) == ("/wA=", True)


def test_a_browser_is_told_which_origins_may_call() -> None:
    client = _client(*ROUTES)
    answer = client.options("/orders")
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert client.options("/orders/counts").status_code == 404


def _fails(function: str, event: Any) -> Any:
    raise FunctionFailed("secret reason")


@pytest.mark.parametrize(
    "invoke", [_fails, lambda function, event: None, lambda function, event: {"body": "{}"}]
)
def test_a_function_that_fails_is_a_bad_gateway_without_its_reason(invoke: Callable[[str, Any], Any]) -> None:
    answer = _client(*ROUTES, invoke=invoke).get("/orders")
    assert answer.json
    assert (answer.status_code, answer.json["code"]) == (502, "InternalError")
    assert "secret reason" not in answer.text


def test_an_answer_has_to_be_json_as_on_lambda() -> None:
    functions = Functions({name: _entry(name) for name in ("set", "decimal")})
    functions.handlers["set"] = lambda event, context: {1}
    functions.handlers["decimal"] = lambda event, context: {"amount": Decimal("1.10")}
    with pytest.raises(FunctionFailed):
        functions("set", {})
    assert functions("decimal", {}) == {"amount": 1.1}


def _entry(name: str) -> dict[str, Any]:
    return {"handler": f"functions/{name}/api.app", "memorySize": 512, "timeout": 10}


def test_a_function_knows_its_name_and_how_long_it_may_run() -> None:
    context = Context("orders-api", timeout_seconds=10)
    assert context.function_name == "orders-api"
    assert 0 < context.get_remaining_time_in_millis() <= 10_000


class Hello(Body):
    name: str


class Greeting(View):
    text: str


def test_callers_at_the_same_time_never_get_each_others_answers() -> None:
    """Every request waits inside the view until eight are there, so all of them overlap."""
    app, together = Api("greetings"), threading.Barrier(8)

    @app.endpoint("POST", "/greetings/{number}", access=VISITOR, body=Hello, answer=Greeting)
    def greet(call: Call, number: str) -> Greeting:
        together.wait(timeout=10)
        return Greeting(text=f"{number} {call.body.name} {call.headers['x-caller']}")

    functions = Functions({"greetings-api": _entry("greetings")})
    functions.handlers["greetings-api"] = app
    gateway = Gateway([("greetings-api", "POST /greetings/{number}")], functions)

    def send(number: int) -> TestResponse:
        headers = {"X-Caller": f"caller {number}"}
        return Client(gateway).post(f"/greetings/{number}", json={"name": f"name {number}"}, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(200)))
    assert [answer.json for answer in answers] == [
        {"text": f"{number} name {number} caller {number}"} for number in range(200)
    ]
