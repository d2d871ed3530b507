"""Brings up to date what serverless.yml can take from the code: routes, tables, grants, variables and layers.

    python -m infra.build.map --check    say what differs
    python -m infra.build.map --write    write it

By hand stay: which Lambdas there are, their handlers, triggers, memory and time-outs, and the routes of a
Lambda of its own (`orders-api-place`). Every other route of an app belongs to its `<context>-api`.
"""

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra import description
from infra.build import apps
from infra.build.apps import NotThere
from infra.build.code import Effects, Symbol, code
from infra.description import ROOT

CONTEXTS = (  # from the top down, as in pyproject.toml
    "admin", "notifications", "insights", "audit", "orders", "cart", "payments", "gifts", "catalog",
    "pricing", "inventory", "points", "agents", "auth", "settings",
)  # fmt: skip
# Variables that name something other than a table: what they stand for, and the grant that goes with them.
VARIABLES = {
    "SEND_CODE_QUEUE": ("!Ref NotificationsSendCodeQueue", "queues.send_code"),
    "DELIVER_QUEUE": ("!Ref NotificationsDeliverQueue", "queues.deliver"),
    "OPERATIONS_QUEUE": ("!Ref AuditRecordOperationsQueue", "queues.operations"),
    "SEND_NOTICE_QUEUE": ("!Ref NotificationsSendNoticeQueue", "queues.send_notice"),
    "TELL_FOLLOWERS_QUEUE": ("!Ref CatalogTellFollowersQueue", "queues.tell_followers"),
    "EXPORT_FILE_QUEUE": ("!Ref SettingsExportFileQueue", "queues.export_file"),
    "EXPORT_AGENTS_QUEUE": ("!Ref AgentsExportAgentsQueue", "queues.export_agents"),
    "EXPORT_ORDERS_QUEUE": ("!Ref OrdersExportOrdersQueue", "queues.export_orders"),
    "RESTORE_FILE_QUEUE": ("!Ref SettingsRestoreFileQueue", "queues.restore_file"),
    "ALL_TABLES": ("${self:custom.all_tables}", "backups.begin"),
    "BACKUPS_BUCKET": ("!Ref BackupsBucket", "backups"),
    "SEARCH_BUCKET": ("!Ref SearchBucket", "search"),
    "UPLOADS_BUCKET": ("!Ref UploadsBucket", "uploads"),
    "EXPORTS_BUCKET": ("!Ref ExportsBucket", "exports"),
}
LAYERS = "[!Ref KitLambdaLayer, !Ref DependenciesLambdaLayer, !Ref PaymentsLambdaLayer]"
SIGNING_KEY = "signing-key"


class UnknownVariable(Exception):
    """Code reads an environment variable that neither serverless.yml nor this module knows."""


@dataclass(frozen=True)
class Derived:
    """What the code says about one Lambda."""

    routes: tuple[str, ...] | None  # None: its events are written by hand
    tables: tuple[str, ...]
    grants: tuple[str, ...]
    variables: dict[str, str]
    needs_cryptography: bool


@cache
def derive(name: str) -> Derived:
    """What the code says about a Lambda. Raises NotThere, UnknownVariable."""
    module, attribute = apps.handler(name)
    source = code().modules.get(module)
    if not source or attribute not in source.definitions:
        raise NotThere(f"{name}: no {attribute} in {module}")
    if missing := code().missing(module):
        raise NotThere(f"{name}: no {', '.join(sorted(missing))}")
    routes, entries = None, [Symbol(module, attribute)]
    if attribute == "app":
        served = apps.served(name)
        entries += [_written_in(endpoint.view) for endpoint in served.values()]
        routes = tuple(served) if name.endswith("-api") and not apps.is_catch_all(name) else None
    effects = code().effects(entries)
    tables = tuple(
        sorted(code().tables(module), key=lambda table: (table != source.context, CONTEXTS.index(table)))
    )
    variables = _variables(name, effects)
    return Derived(
        routes=routes,
        tables=tables,
        grants=tuple(_grants(name, tables, variables, effects)),
        variables={variable: VARIABLES[variable][0] for variable in variables},
        needs_cryptography=code().needs("cryptography", module, effects),
    )


def _written_in(view: Callable[..., Any]) -> Symbol:
    """The definition at the top of a module in which a view was written; some are made by a function."""
    return Symbol(view.__module__, view.__code__.co_qualname.split(".")[0])


