"""Names that the clients keep for themselves are those of the functions."""

import re

import pytest

from functions.orders import rules
from infra.description import ROOT

_CLIENTS = ROOT / "clients"


def _words(path: str, name: str) -> dict[str, str]:
    """A constant of a TypeScript file that maps codes to texts."""
    text = (_CLIENTS / path).read_text()
    (body,) = re.findall(rf"export const {name}[^=]*= \{{(.*?)\n\}}", text, re.DOTALL)
    return dict(re.findall(r"(\w+): '([^']+)'", body))


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("shared/carriers.ts", "CARRIERS", {code: one.name for code, one in rules.CARRIERS.items()}),
        ("miniprogram/src/trade/parts/claim.ts", "CLAIM_REASONS", rules.REASONS),
    ],
)
def test_clients_and_functions_use_the_same_words(path: str, name: str, known: dict[str, str]) -> None:
    assert _words(path, name) == dict(known)
