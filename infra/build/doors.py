"""An import-linter contract: contexts reach each other through `operations` and `schemas` only."""

from collections.abc import Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

OPEN = {"operations", "schemas"}
BACK_OFFICE = "admin"  # the one context that mounts the others' back-office doors


class Doors(Contract):
    """Holds when no context imports another's table, rules, api or events."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = sorted(_through_walls(graph))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} imports {imported}", bold=False)


def _through_walls(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    for importer in graph.find_descendants("functions"):
        for imported in graph.find_modules_directly_imported_by(importer):
            if not imported.startswith("functions."):
                continue
            _, user, *_ = importer.split(".")
            _, context, *inner = imported.split(".")
            is_open = bool(inner) and inner[0] in OPEN | ({"backoffice"} if user == BACK_OFFICE else set())
            if user != context and not is_open:
                yield importer, imported
