"""Names for the schemas of docs/openapi.json that stay the same whatever else is declared."""

import re
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import CoreModeRef, DefsRef, GenerateJsonSchema

_REFERRED = re.compile(r"([\w.]+)(?:\[[^:]*\])?:(\d+)")  # twice in `kit.pages.Page:94[OrderCard:95]`


class Names(GenerateJsonSchema):
    """Names schemas by context and class, so that no name depends on what other contexts declare.

    `OrdersQuote`, but `OrderView` rather than `OrdersOrderView`; `OrderCardPage` for `Page[OrderCard]`.
    """

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        reference = super().get_defs_ref(core_mode_ref)
        core_reference, mode = core_mode_ref
        (place, identity), *arguments = _REFERRED.findall(core_reference)
        if arguments:
            name = "".join(_name_of_known(*found) for found in arguments) + place.rpartition(".")[2]
        else:
            name = _name_of_known(place, identity)
        self._prioritized_defsref_choices[reference][:2] = [DefsRef(name), DefsRef(f"{name}-{mode.title()}")]
        return reference


def _name_of_known(place: str, identity: str) -> str:
    """The name of what pydantic refers to by its place and identity."""
    model = _models_by_identity().get(int(identity))
    if model:
        return _name_of_model(model)
    module, _, name = place.rpartition(".")
    return _name_of(module, name)


def _name_of_model(model: type[Any]) -> str:
    """A model's name; the arguments of a generic model come first."""
    generic = getattr(model, "__pydantic_generic_metadata__", {"args": ()})
    arguments = "".join(_name_of_model(argument) for argument in generic["args"])
    return arguments + generic["origin"].__name__ if arguments else _name_of(model.__module__, model.__name__)


def _name_of(module: str, name: str) -> str:
    """`functions.orders.schemas`, `Quote` → `OrdersQuote`."""
    context = module.split(".")[1].title() if module.startswith("functions.") else ""
    return name if name.startswith(context.removesuffix("s")) else context + name


@cache
def _models_by_identity() -> dict[int, type[BaseModel]]:
    """Every model there is; pydantic's references carry the identity of the class."""
    found: dict[int, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [BaseModel]
    while waiting:
        model = waiting.pop()
        found[id(model)] = model
        waiting += model.__subclasses__()
    return found
