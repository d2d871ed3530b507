"""What the code routes, what the gateway routes and what the document promises are the same."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra import description
from infra.build import apps, openapi

Json = dict[str, Any]
APPS = sorted({apps.handler(name)[0] for name in description.functions() if apps.handler(name)[1] == "app"})
each_app = pytest.mark.parametrize("module", APPS)


@each_app
def test_the_gateway_routes_what_the_code_routes(module: str) -> None:
    serving = [name for name in description.functions() if apps.handler(name) == (module, "app")]
    routed = [route for name in serving for route in apps.routes(name)]
    assert len(routed) == len(set(routed)), "two Lambdas claim one route"
    if any(apps.is_catch_all(name) for name in serving):
        assert all(route.split(" ")[1].startswith("/admin/") for route in apps.endpoints(module))
    else:
        assert set(routed) == set(apps.endpoints(module))


def test_routes_differ_by_more_than_the_names_of_parameters() -> None:
    """API Gateway allows one parameter name per place in a path."""
    places: dict[str, set[str]] = {}
    for other in description.functions():
        for route in apps.routes(other):
            path = route.split(" ")[1]
            for found in re.finditer(r"\{(\w+)\}", path):
                places.setdefault(path[: found.start()], set()).add(found[1])
    ambiguous = {place: names for place, names in places.items() if len(names) > 1}
    assert not ambiguous


@each_app
def test_every_endpoint_says_what_it_is_for(module: str) -> None:
    silent = [route for route, endpoint in apps.endpoints(module).items() if not endpoint.view.__doc__]
    assert not silent


def test_every_endpoint_has_a_name_of_its_own() -> None:
    named = [
        openapi.operation_id(endpoint) for module in APPS for endpoint in apps.endpoints(module).values()
    ]
    assert len(named) == len(set(named))


def test_the_document_says_what_the_code_does() -> None:
    assert openapi.DOCUMENT.read_text(encoding="utf-8") == openapi.rendered(), "make docs"


def test_every_number_and_list_that_is_sent_has_bounds() -> None:
    """DynamoDB keeps 38 digits and 400 kilobytes: what passes its bounds is malformed, not a fault."""
    document = openapi.document()
    sent = [
        found
        for operations in document["paths"].values()
        for operation in operations.values()
        for schema in _schemas_sent(operation)
        for found in _values(schema, document["components"]["schemas"], "")
    ]
    assert len(sent) > 1000
    unbounded = {where for where, schema in sent if not _BOUNDS.get(schema.get("type"), _NONE) <= set(schema)}
    assert not unbounded


_NONE: frozenset[str] = frozenset()
_BOUNDS = {
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset({"minimum", "maximum"}),
    "array": frozenset({"maxItems"}),
}


def _schemas_sent(operation: Json) -> Iterator[Json]:
    for parameter in operation.get("parameters", []):
        yield parameter["schema"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield content["schema"]


def _values(schema: Json, named: Json, where: str) -> Iterator[tuple[str, Json]]:
    """What a schema is made of, each beside the names that lead to it."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name not in where.split("."):
            yield from _values(named[name], named, f"{where}.{name}")
        return
    yield where, schema
    for name, part in schema.get("properties", {}).items():
        yield from _values(part, named, f"{where}.{name}")
    if "items" in schema:
        yield from _values(schema["items"], named, f"{where}[]")
    for part in (*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])):
        yield from _values(part, named, where)
