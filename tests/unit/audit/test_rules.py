"""What the log says and what it keeps to itself."""

from dataclasses import replace
from typing import Any

import pytest

from functions.audit import rules
from functions.audit.rules import HIDDEN, Break, Entry, Head

SKU = "SKX0000001"
ORDER = "0RDER000000000000000000000"
AGENT = "0AGENT00000000000000000000"
KEY = {"pk": "A", "sk": "B"}


def _entries(count: int) -> list[Entry]:
    return [
        Entry(f"E{number}", "change", "2026-11-22T02:00:00Z", "", "O", "OP", "{}") for number in range(count)
    ]


@pytest.mark.parametrize(
    ("old", "new", "mark"),
    [
        (None, {"op": "U/O/1"}, rules.Mark("U", "O")),
        ({}, {"op": "U/O/1"}, rules.Mark("U", "O")),
        ({"op": "U/O/1"}, {"op": "U/O/2"}, rules.Mark("U", "O")),
        ({"op": "U/O/1"}, {"op": "U/O/1"}, None),
        ({"op": "U/O/1"}, {}, None),
        ({"op": "U/O/1"}, None, None),
        ({}, {}, None),
    ],
)
def test_a_write_is_somebodys_when_the_mark_came_with_it(old: Any, new: Any, mark: Any) -> None:
    assert rules.mark_of(old, new) == mark


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("password_hash", "$argon2id$", HIDDEN),
        ("refresh_token", "abc", HIDDEN),
        ("api_key", "abc", HIDDEN),
        ("apiv3_keys", ["abc"], HIDDEN),
        ("must_change_password", True, True),
        ("phone", "13812345678", "138****5678"),
        ("note", "打 13812345678 或写 lina@example.com", "打 138****5678 或写 l***@example.com"),
        ("number", "1234567890123456", "1234567890123456"),
        ("text", "长" * 600, "长" * 500 + "…"),
        ("text", "x" * 200_000, "x" * 500 + "…"),
        ("permissions", {"b", "a"}, ["a", "b"]),
        ("given", {"secret": "x", "name": "y"}, {"secret": HIDDEN, "name": "y"}),
        ("price_fen", 100, 100),
    ],
)
def test_secrets_are_hidden_and_contacts_shortened(name: str, value: Any, shown: Any) -> None:
    assert rules.masked(value, name) == shown


@pytest.mark.parametrize(
    "body",
    [
        {f"field {number}": number for number in range(50_000)},
        {f"{number}": {f"{inner}": "字" * 600 for inner in range(300)} for number in range(300)},
        {"rows": [{f"{number}-{inner}": inner for inner in range(300)} for number in range(300)]},
        {"字" * 10_000: 1, "b": ["x" * 1000] * 10_000},
    ],
)
def test_what_is_shown_of_a_body_fits_however_many_fields_it_has(body: dict[str, Any]) -> None:
    shown = rules.masked(body)
    assert len(rules.written(shown)) < 3 * rules.LONGEST_VALUE
    assert len(rules.written(shown).encode()) < 250_000


def test_how_many_fields_are_not_shown_is_said() -> None:
    assert rules.masked({f"{number}": 0 for number in range(1000)})["…"] == 800
    assert "…" not in rules.masked({f"{number}": 0 for number in range(200)})


@pytest.mark.parametrize("text", ["[" * 5_000 + "]" * 5_000, '{"a":' * 5_000 + "1" + "}" * 5_000])
def test_a_text_that_is_too_deep_to_open_stays_a_text(text: str) -> None:
    assert rules.fields(KEY | {"description": text}) == {"description": text[:500] + "…"}


def test_differences_go_field_by_field_into_documents() -> None:
    old = KEY | {"document": '{"name": "A", "price": {"fen": 1}}', "version": 1, "same": "x"}
    new = KEY | {"document": '{"name": "B", "price": {"fen": 1}}', "version": 2, "same": "x", "op": "U/O/1"}
    assert rules.differences(old, new) == {"document.name": ["A", "B"], "version": [1, 2]}
    assert rules.differences(None, new)["same"] == [None, "x"]
    assert rules.differences(old, None)["same"] == ["x", None]
    assert rules.differences(old, old | {"op": "U/O/2"}) == {}


def test_that_a_secret_changed_is_told_but_not_to_what() -> None:
    old, new = KEY | {"password_hash": "one"}, KEY | {"password_hash": "two"}
    assert rules.differences(old, new) == {"password_hash": [HIDDEN, HIDDEN]}
    assert rules.differences(old, dict(old)) == {}


def test_rows_that_are_secrets_say_nothing() -> None:
    new = {"pk": "GIFT#1", "sk": "CODE#1", "value": "ABCD-1234"}
    assert rules.differences(None, new) == {"value": [None, HIDDEN]}


@pytest.mark.parametrize(
    ("pk", "sk", "expected"),
    [
        (f"AGENT#{AGENT}", "COMPANY", ("agent", AGENT)),
        (f"AGENT#{AGENT}", f"ORDER#{ORDER}", ("order", ORDER)),
        (f"SKU#{SKU}", "MOVEMENT#0000000007", ("sku", SKU)),
        (f"AGENT#{AGENT}", "ENTRY#2026-11-22T02:00:00Z#adjust", ("agent", AGENT)),
        ("ROLES", "owner", ("roles", "owner")),
        ("IDENTIFIER#lina@example.com", "IDENTIFIER", ("identifier", "l***@example.com")),
    ],
)
def test_a_row_is_about_the_innermost_thing_in_its_key(pk: str, sk: str, expected: tuple[str, str]) -> None:
    assert rules.object_of(pk, sk) == expected


@pytest.mark.parametrize(
    ("endpoint", "parameters", "answer", "expected"),
    [
        ("POST /admin/orders/{order_id}/approval", {"order_id": "1"}, {}, ("order", "1")),
        ("POST /admin/roles", {}, {"role": "packers"}, ("role", "packers")),
        ("POST /admin/products", {}, {"brand_id": "b", "product_id": "p"}, ("product", "p")),
        ("POST /admin/staff", {}, {"name": "n", "user_id": "u"}, ("user", "u")),
        ("PUT /admin/password", {}, {}, ("", "")),
    ],
)
def test_a_command_is_about_what_its_address_or_its_answer_names(
    endpoint: str, parameters: dict[str, str], answer: dict[str, str], expected: tuple[str, str]
) -> None:
    assert rules.object_of_command(endpoint, parameters, answer) == expected


def test_a_chain_is_whole_until_somebody_touches_it() -> None:
    before = Head("2026-11-21", 4, "before")
    links = rules.chained(Head("2026-11-22", 0, before.hash), _entries(3))
    head = Head("2026-11-22", 3, links[-1].hash)
    assert rules.first_break(before, links, head) is None
    assert rules.first_break(None, links, head) == Break(1, "detached")
    assert rules.first_break(before, links[1:], head) == Break(1, "missing")
    assert rules.first_break(before, links[:2], head) == Break(3, "missing")
    assert rules.first_break(before, links, replace(head, hash="x")) == Break(3, "head")
    forged = [links[0], replace(links[1], entry=replace(links[1].entry, content="{1}")), links[2]]
    assert rules.first_break(before, forged, head) == Break(2, "altered")
