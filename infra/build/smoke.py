"""Loads every packaged handler with nothing but its layers, in an interpreter that sees no other packages."""

import subprocess
import sys
from pathlib import Path

from infra import description
from infra.build import apps

_LOAD = """
import importlib, sys
sys.path[:0] = sys.argv[1].split(":")
for handler in sys.argv[2:]:
    module, _, attribute = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module.replace("/", ".")), attribute)), handler
"""


def load_handlers(work: Path, architecture: str) -> None:
    """Import every handler from the built folders; fails when a layer lacks a package."""
    folders = {
        "KitLambdaLayer": work / "kit/python",
        "DependenciesLambdaLayer": work / f"dependencies-{architecture}/python",
        "PaymentsLambdaLayer": work / f"payments-{architecture}/python",
    }
    by_layers: dict[str, list[str]] = {}
    for entry in description.functions().values():
        path = [work / "functions", *(folders[layer["Ref"]] for layer in entry["layers"])]
        by_layers.setdefault(":".join(map(str, path)), []).append(entry["handler"])
    apps.set_environment()
    for path_list, handlers in by_layers.items():
        command = [sys.executable, "-S", "-E", "-c", _LOAD, path_list, *handlers]
        subprocess.run(command, check=True, cwd=work)
