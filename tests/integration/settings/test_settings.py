"""Settings: defaults until changed, one editor at a time, every version kept, secrets never shown."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.admin import api as admin
from functions.audit.rules import masked
from functions.settings import api, operations
from functions.settings.schemas import NotificationSettings, OrderSettings, PointsSettings, ShopInfo
from functions.settings.table import SectionRow
from kit import secrets
from tests.kit.http import call
from tests.kit.people import CLERK, agent_token, sign_with_test_key, staff_token

SECTIONS = ["shop", "home", "orders", "points", "referral", "payments", "retention", "notifications"]
ACCOUNT = {"holder": "示例品牌有限公司", "bank": "中国银行深圳分行", "number": "7413 0000 8888 1234"}
CREDENTIALS = {
    "appid": "wx0123456789abcdef",
    "mchid": "1900000109",
    "merchant_serial": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "private_key_pem": "-----BEGIN PRIVATE KEY-----\n" + "0" * 100,
    "apiv3_keys": ["0" * 32],
    "public_key_id": "PUB_KEY_ID_0119000001092024",
    "verifiers": {"PUB_KEY_ID_0119000001092024": "-----BEGIN PUBLIC KEY-----"},
}


@pytest.fixture
def desk(tables, cloud, at):
    sign_with_test_key()
    token = staff_token("settings")

    def ask(method, path, body=None, **options):
        return call(admin.app, method, f"/admin{path}", body, **{"token": token} | options)

    return ask


def shop():
    answer = call(api.app, "GET", "/shop")
    assert answer.status == 200, answer.text
    return answer.json


def test_defaults_hold_until_something_is_set(tables):
    assert operations.shop() == ShopInfo()
    assert operations.order_settings() == OrderSettings()
    assert operations.points_settings() == PointsSettings()
    assert operations.notification_settings() == NotificationSettings()
    assert [method.kind for method in operations.payment_methods() if method.enabled] == ["wechat"]


def test_the_shop_page_shows_name_icon_intro_phone_and_ways_to_pay(desk):
    value = {"name": "云雾茶业", "icon": "shop/icon.png", "intro": "高山茶", "service_phone": "400-800-8000"}
    assert desk("PUT", "/settings/shop", {"version": 0, "value": value}).status == 200
    methods = [
        {"kind": "bank_transfer", "enabled": True, "title": "对公转账", "account": ACCOUNT},
        {"kind": "wechat", "enabled": False, "title": "微信支付"},
    ]
    assert desk("PUT", "/settings/payments", {"version": 0, "value": {"methods": methods}}).status == 200
    found = shop()
    assert {name: found[name] for name in value} == value
    assert [(one["kind"], one["account"]) for one in found["payment_methods"]] == [("bank_transfer", ACCOUNT)]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_read_replaced_and_looked_back_on(desk, at, section):
    path = f"/settings/{section}"
    default = desk("GET", path).json
    assert (default["version"], default["changed_by"]) == (0, None)
    for version in range(3):
        at.advance(minutes=1)
        answer = desk("PUT", path, {"version": version, "value": default["value"]})
        assert (answer.status, answer.json["version"]) == (200, version + 1)
    assert desk("GET", path).json == answer.json
    assert (answer.json["changed_by"], answer.json["changed_at"]) == (CLERK, "2026-11-22T02:03:00Z")
    first = desk("GET", f"{path}/history?limit=2").json
    rest = desk("GET", f"{path}/history", query={"limit": 2, "cursor": first["next_cursor"]}).json
    assert [one["version"] for one in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None


def test_orders_of_a_tier_may_be_reviewed_from_an_amount_always_or_never(desk):
    tiers = [
        {"tier": "gold", "from_fen": None},
        {"tier": "silver", "from_fen": 5_000_00},
        {"tier": "standard", "from_fen": 0},
    ]
    edited = desk("PUT", "/settings/orders", {"version": 0, "value": {"review_tiers": tiers}})
    assert (edited.status, edited.json["value"]["review_tiers"]) == (200, tiers)
    assert [one.from_fen for one in operations.order_settings().review_tiers] == [None, 5_000_00, 0]
    forgotten = desk("PUT", "/settings/orders", {"version": 1, "value": {"review_tiers": [{"tier": "gold"}]}})
    assert [one["field"] for one in forgotten.json["errors"]] == ["value.review_tiers.0.from_fen"]


def test_of_two_editors_the_second_is_told(desk):
    value = {"name": "甲"}
    assert desk("PUT", "/settings/shop", {"version": 0, "value": value}).status == 200
    stale = desk("PUT", "/settings/shop", {"version": 0, "value": {"name": "乙"}})
    assert (stale.status, stale.json["code"]) == (409, "Stale")
    ahead = desk("PUT", "/settings/shop", {"version": 7, "value": {"name": "乙"}})
    assert (ahead.status, shop()["name"]) == (409, "甲")


def test_editors_in_parallel_leave_one_version(desk):
    def edit(number):
        return desk("PUT", "/settings/shop", {"version": 0, "value": {"name": f"店{number}"}}).status

    with ThreadPoolExecutor(8) as people:
        statuses = sorted(people.map(edit, range(8)))
    assert statuses == [200] + [409] * 7
    assert len(desk("GET", "/settings/shop/history").json["items"]) == 1


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("shop", {"name": ""}),
        ("shop", {"name": "店" * 41}),
        ("shop", {"nickname": "店"}),
        ("orders", {"freight_fen": -1}),
        ("orders", {"freight_fen": 10.5}),
        ("orders", {"online_deadline_minutes": 4}),
        ("orders", {"stock_display": "secret"}),
        ("points", {"validity_months": 0}),
        ("points", {"reminder_days": []}),
        ("points", {"reminder_days": [0]}),
        ("payments", {"methods": []}),
        ("payments", {"methods": [{"kind": "wechat", "title": "微信"}] * 2}),
        ("payments", {"methods": [{"kind": "bank_transfer", "title": "转账", "enabled": True}]}),
        ("payments", {"methods": [{"kind": "cash", "title": "现金"}]}),
        ("notifications", {"quiet_from": "24:00"}),
        ("notifications", {"staff_emails": ["nobody"]}),
    ],
)
def test_values_out_of_bounds_are_refused_field_by_field(desk, section, value):
    answer = desk("PUT", f"/settings/{section}", {"version": 0, "value": value})
    assert answer.status == 422
    assert answer.json["errors"][0]["field"].startswith("value")
    assert desk("GET", f"/settings/{section}").json["version"] == 0


def test_a_setting_that_is_no_longer_known_does_not_stop_the_shop(tables):
    SectionRow(
        "SECTION#shop",
        "CURRENT",
        document={"name": "老店", "colour": "red"},
        version=1,
        changed_at="2020-01-01T00:00:00Z",
        changed_by="test",
    ).save()
    assert operations.shop().name == "老店"


def test_credentials_are_stored_and_never_shown(desk):
    answer = desk("PUT", "/payment-methods/wechat/credentials", CREDENTIALS)
    assert (answer.status, answer.body) == (204, b"")
    assert secrets.document("wechat-pay")["mchid"] == "1900000109"
    assert "PRIVATE KEY" not in str(shop()) + desk("GET", "/settings/payments").text
    assert desk("GET", "/payment-methods/wechat/credentials").status == 405


def test_no_log_of_what_staff_entered_holds_a_secret():
    written = str(masked(CREDENTIALS))
    assert CREDENTIALS["mchid"] in written
    assert CREDENTIALS["private_key_pem"] not in written
    assert not any(key in written for key in CREDENTIALS["apiv3_keys"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"mchid": "x"},
        {"apiv3_keys": []},
        {"apiv3_keys": ["short"]},
        {"base_urls": ["file:///etc"]},
        {"extra": 1},
    ],
)
def test_wrong_credentials_are_refused(desk, wrong):
    answer = desk("PUT", "/payment-methods/wechat/credentials", CREDENTIALS | wrong)
    assert answer.status == 422
    assert "PRIVATE KEY" not in answer.text


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("PUT", ""), ("GET", "/history")])
def test_only_staff_with_the_permission_come_in(desk, section, method, suffix):
    path = f"/settings/{section}{suffix}"
    assert desk(method, path, {}, token=None).status == 401
    assert desk(method, path, {}, token=agent_token()).status == 403
    assert desk(method, path, {}, token=staff_token("orders")).status == 403


def test_credentials_are_for_staff_with_the_permission(desk):
    path = "/payment-methods/wechat/credentials"
    assert desk("PUT", path, CREDENTIALS, token=None).status == 401
    assert desk("PUT", path, CREDENTIALS, token=staff_token("finance")).status == 403


def test_machines_find_health_and_the_interface(tables):
    assert call(api.app, "GET", "/health").json == {"status": "ok"}
    answer = call(api.app, "GET", "/openapi.json")
    assert (answer.status, answer.json["openapi"]) == (200, "3.1.0")
    assert answer.headers["content-type"] == "application/json"
