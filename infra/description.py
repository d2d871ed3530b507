"""Reads serverless.yml and infra/*.yml as the deployment does, so that the local run, the tests and the build
create tables, queues and buckets from the one description.

CloudFormation's tags become what they mean in JSON: `!Ref X` is `{"Ref": "X"}`, `!GetAtt X.Arn` is
`{"Fn::GetAtt": ["X", "Arn"]}`.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
RESOURCE_FILES = ("tables.yml", "queues.yml", "buckets.yml", "alarms.yml", "roles.yml", "logs.yml")
_VARIABLE = re.compile(r"\$\{((?:self|sls|file|opt|env)[:(][^${}]*)\}")


class UnknownVariable(Exception):
    """The description uses a variable that has no value here."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _intrinsic(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag == "Ref" else f"Fn::{tag}": value}


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    """A mapping, as the deployment reads it: no key twice."""
    written = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    if len(written) != len(set(written)):
        raise yaml.constructor.ConstructorError(None, None, "a key stands here twice", node.start_mark)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _intrinsic)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


@cache
def read(name: str) -> Any:
    """One file of the description as it is written, variables not filled in."""
    return yaml.load((ROOT / name).read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader


def fill(value: Any, stage: str) -> Any:
    """A part of the description with its `${…}` variables filled in for a stage."""
    if isinstance(value, dict):
        return {key: fill(inner, stage) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, stage) for inner in value]
    if not isinstance(value, str):
        return value
    while found := _VARIABLE.search(value):
        filled = _look_up(found[1], stage)
        if found[0] == value:
            return fill(filled, stage)
        value = value[: found.start()] + str(filled) + value[found.end() :]
    return value


def _look_up(expression: str, stage: str) -> Any:
    for alternative in expression.split(", "):
        kind, _, name = alternative.partition(":")
        if kind == "sls":
            return stage
        if kind == "self":
            return _inside(read("serverless.yml"), name, stage)
        if kind.startswith("file("):
            return _inside(read(kind.removeprefix("file(").removesuffix(")")), name, stage)
        if kind == "env" and name in os.environ:
            return os.environ[name]
        if alternative.startswith(("'", '"')):
            return alternative.strip("'\"")
    raise UnknownVariable(expression)


def _inside(value: Any, path: str, stage: str) -> Any:
    for key in filter(None, path.split(".")):
        value = fill(value, stage)[key] if isinstance(value, str) else value[key]
    return value


@cache
def functions(stage: str = "local") -> dict[str, dict[str, Any]]:
    """Every Lambda of serverless.yml: name → its entry, with what the provider block sets for all."""
    provider = fill(read("serverless.yml")["provider"], stage)
    entries = fill(read("serverless.yml")["functions"], stage)
    shared = {key: provider[key] for key in ("timeout", "memorySize", "layers")}
    return {
        name: shared | entry | {"environment": provider["environment"] | entry.get("environment", {})}
        for name, entry in entries.items()
    }


@cache
def resources(stage: str = "local") -> dict[str, dict[str, Any]]:
    """Every table, queue, rule and bucket: logical id → CloudFormation resource."""
    return {
        logical_id: resource
        for name in RESOURCE_FILES
        for logical_id, resource in fill(read(f"infra/{name}")["Resources"], stage).items()
    }


def of_type(kind: str, stage: str = "local") -> dict[str, dict[str, Any]]:
    """The properties of all resources of one type, such as `AWS::DynamoDB::Table`, by logical id."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in resources(stage).items()
        if resource["Type"] == kind
    }
