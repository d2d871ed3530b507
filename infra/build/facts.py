"""Which facts are announced by whom and consumed by whom, from the code and the rules of infra/queues.yml."""

import importlib
from dataclasses import dataclass
from functools import cache

from infra import description
from infra.build import apps
from infra.build.code import Symbol, code
from kit.facts import Fact


@dataclass(frozen=True)
class Consumer:
    """A Lambda fed by a queue, and the facts its rule lets through (none: the queue takes commands)."""

    function: str
    queue: str
    facts: tuple[str, ...]


def pascal(name: str) -> str:
    """`points-on-order-paid` as the resources of its own are called: `PointsOnOrderPaid`."""
    return "".join(word.title() for word in name.split("-"))


def read_by(function: str) -> dict[str, type[Fact]]:
    """The facts a consumer names in its handler, by name. Raises NotThere."""
    module, attribute = apps.handler(function)
    return _facts_among(_reached(module, attribute, within=module))


@cache
def published() -> dict[str, type[Fact]]:
    """Every fact some context announces, by name."""
    found: dict[str, type[Fact]] = {}
    for name in description.functions():
        if name.endswith("-publish"):
            module, attribute = apps.handler(name)
            own = f"{module.rpartition('.')[0]}."
            if module in code().modules:
                named = _facts_among(_reached(module, attribute)).items()
                found |= {fact: model for fact, model in named if model.__module__.startswith(own)}
    return found


def consumers() -> list[Consumer]:
    """Every Lambda that a queue feeds."""
    return [
        Consumer(name, queue, _facts_into(queue))
        for name, entry in description.functions().items()
        for event in entry["events"]
        if (queue := event.get("sqs", {}).get("arn", {}).get("Fn::GetAtt", [None])[0])
    ]


def _facts_into(queue: str) -> tuple[str, ...]:
    return tuple(
        fact
        for rule in description.of_type("AWS::Events::Rule").values()
        if any(target["Arn"]["Fn::GetAtt"][0] == queue for target in rule["Targets"])
        for fact in rule["EventPattern"]["detail-type"]
    )


def _reached(module: str, attribute: str, within: str | None = None) -> set[Symbol]:
    source = code().modules.get(module)
    if not source or attribute not in source.definitions:
        raise apps.NotThere(f"no {attribute} in {module}")
    return code().effects([Symbol(module, attribute)], within).reached


def _facts_among(symbols: set[Symbol]) -> dict[str, type[Fact]]:
    """The fact classes among symbols, and in tables (dicts) among them; bases of others left out."""
    apps.set_environment()
    values = [
        getattr(importlib.import_module(symbol.module), symbol.name, None)
        for symbol in symbols
        if symbol.module.startswith("functions.") and symbol.name
    ]
    tables = [entry for value in values if isinstance(value, dict) for entry in value.values()]
    found = {each for each in [*values, *tables] if isinstance(each, type) and issubclass(each, Fact)}
    bases = {base for each in found for base in each.__mro__[1:]}
    return {each.__name__: each for each in found - bases}
