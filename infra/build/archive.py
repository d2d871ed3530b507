"""Compiles a folder for Lambda and zips it so that the same content is always the same file."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16


def compile_sources(folder: Path, runs_in: str) -> None:
    """Put bytecode beside every source: unchecked, because a zip loses the times that are usually checked.

    A separate process with a fixed hash seed, so that the bytecode is the same every time. `runs_in` is the
    folder's place on Lambda, for tracebacks.
    """
    command = [
        sys.executable,
        "-m",
        "compileall",
        "-q",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        str(folder),
    ]
    subprocess.run(
        [*command, "-p", runs_in, str(folder)], check=True, env={**os.environ, "PYTHONHASHSEED": "0"}
    )


def pack(folder: Path, target: Path) -> None:
    """Zip a folder's files in order, all dated alike."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _LONG_AGO)
            entry.external_attr = _FILE_MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def unpacked_size(archive: Path) -> int:
    """Bytes a zip takes on Lambda's disk."""
    with zipfile.ZipFile(archive) as packed:
        return sum(entry.file_size for entry in packed.infolist())
