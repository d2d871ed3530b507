"""What configuration of the linters cannot say about the code."""

import ast
from pathlib import Path

import pytest

from infra.build.code import Module, code
from infra.description import ROOT

MODULES = code().modules
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
EDGE = {"api", "backoffice", "events"}
each_file = pytest.mark.parametrize(
    "path",
    [
        path
        for folder in ("functions", "layers/kit", "infra", "tests", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)


def _layer(module: Module) -> str:
    """The second level inside a context: `operations` for `functions.orders.operations.placing`."""
    return [*module.name.split("."), "", ""][2] if module.context else ""


@each_file
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("name", [name for name, module in MODULES.items() if _layer(module) in EDGE])
def test_the_edge_catches_nothing(name: str) -> None:
    caught = [node.lineno for node in ast.walk(MODULES[name].tree) if isinstance(node, ast.Try)]
    assert not caught, "kit.api and kit.facts translate failures"


@pytest.mark.parametrize(
    "name", [name for name, module in MODULES.items() if module.context and _layer(module) not in EDGE]
)
def test_time_and_new_names_are_arguments(name: str) -> None:
    module = MODULES[name]
    asked = {
        ast.unparse(node.func)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("clock.now", "ids.new_id", "ids.short_id", "uuid.uuid4")
    }
    assert not asked
