"""Stock through the back office: lists, movements, adjustments and the low-stock alert."""

import pytest

from functions.admin import api as admin
from functions.inventory import operations
from kit import ids, transaction
from tests.kit import faults
from tests.kit.http import call
from tests.kit.people import agent_token, sign_with_test_key, staff_token
from tests.kit.pump import Pump

SKU = "SKU0000001"


@pytest.fixture
def desk(tables, cloud, at):
    sign_with_test_key()
    token = staff_token("stock")

    def ask(method, path, body=None, **options):
        return call(admin.app, method, f"/admin{path}", body, **{"token": token} | options)

    return ask


@pytest.fixture
def pump(tables, cloud):
    return Pump(tables, cloud, {"inventory"})


def opened(at, number=1, on_hand=10, threshold=0):
    sku_id = f"SKU{number:07}"
    parts = operations.open_stock_parts(
        sku_id, on_hand, 1, threshold, "staff", at.now, code=f"A-{number:03}", title=f"毛巾 {number}"
    )
    transaction.commit(parts)
    return sku_id


def adjust(desk, key="first-key", sku_id=SKU, **body):
    body = {"reason": "correction"} | body
    return desk("POST", f"/stock/{sku_id}/adjustments", body, key=key)


def low(desk):
    return [item["sku_id"] for item in desk("GET", "/stock/alerts").json["items"]]


