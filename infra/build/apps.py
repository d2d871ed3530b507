"""The Chalice apps behind serverless.yml and the endpoints they declare."""

import importlib
import os
from functools import cache
from typing import Any

from infra import description
from infra.description import ROOT
from infra.local import names
from kit.api import Endpoint


class NotThere(Exception):
    """The handler does not exist, or cannot be loaded."""


def contexts() -> list[str]:
    """Every context, by its folder."""
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/__init__.py"))


def handler(name: str) -> tuple[str, str]:
    """The module and attribute a Lambda runs."""
    path, _, attribute = description.functions()[name]["handler"].rpartition(".")
    return path.replace("/", "."), attribute


@cache
def endpoints(module: str) -> dict[str, Endpoint]:
    """Every endpoint of a module's `app`, by route: `GET /orders/{order_id}`. Raises NotThere."""
    set_environment()
    try:
        app: Any = importlib.import_module(module).app
    except Exception as failure:  # whatever keeps it from loading is the answer
        raise NotThere(f"{module}: {failure!r}") from failure
    return {
        f"{method} {path}": route.view_function.endpoint
        for path, methods in app.routes.items()
        for method, route in methods.items()
    }


def routes(name: str) -> list[str]:
    """The routes serverless.yml gives a Lambda."""
    return [event["http"] for event in description.functions()[name]["events"] if "http" in event]


def is_catch_all(name: str) -> bool:
    """Whether a Lambda takes every route of its app through `{proxy+}`."""
    return any(route.endswith("{proxy+}") for route in routes(name))


def served(name: str) -> dict[str, Endpoint]:
    """The endpoints a Lambda answers: its own, or for `<context>-api` all that no sibling claims."""
    declared = endpoints(handler(name)[0])
    if is_catch_all(name):
        return declared
    siblings = [other for other in description.functions() if other.startswith(f"{name}-")]
    if name.endswith("-api"):
        claimed = {route for sibling in siblings for route in routes(sibling)}
        return {route: endpoint for route, endpoint in declared.items() if route not in claimed}
    return {route: endpoint for route, endpoint in declared.items() if route in routes(name)}


def set_environment() -> None:
    """Give modules the names they read when they load; nothing is called, so nothing has to answer."""
    for variable, value in names.endpoints(tables_port=9, cloud_port=9).items():
        os.environ.setdefault(variable, value)
    for variable, value in names.environment().items():
        os.environ.setdefault(variable, value)
