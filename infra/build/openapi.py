"""Writes docs/openapi.json from the endpoints the apps declare (OpenAPI 3.1).

python -m infra.build.openapi --check | --write
"""

import argparse
import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter

from infra.build import apps
from infra.build.schema_names import Names
from infra.description import ROOT
from kit import errors
from kit.api import Answer, Endpoint

DOCUMENT = ROOT / "docs/openapi.json"
_REFERENCE = "#/components/schemas/{model}"
Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "description": "Why a request failed (RFC 9457). `detail` is for the person, `code` for the program.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
    "additionalProperties": True,
}


def document() -> Json:
    """The whole interface: agents, back office, providers, machines."""
    declared = [
        (route, endpoint)
        for context in apps.contexts()
        if (ROOT / "functions" / context / "api.py").exists()
        for route, endpoint in apps.endpoints(f"functions.{context}.api").items()
    ]
    schemas = _Schemas(endpoint for _, endpoint in declared)
    paths: dict[str, Json] = {}
    for route, endpoint in sorted(declared, key=lambda entry: entry[0].split(" ")[::-1]):
        method, path = route.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(path, endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dealer shop",
            "version": "1",
            "description": "Money is in fen, instants are UTC text, business days are Asia/Shanghai days.",
        },
        "tags": [{"name": name} for name in sorted({_tag(endpoint) for _, endpoint in declared})],
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, **schemas.definitions},
            "securitySchemes": {
                "agent": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


class _Schemas:
    """JSON schemas of every body, query and answer, with shared definitions."""

    def __init__(self, declared: Iterable[Endpoint]) -> None:
        wanted: dict[tuple[str, str], Any] = {}
        for endpoint in declared:
            for role, mode in (("body", "validation"), ("query", "validation"), ("answer", "serialization")):
                if (model := getattr(endpoint, role)) is not None:
                    wanted[(str(model), mode)] = (str(model), mode, TypeAdapter(model))
        self._by_key, shared = TypeAdapter.json_schemas(
            wanted.values(), ref_template=_REFERENCE, schema_generator=Names
        )
        self.definitions: Json = shared.get("$defs", {})

    def of(self, model: Any, mode: str) -> Json:
        return self._by_key[(str(model), mode)]  # type: ignore[index]

    def properties(self, model: Any) -> Iterator[tuple[str, Json, bool]]:
        """The fields of a query model: name, schema, whether required."""
        schema = self.of(model, "validation")
        if "$ref" in schema:
            schema = self.definitions[schema["$ref"].rsplit("/", 1)[1]]
        for name, field in schema.get("properties", {}).items():
            yield name, field, name in schema.get("required", [])


def _operation(path: str, endpoint: Endpoint, schemas: _Schemas) -> Json:
    view = endpoint.view
    operation: Json = {
        "operationId": operation_id(endpoint),
        "tags": [_tag(endpoint)],
        "summary": (inspect.getdoc(view) or view.__name__).split("\n\n")[0].replace("\n", " "),
        "security": _security(endpoint),
    }
    if endpoint.access.permissions:
        operation["x-permission"] = " | ".join(endpoint.access.permissions)
    if parameters := list(_parameters(path, endpoint, schemas)):
        operation["parameters"] = parameters
    if endpoint.body:
        content = {"application/json": {"schema": schemas.of(endpoint.body, "validation")}}
        operation["requestBody"] = {"required": True, "content": content}
    elif endpoint.access.kind == "provider" and endpoint.method != "GET":
        operation["requestBody"] = {"content": {"*/*": {"schema": {"type": "string"}}}}
    operation["responses"] = _success(endpoint, schemas) | _failures(path, endpoint)
    return operation


def operation_id(endpoint: Endpoint) -> str:
    """Context and view, such as `orders_place_order`; the back office's views say so."""
    _, context, *modules = endpoint.view.__module__.split(".")
    door = ["backoffice"] if "backoffice" in modules and context != "admin" else []
    return "_".join([context, *door, endpoint.name])


def _tag(endpoint: Endpoint) -> str:
    return endpoint.view.__module__.split(".")[1]


def _security(endpoint: Endpoint) -> list[Json]:
    match endpoint.access.kind:
        case "visitor":
            return [{}, {"agent": []}]
        case "provider":
            return []
        case kind:
            return [{kind: []}]


def _parameters(path: str, endpoint: Endpoint, schemas: _Schemas) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if endpoint.query:
        for name, schema, is_required in schemas.properties(endpoint.query):
            yield {"name": name, "in": "query", "required": is_required, "schema": schema}
    if endpoint.idempotent:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "A fresh key for each intent: repeating it repeats the answer, not the effect.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
        }


def _success(endpoint: Endpoint, schemas: _Schemas) -> Json:
    if endpoint.answer is not None:
        media = "text/csv" if endpoint.answer is str else "application/json"
        content = {media: {"schema": schemas.of(endpoint.answer, "serialization")}}
        return {str(endpoint.status): {"description": "Done", "content": content}}
    if inspect.signature(endpoint.view).return_annotation is Answer:
        return {str(endpoint.status): {"description": "Done", "content": {"*/*": {}}}}
    return {"204": {"description": "Done"}}


def _failures(path: str, endpoint: Endpoint) -> Json:
    expected: list[type[errors.DomainError]] = [*endpoint.errors, errors.Unauthenticated]
    if endpoint.access.kind in ("agent", "staff"):
        expected += [errors.Forbidden]
    if endpoint.access.everywhere:
        expected += [errors.BeyondRegions]
    if endpoint.body or endpoint.idempotent:
        expected += [errors.Malformed]
    if endpoint.body or endpoint.query:
        expected += [errors.Invalid]
    if endpoint.idempotent:
        expected += [errors.KeyReused]
    if "{" in path:
        expected += [errors.NotFound]
    by_status: dict[int, set[str]] = {}
    for error in expected:
        by_status.setdefault(error.status, set()).add(error.__name__)
    described = {str(status): _problem(sorted(codes)) for status, codes in sorted(by_status.items())}
    return described | {"default": _problem([])}


def _problem(codes: list[str]) -> Json:
    schema: Json = {"$ref": _REFERENCE.format(model="Problem")}
    if codes:
        schema = {"allOf": [schema, {"properties": {"code": {"examples": codes}}}]}
    described = ", ".join(codes) or "Anything else"
    return {"description": described, "content": {"application/problem+json": {"schema": schema}}}


def rendered() -> str:
    """The document as it is committed."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Check or write."""
    arguments = argparse.ArgumentParser(description="docs/openapi.json from the code")
    mode = arguments.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--write", action="store_true")
    text = rendered()
    if arguments.parse_args().write:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    is_current = DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == text
    if not is_current:
        print(
            "docs/openapi.json is not what the code says: python -m infra.build.openapi --write",
            file=sys.stderr,
        )
    return int(not is_current)


if __name__ == "__main__":
    sys.exit(main())