def test_the_list_is_by_code_and_paged(desk, at):
    for number in (3, 1, 2):
        opened(at, number)
    first = desk("GET", "/stock?limit=2").json
    second = desk("GET", "/stock", query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [item["code"] for item in first["items"] + second["items"]] == ["A-001", "A-002", "A-003"]
    assert second["next_cursor"] is None
    assert [item["code"] for item in desk("GET", "/stock", query={"code": "A-002"}).json["items"]] == [
        "A-002"
    ]
    foreign = desk("GET", "/stock", query={"code": "A", "cursor": first["next_cursor"]})
    assert (foreign.status, foreign.json["code"]) == (400, "CursorInvalid")


def test_one_sku_with_its_movements(desk, at):
    opened(at)
    transaction.commit(operations.reserve_parts([(SKU, 4, 1, 1)]))
    found = desk("GET", f"/stock/{SKU}").json
    assert [found[name] for name in ("code", "title", "on_hand", "reserved", "held", "available")] == [
        "A-001",
        "毛巾 1",
        10,
        4,
        0,
        6,
    ]
    assert [movement["reason"] for movement in found["movements"]] == ["opening"]


def test_an_adjustment_is_a_movement_with_reason_and_actor(desk, at):
    opened(at)
    answer = adjust(desk, change=-3, reason="damage", note="进水")
    assert answer.status == 201
    (movement, _) = desk("GET", f"/stock/{SKU}/movements").json["items"]
    assert movement == answer.json
    assert [movement[name] for name in ("reason", "note", "before", "change", "after", "occurred_at")] == [
        "damage",
        "进水",
        10,
        -3,
        7,
        "2026-11-22T02:00:00Z",
    ]
    assert movement["actor"]


def test_movements_are_paged_newest_first(desk, at):
    opened(at)
    for number in range(4):
        assert adjust(desk, f"key-number-{number}", change=1).status == 201
    first = desk("GET", f"/stock/{SKU}/movements?limit=3").json
    rest = desk("GET", f"/stock/{SKU}/movements", query={"limit": 3, "cursor": first["next_cursor"]}).json
    assert [item["sequence"] for item in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]


def test_an_adjustment_is_made_once_per_key(desk, at):
    opened(at)
    first = adjust(desk, change=5)
    assert adjust(desk, change=5).json == first.json
    assert adjust(desk, change=6).json["code"] == "KeyReused"
    assert adjust(desk, "second-key", change=5).json["after"] == 20
    assert desk("POST", f"/stock/{SKU}/adjustments", {"reason": "damage", "change": 1}).status == 400


def test_refusals_by_name(desk, at):
    opened(at)
    transaction.commit(operations.reserve_parts([(SKU, 9, 1, 1)]))
    refused = adjust(desk, change=-2)
    assert (refused.status, refused.json["code"], refused.json["available"]) == (409, "StillReserved", 1)
    outdated = adjust(desk, counted=3, expected=11, reason="stocktake")
    assert (outdated.status, outdated.json["code"], outdated.json["on_hand"]) == (409, "CountOutdated", 10)
    assert adjust(desk, sku_id="NOSUCHSKU0", change=1).json["code"] == "StockNotFound"
    assert desk("GET", "/stock/NOSUCHSKU0").status == 404
    assert desk("PUT", "/stock/NOSUCHSKU0/threshold", {"threshold": 1}).status == 404
    assert operations.discrepancies(SKU) == []


@pytest.mark.parametrize("fault", [faults.conflict, faults.throttled, faults.lost_answer])
def test_a_bad_day_changes_nothing_twice(desk, at, fault):
    opened(at)
    with faults.injected("TransactWriteItems", fault):
        assert adjust(desk, change=5).json["after"] == 15
    assert operations.discrepancies(SKU) == []


@pytest.mark.parametrize("fault", [faults.killed_before, faults.killed_after])
def test_a_killed_adjustment_can_be_repeated(desk, at, fault):
    opened(at)
    with faults.injected("TransactWriteItems", fault), pytest.raises(faults.Killed):
        adjust(desk, change=5)
    assert adjust(desk, change=5).json["after"] == 15
    assert operations.stock([SKU])[SKU].on_hand == 15
    assert operations.discrepancies(SKU) == []


def test_low_stock_is_marked_on_crossing_and_unmarked_above(desk, pump, at):
    opened(at, threshold=4)
    opened(at, 2, on_hand=100, threshold=4)
    pump()
    assert low(desk) == []
    transaction.commit(operations.reserve_parts([(SKU, 6, 1, 1)]))
    pump()
    assert low(desk) == [SKU]
    transaction.commit(operations.release_parts([(SKU, 1)]))
    pump()
    assert low(desk) == []


def test_the_emptiest_comes_first(desk, pump, at):
    for number, on_hand in ((1, 3), (2, 0), (3, 12)):
        opened(at, number, on_hand=on_hand, threshold=12)
    pump()
    assert low(desk) == ["SKU0000002", "SKU0000001", "SKU0000003"]
    adjust(desk, sku_id="SKU0000002", change=5)
    pump()
    assert low(desk) == ["SKU0000001", "SKU0000002", "SKU0000003"]


def test_a_new_threshold_marks_at_once(desk, pump, at):
    opened(at)
    answer = desk("PUT", f"/stock/{SKU}/threshold", {"threshold": 10})
    assert (answer.status, answer.json["threshold"], answer.json["is_low"]) == (200, 10, True)
    pump()
    assert low(desk) == [SKU]
    assert desk("PUT", f"/stock/{SKU}/threshold", {"threshold": -1}).status == 422


def row(available, version, alert=None):
    mark = {"alert": alert, "available_sort": f"{available:010d}", "told": True} if alert else {}
    figures = {"available": available, "threshold": 4, "version": version, "code": "A", "title": "毛巾"}
    return {"pk": f"SKU#{SKU}", "sk": "STOCK"} | figures | mark


def test_the_alert_is_announced_when_the_mark_appears_and_not_again(tables, at):
    def announced(old, new):
        return [fact.available for fact in operations.on_change(old, new, at.now)]

    assert announced(row(5, 1), row(3, 2)) == []
    assert announced(row(3, 2), row(3, 2, "low")) == [3]
    assert announced(row(3, 2, "low"), row(2, 3, "low")) == []
    assert announced(row(5, 4), row(3, 5, "low")) == [3]
    assert announced(None, {"pk": f"SKU#{SKU}", "sk": "MOVEMENT#1"}) == []
    assert announced(row(3, 5, "low"), None) == []


def test_stock_that_goes_up_and_down_around_its_threshold_is_told_of_once(desk, pump, tables, at):
    opened(at, on_hand=11, threshold=10)
    told, listed = [], []
    for number, change in enumerate((-2, 2, -3, 4, 1, -3)):  # 9 11 8 12 13 10
        adjust(desk, f"count-{number:03}", change=change)
        pump()
        told.append(any("told" in row for row in tables.rows("inventory")))
        listed.append(bool(low(desk)))
    assert told == [True, True, True, True, False, True]
    assert listed == [True, False, True, False, False, True]


def test_an_alert_delivered_twice_is_the_same_fact(tables, at):
    change = (row(3, 2), row(3, 2, "low"))
    first = operations.on_change(*change, at.now)
    assert [fact.event_id for fact in operations.on_change(*change, at.advance(minutes=5))] == [
        fact.event_id for fact in first
    ]


PATHS = [
    ("GET", "/stock"),
    ("GET", "/stock/alerts"),
    ("GET", f"/stock/{SKU}"),
    ("GET", f"/stock/{SKU}/movements"),
    ("POST", f"/stock/{SKU}/adjustments"),
    ("PUT", f"/stock/{SKU}/threshold"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_only_staff_with_the_permission_come_in(desk, method, path):
    key = ids.short_id()
    assert desk(method, path, {}, token=None, key=key).status == 401
    assert desk(method, path, {}, token=agent_token(), key=key).status == 403
    assert desk(method, path, {}, token=staff_token("pricing"), key=key).status == 403


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"unknown": 1}, {"code": "x" * 41}]
)
def test_wrong_queries_are_refused(desk, query):
    assert desk("GET", "/stock", query=query).status == 422
