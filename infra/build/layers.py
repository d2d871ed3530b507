"""Builds the layers: the packages Lambda code imports, for its processor, without what is never used."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.build import archive
from infra.build.code import SOURCES, code
from infra.description import ROOT

PROCESSORS = {"arm64": "aarch64", "x86_64": "x86_64"}
PYTHON = "3.11"
_GLIBC = 26  # Lambda's python3.11 runs on Amazon Linux 2, glibc 2.26
_ROUTER = "chalice"  # its installation drags in pip and setuptools; two files of it route requests
_ROUTER_FILES = ("chalice/__init__.py", "chalice/app.py")
_PAYMENTS = "cryptography"
_READ_NOT_IMPORTED = {"tzdata"}  # time zones, where the system has none
_NEVER_USED = (
    "**/__pycache__",
    "**/tests",
    "**/*.pyi",
    "**/py.typed",
    "**/*.pyx",
    "**/*.pxd",
    "bin",
    "*.dist-info/RECORD",
)
_BOTOCORE_COMMON = {"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"}
_CLIENT = re.compile(r"aws\.client\(\s*\"([a-z0-9-]+)\"")


def build(architecture: str, work: Path, target: Path) -> list[Path]:
    """Build every layer for one processor; returns the zips."""
    zips = [_kit(work / "kit", target / "kit.zip")]
    for layer, distributions in (("dependencies", _common()), ("payments", _only_payments())):
        folder = work / f"{layer}-{architecture}"
        _install(distributions, architecture, folder / "python")
        if layer == "dependencies":
            _add_router(folder / "python")
            _trim_botocore(folder / "python/botocore/data")
        zips.append(_finish(folder, target / f"{layer}-{architecture}.zip"))
    return zips


def _kit(folder: Path, target: Path) -> Path:
    _fresh(folder)
    shutil.copytree(SOURCES["kit"], folder / "python/kit", ignore=shutil.ignore_patterns("__pycache__"))
    return _finish(folder, target)


def _finish(folder: Path, target: Path) -> Path:
    archive.compile_sources(folder, runs_in="/opt")
    archive.pack(folder, target)
    return target


def _common() -> set[str]:
    """The distributions that Lambda code imports, and theirs; cryptography has a layer of its own."""
    imported = {
        symbol.module.split(".")[0]
        for module in code().modules.values()
        for symbol in module.imported.values()
    }
    providers = metadata.packages_distributions()
    used = {canonicalize_name(name) for package in imported for name in providers.get(package, [])}
    wanted = [
        one for one in _declared() if canonicalize_name(one.name) in used or one.name in _READ_NOT_IMPORTED
    ]
    return _closure(requirement for requirement in wanted if requirement.name != _ROUTER)


def _only_payments() -> set[str]:
    return _closure([Requirement(_PAYMENTS)]) - _common()


@cache
def _declared() -> tuple[Requirement, ...]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tuple(Requirement(line) for line in project["dependencies"])


def _closure(requirements: Iterable[Requirement]) -> set[str]:
    """Distributions with all they require on Lambda."""
    found: set[str] = set()
    waiting = [(requirement.name, frozenset(requirement.extras)) for requirement in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(canonicalize_name(name))
        for line in metadata.requires(name) or []:
            required = Requirement(line)
            if not required.marker or any(
                required.marker.evaluate({"extra": extra, "python_version": PYTHON})
                for extra in extras | {""}
            ):
                waiting.append((required.name, frozenset(required.extras)))
    return found


def _install(distributions: set[str], architecture: str, folder: Path) -> None:
    """Install locked versions as wheels for Lambda's processor and C library."""
    _fresh(folder)
    locked = folder.parent / "locked.txt"
    locked.write_text(_lock_of(distributions), encoding="utf-8")
    tags = ["manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, _GLIBC + 1))]
    platforms = [f"--platform={tag}_{PROCESSORS[architecture]}" for tag in tags]
    options = [
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--no-compile",
        "--disable-pip-version-check",
    ]
    place = ["--target", str(folder), "--implementation=cp", f"--python-version={PYTHON}", *platforms]
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        *options,
        *place,
        "-r",
        str(locked),
    ]
    subprocess.run(command, check=True)
    locked.unlink()
    for pattern in _NEVER_USED:
        for path in sorted(folder.glob(pattern), reverse=True):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _lock_of(distributions: set[str]) -> str:
    lock = (ROOT / "requirements/payments.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^([a-z0-9.-]+)==(?:.*\\\n)*.*\n", lock, flags=re.M)
    entries = dict(zip(blocks, re.findall(r"^[a-z0-9.-]+==(?:.*\\\n)*.*\n", lock, flags=re.M), strict=True))
    return "".join(entries[name] for name in sorted(distributions))


def _add_router(folder: Path) -> None:
    for name in _ROUTER_FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(str(metadata.distribution(_ROUTER).locate_file(name)), folder / name)


def _trim_botocore(data: Path) -> None:
    """Keep the descriptions of the services we call; 28 of 30 MB are about others."""
    used = {"dynamodb"} | {
        service
        for module in code().modules.values()
        for service in _CLIENT.findall(module.path.read_text(encoding="utf-8"))
    }
    for path in data.iterdir():
        if path.is_dir() and path.name not in used:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in _BOTOCORE_COMMON:
            path.unlink()


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
