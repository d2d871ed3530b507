"""serverless.yml is the map: every Lambda runs the file its name says, with exactly what its code needs."""

import ast

import pytest
from awslambdaric.bootstrap import _get_handler

from infra import description
from infra.build import apps, map
from infra.build.code import code

FUNCTIONS = description.functions()
each_function = pytest.mark.parametrize("name", FUNCTIONS)


@each_function
def test_its_handler_resolves_as_on_lambda(name: str) -> None:
    assert callable(_get_handler(FUNCTIONS[name]["handler"]))


@each_function
def test_its_name_says_which_file_it_runs(name: str) -> None:
    module, attribute = apps.handler(name)
    _, context, file = module.split(".")
    if file == "api":
        assert attribute == "app"
        assert name == f"{context}-api" or name.startswith(f"{context}-api-")
    else:
        assert (file, name) == ("events", f"{context}-{attribute.replace('_', '-')}")


@each_function
def test_its_grants_are_what_its_code_does(name: str) -> None:
    granted = {may[len("${self:custom.may.") : -1] for may in _written(name)["iamRoleStatements"]}
    assert granted == set(map.derive(name).grants)


@each_function
def test_it_is_told_the_tables_its_code_reaches(name: str) -> None:
    told = {variable for variable in FUNCTIONS[name]["environment"] if variable.endswith("_TABLE")}
    assert told == {f"{table.upper()}_TABLE" for table in code().tables(apps.handler(name)[0])}


@each_function
def test_its_other_variables_are_those_its_code_reads(name: str) -> None:
    told = {variable for variable in _written(name)["environment"] if not variable.endswith("_TABLE")}
    assert told == set(map.derive(name).variables)


@each_function
def test_only_code_that_signs_carries_cryptography(name: str) -> None:
    carries = {"Ref": "PaymentsLambdaLayer"} in FUNCTIONS[name]["layers"]
    assert carries == map.derive(name).needs_cryptography


def test_every_public_function_of_events_is_on_the_map() -> None:
    written = {
        (name, definition)
        for name, module in code().modules.items()
        if name.split(".")[2:] == ["events"]
        for definition, node in module.definitions.items()
        if isinstance(node, ast.FunctionDef) and not definition.startswith("_")
    }
    assert written == {apps.handler(name) for name in FUNCTIONS if apps.handler(name)[1] != "app"}


def _written(name: str) -> dict[str, list[str]]:
    """The entry with its variables as they are written."""
    entry: dict[str, list[str]] = description.read("serverless.yml")["functions"][name]
    return entry
