"""What a function costs before its first request: importing its handler, and the package it comes in."""

import os
import resource
import subprocess
import sys
from pathlib import Path

from infra import description
from infra.local import names

_TIMES = 3


def report(root: Path) -> None:
    """CPU of importing each handler's module in a fresh process, and the sizes of the built packages."""
    environment = os.environ | names.environment() | names.endpoints(1, 2)
    modules: dict[str, list[str]] = {}
    for name, entry in description.functions(names.STAGE).items():
        modules.setdefault(entry["handler"].rpartition(".")[0].replace("/", "."), []).append(name)
    bare = _cpu_ms("pass", environment)
    print("\nimport, CPU ms over a bare interpreter (unchecked bytecode, this machine)")
    for module, functions in sorted(modules.items()):
        spent = _cpu_ms(f"import {module}", environment) - bare
        shown = functions[0] if len(functions) == 1 else f"{functions[0]} and {len(functions) - 1} more"
        print(f"{shown:48}{spent:8.0f}")
    print("\npackages")
    for built in sorted((root / ".build").glob("*.zip")):
        print(f"{built.name:48}{built.stat().st_size / 1_000_000:8.1f} MB")


def _cpu_ms(code: str, environment: dict[str, str]) -> float:
    spent = []
    for _ in range(_TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent) * 1000
