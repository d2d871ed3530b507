"""What the API offers to staff has its page in the back-office console."""

import json
import re
from collections.abc import Iterator

from infra.description import ROOT

_PAGES = ROOT / "clients" / "admin" / "src"
_CALL = re.compile(r"api\s*\.(get|post|put|patch|delete)\(\s*(?:'([^']+)'|`([^`]+)`|\w)")
_ADDRESS = re.compile(r"'(/admin/[^']+)'|`(/admin/[^`]+)`")
_FILLED_IN = re.compile(r"\$\{[^}]+\}")

# What no page asks for, and why.
_NOT_ASKED_FOR = {
    "GET /admin/forecasts/{sku_id}": "the list and the page of a product bring the forecast along",
    "GET /admin/orders/{order_id}/print": "papers are printed for many orders at once, be it one",
    "GET /admin/policies/{policy_id}": "the list brings policies along whole",
    "GET /admin/policies/{policy_id}/history": "the log beside a policy says who changed what",
    "GET /admin/quotas/{quota_id}": "the list brings quotas along whole",
}


def _calls() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Methods with the addresses they may be called with; a file's constants stand for those not in place."""
    for path in sorted(_PAGES.rglob("*")):
        if path.suffix not in (".vue", ".ts"):
            continue
        text = path.read_text()
        constants = [one or other for one, other in _ADDRESS.findall(text)]
        for method, plain, filled in _CALL.findall(text):
            for address in [plain or filled] if plain or filled else constants:
                parts = _FILLED_IN.split(address)
                yield method.upper(), re.compile("[^/{}]+".join(map(re.escape, parts)))


def _is_also_patched(method: str, operations: dict[str, object]) -> bool:
    """A whole replacement of what the pages change in part."""
    return method == "put" and "patch" in operations


def test_every_operation_of_staff_is_called_by_a_page() -> None:
    calls = list(_calls())
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    not_called = {
        f"{method.upper()} {address}"
        for address, operations in paths.items()
        if address.startswith("/admin/")
        for method in operations
        if not _is_also_patched(method, operations)
        and not any(one == method.upper() and pattern.fullmatch(address) for one, pattern in calls)
    }
    assert not_called == set(_NOT_ASKED_FOR)
