"""Writes docs/contexts.md and the map in README.md from serverless.yml and the code.

python -m infra.build.contexts --check | --write
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra import description
from infra.build import apps, facts
from infra.build.code import code
from infra.build.map import CONTEXTS
from infra.description import ROOT

DOCUMENT = ROOT / "docs/contexts.md"
README = ROOT / "README.md"
_MAP = re.compile(r"(<!-- map -->\n).*?(<!-- /map -->)", flags=re.S)


def document() -> str:
    """docs/contexts.md."""
    lines = [
        "# Contexts",
        "",
        "Made from serverless.yml and the code by `make docs`; a test fails when it is not current.",
        "A context may use those below it, through their `operations` only (decision 1).",
        "",
        "| Context | Single source of truth for | Uses | Announces | Reacts to |",
        "|---|---|---|---|---|",
    ]
    present = [context for context in CONTEXTS if context in apps.contexts()]
    announced = _by_context(facts.published())
    lines += [_row(context, announced.get(context, [])) for context in present]
    for context in present:
        lines += ["", f"## {context}", ""]
        lines += _functions(context) or ["It has no Lambda of its own; others use it."]
    return "\n".join(lines) + "\n"


def map_table() -> str:
    """The map in README.md: every Lambda, its file, what starts it, and its tables."""
    head = ["| Lambda | runs | when | writes | reads |", "|---|---|---|---|---|"]
    rows = []
    for name, entry in description.functions().items():
        cells = [name, f"`{_file(name)}`", _trigger(entry), _tables(name, "write"), _tables(name, "read")]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(head + rows) + "\n"


def readme() -> str:
    """README.md with the current map."""
    text = README.read_text(encoding="utf-8")
    return _MAP.sub(lambda found: f"{found[1]}{map_table()}{found[2]}", text)


def _by_context(published: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, model in sorted(published.items()):
        found.setdefault(model.__module__.split(".")[1], []).append(name)
    return found


def _row(context: str, announced: list[str]) -> str:
    heard = sorted(
        {fact for one in facts.consumers() if one.function.startswith(f"{context}-") for fact in one.facts}
    )
    cells = [context, _purpose(context), ", ".join(_uses(context)), ", ".join(announced), ", ".join(heard)]
    return f"| {' | '.join(cells)} |"


def _purpose(context: str) -> str:
    """The first sentence of a context's README."""
    path = ROOT / "functions" / context / "README.md"
    if not path.exists():
        return ""
    paragraphs = [text for text in path.read_text(encoding="utf-8").split("\n\n") if not text.startswith("#")]
    sentence = re.split(r"(?<=\.)\s", " ".join(paragraphs[0].split()))[0]
    return re.sub(r"^Single source of truth for:? ", "", sentence).rstrip(".")


def _uses(context: str) -> list[str]:
    used = {
        imported.split(".")[1]
        for name, module in code().modules.items()
        if module.context == context
        for imported in code().imports(name)
        if imported.count(".") >= 2 and imported.startswith("functions.")
    }
    return [other for other in CONTEXTS if other in used - {context}]


def _functions(context: str) -> list[str]:
    names = [name for name in description.functions() if name.split("-")[0] == context]
    if not names:
        return []
    return ["| Lambda | runs | when |", "|---|---|---|"] + [
        f"| {name} | `{_file(name)}` | {_trigger(description.functions()[name], in_full=True)} |"
        for name in names
    ]


def _file(name: str) -> str:
    return str(description.functions()[name]["handler"])


def _tables(name: str, kind: str) -> str:
    granted = description.read("serverless.yml")["functions"][name]["iamRoleStatements"]
    mays = [grant.removeprefix("${self:custom.may.").removesuffix("}").split(".") for grant in granted]
    return ", ".join(context for context, allowed in mays if allowed == kind and context in CONTEXTS)


def _trigger(entry: dict[str, Any], in_full: bool = False) -> str:
    routes = [event["http"] for event in entry["events"] if "http" in event]
    if in_full or len(routes) < 3:
        shown = [f"`{route}`" for route in routes]
    else:
        shown = [f"{len(routes)} routes"]
    return "<br>".join([*shown, *(text for event in entry["events"] for text in _other_trigger(event))])


def _other_trigger(event: dict[str, Any]) -> Iterator[str]:
    if "schedule" in event:
        yield f"{event['schedule']['rate'][0]} {event['schedule']['timezone']}"
    if "stream" in event:
        yield f"stream of {event['stream']['arn']['Fn::GetAtt'][0].removesuffix('Table').lower()}"
    if "sqs" in event:
        queue = event["sqs"]["arn"]["Fn::GetAtt"][0]
        heard = next(one.facts for one in facts.consumers() if one.queue == queue)
        yield f"queue: {', '.join(heard) or 'commands'}"


def generated() -> dict[Path, str]:
    """Every generated text by file."""
    return {DOCUMENT: document(), README: readme()}


def main() -> int:
    """Check or write."""
    arguments = argparse.ArgumentParser(description="docs/contexts.md and README's map")
    mode = arguments.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    stale = [
        path
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if options.write:
            path.write_text(generated()[path], encoding="utf-8")
        else:
            print(f"{path.relative_to(ROOT)} is not current: make docs", file=sys.stderr)
    return int(bool(stale) and not options.write)


if __name__ == "__main__":
    sys.exit(main())