def _variables(name: str, effects: Effects) -> list[str]:
    shared = description.read("serverless.yml")["provider"]["environment"]
    wanted = {
        variable
        for variable in effects.variables
        if variable not in shared and not variable.endswith("_TABLE") and not variable.startswith("AWS_")
    }
    if unknown := wanted - set(VARIABLES):
        raise UnknownVariable(f"{name}: {', '.join(sorted(unknown))}")
    return [variable for variable in VARIABLES if variable in wanted]


def _grants(name: str, tables: tuple[str, ...], variables: list[str], effects: Effects) -> list[str]:
    grants = [f"{table}.{'write' if table in effects.writes else 'read'}" for table in tables]
    if Symbol("kit.facts", "publish") in effects.reached:
        grants.append("facts.publish")
    if any("stream" in event for event in description.functions()[name]["events"]):
        grants.append("facts.set_aside")
    for variable in variables:
        grant = VARIABLES[variable][1]
        is_bucket = variable.endswith("_BUCKET")
        writes = (effects.variables[variable] | {variable}) & effects.stores
        grants.append(f"{grant}.{'write' if writes else 'read'}" if is_bucket else grant)
    if Symbol("kit.secrets", "store") in effects.reached:
        grants.append("secrets.store")
    elif effects.secrets - {SIGNING_KEY}:
        grants.append("secrets.read")
    elif effects.secrets:
        grants.append("secrets.sign")
    return grants


def rewritten(block: str, derived: Derived) -> str:
    """A Lambda's lines of serverless.yml with what the code says in them."""
    block = re.sub(r"^    layers:.*\n", "", block, flags=re.M)
    if derived.needs_cryptography:
        block = re.sub(r"^(    handler:.*\n)", rf"\1    layers: {LAYERS}\n", block, flags=re.M)
    grants = "".join(f"      - ${{self:custom.may.{grant}}}\n" for grant in derived.grants)
    block = _with_section(block, "iamRoleStatements", "\n" + grants if grants else " []\n")
    block = _with_section(block, "environment", _environment(derived))
    if derived.routes is not None:
        routes = "".join(f"      - http: {route}\n" for route in derived.routes)
        others = re.findall(
            r"^      - (?!http:).*\n(?:        .*\n)*", block.split("    events:\n")[1], flags=re.M
        )
        block = _with_section(block, "events", "\n" + routes + "".join(others))
    return block


def _environment(derived: Derived) -> str:
    tables = [f"<<: [{', '.join(f'*{table}' for table in derived.tables)}]"] if derived.tables else []
    settings = tables + [f"{name}: {value}" for name, value in derived.variables.items()]
    in_a_line = f" {{ {', '.join(settings)} }}\n" if settings else " {}\n"
    in_lines = "\n" + "".join(f"      {setting}\n" for setting in settings)
    return in_a_line if len(in_a_line) < 100 else in_lines


def _with_section(block: str, name: str, content: str) -> str:
    return re.sub(rf"^    {name}:.*\n(?:      .*\n)*", lambda _: f"    {name}:{content}", block, flags=re.M)


def up_to_date(text: str) -> tuple[str, list[str]]:
    """serverless.yml as the code wants it, and which Lambdas could not be told."""
    unknown: list[str] = []

    def replace(found: re.Match[str]) -> str:
        name = found[1]
        try:
            return rewritten(found[0], derive(name))
        except (NotThere, UnknownVariable) as failure:
            unknown.append(str(failure))
            return found[0]

    head, functions = text.split("\nfunctions:\n", 1)
    functions, tail = functions.split("\nresources:\n", 1)
    functions = re.sub(r"^  ([a-z0-9-]+):\n(?:    .*\n)+", replace, functions + "\n", flags=re.M)
    return f"{head}\nfunctions:\n{functions.rstrip()}\n\nresources:\n{tail}", unknown


def main() -> int:
    """Check or write."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    mode = arguments.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true")
    mode.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    path = ROOT / "serverless.yml"
    text = path.read_text(encoding="utf-8")
    wanted, unknown = up_to_date(text)
    for message in unknown:
        print(message, file=sys.stderr)
    if options.write:
        path.write_text(wanted, encoding="utf-8")
        return 0
    if wanted != text:
        print("serverless.yml is not what the code says: python -m infra.build.map --write", file=sys.stderr)
    return int(wanted != text)


if __name__ == "__main__":
    sys.exit(main())
