"""Lock files say what is installed, to the byte, and not from where: every machine has its own registry."""

import json
from pathlib import Path

import pytest

from infra.description import ROOT

NODE_FOLDERS = [ROOT, *(path.parent for path in sorted((ROOT / "clients").glob("*/package.json")))]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
each_node_folder = pytest.mark.parametrize(
    "folder", NODE_FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT))
)


@each_node_folder
def test_node_packages_are_pinned_without_an_address(folder: Path) -> None:
    locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    own = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    installed = {name: package for name, package in locked.items() if name}
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [name for name, package in installed.items() if "integrity" not in package] == []
    for kind in ("dependencies", "devDependencies"):
        assert locked[""].get(kind, {}) == own.get(kind, {}), "npm install"


@each_node_folder
def test_the_next_install_writes_no_address_either(folder: Path) -> None:
    assert "omit-lockfile-registry-resolved=true" in (folder / ".npmrc").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_python_packages_are_pinned_without_an_address(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and line[0] not in " #"]
    assert pins
    assert [line for line in pins if "==" not in line] == []
    assert [line for line in lines if "://" in line or "--index-url" in line] == []
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
