"""Builds what is deployed, packages it without a network, lints the template and says how large it all is.

python -m infra.build.package [--stage dev]
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.build import archive, layers, smoke
from infra.description import ROOT
from infra.local import engines, names

BUILD = ROOT / ".build"
OSLS = ROOT / "node_modules/.bin/osls"
TEMPLATE = ROOT / ".serverless/cloudformation-template-update-stack.json"
THIS_MACHINE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
MOST_UNPACKED = 250 * 1024 * 1024
MOST_RESOURCES = 500


class TooLarge(Exception):
    """Over a limit of Lambda or CloudFormation."""


def build(architectures: list[str]) -> list[Path]:
    """Build the functions' code and every layer into .build."""
    zips = [_functions(BUILD / "work/functions", BUILD / "functions.zip")]
    for architecture in architectures:
        zips += layers.build(architecture, BUILD / "work", BUILD)
    return list(dict.fromkeys(zips))


def _functions(folder: Path, target: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.md")
    shutil.copytree(ROOT / "functions", folder / "functions", ignore=ignored)
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs/openapi.json", folder / "docs")
    archive.compile_sources(folder, runs_in="/var/task")
    archive.pack(folder, target)
    return target


def package(stage: str, architecture: str) -> None:
    """Make the CloudFormation template, as a deployment would."""
    with cloud(services="cloudformation,s3,sts") as url:  # where osls compares layers with the deployed ones
        environment = offline(url) | {"LAMBDA_ARCHITECTURE": architecture}
        subprocess.run(
            [str(OSLS), "package", "--stage", stage],
            cwd=ROOT,
            env=environment,
            check=True,
        )


def offline(url: str) -> dict[str, str]:
    """The environment in which osls asks this machine instead of AWS, and asks nobody for credentials."""
    return {
        **os.environ,
        **names.CREDENTIALS,
        "AWS_ENDPOINT_URL": url,
        "SLS_NOTIFICATIONS_MODE": "off",
        "SLS_TELEMETRY_DISABLED": "1",
        "NODE_NO_WARNINGS": "1",
    }


@contextmanager
def cloud(services: str) -> Iterator[str]:
    """A MiniStack of our own while the block runs; yields its address."""
    port = engines.free_port()
    os.environ.update(names.CREDENTIALS)
    with tempfile.TemporaryDirectory(prefix="dealer-shop-") as folder:
        process = engines.start_cloud(port, Path(folder), keep=False, services=services)
        try:
            engines.wait_ready(process, lambda: engines.cloud_answers(port), "MiniStack")
            yield f"http://127.0.0.1:{port}"
        finally:
            engines.stop(process)


def lint() -> None:
    """W3005 is osls's own redundancy."""
    subprocess.run(
        [str(Path(sys.executable).parent / "cfn-lint"), "-i", "W3005", "--", str(TEMPLATE)], check=True
    )


def report(zips: list[Path], architectures: list[str]) -> None:
    """Sizes; raises TooLarge."""
    print(f"{'':32}{'zip':>10}{'unpacked':>12}")
    for path in zips:
        print(
            f"{path.name:32}{_megabytes(path.stat().st_size):>10}{_megabytes(archive.unpacked_size(path)):>12}"
        )
    for architecture in architectures:
        used = [
            path
            for path in zips
            if path.stem.rpartition("-")[2] not in set(layers.PROCESSORS) - {architecture}
        ]
        total = sum(archive.unpacked_size(path) for path in used)
        print(
            f"{'largest function, ' + architecture:42}{_megabytes(total):>12} of {_megabytes(MOST_UNPACKED)}"
        )
        if total > MOST_UNPACKED:
            raise TooLarge(f"{_megabytes(total)} on {architecture}")
    resources = len(json.loads(TEMPLATE.read_text(encoding="utf-8"))["Resources"])
    print(f"{'resources in the stack':42}{resources:>12} of {MOST_RESOURCES}")
    if resources > MOST_RESOURCES:
        raise TooLarge(f"{resources} resources in one stack")


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


def main() -> None:
    """Build, package, lint, report."""
    arguments = argparse.ArgumentParser(description="Build and package the deployment")
    arguments.add_argument("--stage", default="dev")
    stage = arguments.parse_args().stage
    architectures = list(layers.PROCESSORS)
    zips = build(architectures)
    smoke.load_handlers(BUILD / "work", THIS_MACHINE)
    package(stage, architectures[0])
    lint()
    report(zips, architectures)


if __name__ == "__main__":
    main()
