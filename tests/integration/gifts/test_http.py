"""The doors of the gift shop: for agents what is theirs, for staff by permission."""

import pytest

from functions.gifts import operations
from functions.gifts.schemas import NewGift
from functions.points import operations as points
from kit import clock
from tests.integration.catalog.conftest import PNG, put
from tests.integration.gifts.conftest import ADDRESS, dealer, gift, redeem, spendable, stock
from tests.integration.points.conftest import paid, refunded
from tests.kit.companies import company
from tests.kit.http import call
from tests.kit.people import OTHER_AGENT, agent_token, staff_token

AGENT_PATHS = [
    ("GET", "/gifts"),
    ("GET", "/gifts/G1"),
    ("POST", "/redemptions"),
    ("GET", "/redemptions"),
    ("GET", "/redemptions/R1"),
    ("POST", "/redemptions/R1/cancellation"),
    ("POST", "/redemptions/R1/receipt"),
]
STAFF_PATHS = [
    ("GET", "/admin/gifts"),
    ("POST", "/admin/gifts"),
    ("GET", "/admin/gifts/statistics"),
    ("GET", "/admin/gifts/G1"),
    ("PUT", "/admin/gifts/G1"),
    ("POST", "/admin/gifts/G1/publication"),
    ("GET", "/admin/gifts/G1/stock"),
    ("POST", "/admin/gifts/G1/stock"),
    ("POST", "/admin/gifts/G1/codes"),
    ("GET", "/admin/redemptions"),
    ("GET", "/admin/redemptions/R1"),
    ("POST", "/admin/redemptions/R1/approval"),
    ("POST", "/admin/redemptions/R1/rejection"),
    ("POST", "/admin/redemptions/R1/shipment"),
    ("POST", "/admin/redemptions/R1/issue"),
    ("POST", "/admin/redemptions/R1/return"),
]
MUG = {"name": "马克杯", "kind": "physical", "category": "home", "points": 100, "stock": 10}


def wish(gift_id, **more):
    return {"gift_id": gift_id, "points": 100, "address_id": ADDRESS} | more


# Agents


@pytest.mark.parametrize(("method", "path"), AGENT_PATHS)
def test_the_shop_is_for_agents(shop, method, path):
    assert shop(method, path, token=None).status == 401
    assert shop(method, path, token="forged").status == 401
    assert shop(method, path, token=staff_token("gifts")).status == 403


@pytest.mark.parametrize("role", ["buyer", "finance"])
def test_only_who_may_redeem_redeems(shop, agent, role):
    mug, token = gift(), agent_token(role=role)
    redemption_id = redeem(agent, mug).redemption_id
    assert shop("POST", "/redemptions", wish(mug), key="key-00002", token=token).status == 403
    assert shop("POST", f"/redemptions/{redemption_id}/cancellation", token=token).status == 403
    assert shop("GET", "/gifts", token=token).status == 200


def test_affordable_gifts_come_first_and_the_others_say_what_is_missing(shop, agent):
    gift(name="电视", points=5_000, category="electronics")
    gift(name="马克杯", points=100)
    gift(name="音箱", points=1_000, category="electronics")
    page = shop("GET", "/gifts").json
    assert page["available_points"] == 1_000
    assert [(item["name"], item["affordable"], item["short_by"]) for item in page["items"]] == [
        ("马克杯", True, 0),
        ("音箱", True, 0),
        ("电视", False, 4_000),
    ]
    assert page["items"][2]["obstacle"] == "还差 4000 分"
    assert [item["category_name"] for item in page["items"]] == ["家居", "电子", "电子"]
    by_category = shop("GET", "/gifts", query={"category": "home"}).json["items"]
    assert [item["name"] for item in by_category] == ["马克杯"]


def test_the_list_goes_on_by_cursor(shop, agent):
    for number in range(5):
        gift(name=f"礼品{number}", points=100 + number)
    first = shop("GET", "/gifts", query={"limit": 3}).json
    rest = shop("GET", "/gifts", query={"limit": 3, "cursor": first["next_cursor"]}).json
    assert [item["points"] for item in first["items"] + rest["items"]] == [100, 101, 102, 103, 104]
    foreign = {"limit": 3, "category": "home", "cursor": first["next_cursor"]}
    assert shop("GET", "/gifts", query=foreign).status == 400


@pytest.mark.parametrize(
    ("terms", "obstacle"),
    [
        ({}, None),
        ({"stock": 0}, "仅剩 0 件"),
        ({"tiers": ["silver"]}, "当前等级不能兑换此礼品"),
        ({"starts_at": "2026-12-01T00:00:00Z"}, "兑换尚未开始"),
    ],
)
def test_a_gift_says_what_stands_in_the_way(shop, agent, terms, obstacle):
    images = ["public/gifts/mug-1.png", "public/gifts/mug-2.png"]
    for key in images:
        put(key, PNG)
    mug = gift(**terms, images=images, description="白瓷")
    shown = shop("GET", f"/gifts/{mug}").json
    assert (shown["can_redeem"], shown["obstacle"]) == (obstacle is None, obstacle)
    assert (shown["images"], shown["description"]) == (images, "白瓷")


def test_what_one_has_taken_counts(shop, agent):
    mug = gift(per_agent_limit=1)
    redeem(agent, mug)
    shown = shop("GET", f"/gifts/{mug}").json
    assert (shown["taken"], shown["can_redeem"]) == (1, False)
    assert "还可兑换 0 件" in shown["obstacle"]


def test_suspended_companies_see_gifts_and_why_they_get_none(shop, agent):
    mug = gift()
    company(agent, state="suspended")
    assert shop("GET", f"/gifts/{mug}").json["obstacle"] == "企业通过审核后才能兑换"


def test_debt_is_named_as_the_obstacle(shop, agent):
    points.award(paid(agent, 50_000), clock.now())
    redeem(agent, gift(points=1_500))
    points.reverse(refunded(agent), clock.now())
    mug = gift()
    assert shop("GET", f"/gifts/{mug}").json["obstacle"] == "还需抵扣 500 积分后才能兑换"
    answer = shop("POST", "/redemptions", wish(mug), key="key-00002")
    assert (answer.status, answer.json["code"], answer.json["debt"]) == (409, "InDebt", 500)


def test_gifts_that_are_over_or_off_sale_are_gone(shop, agent, at):
    gift(name="过期", ends_at=clock.to_text(at.advance(minutes=1)))
    draft = operations.create_gift(NewGift(**MUG), "0DRAFTGIFT", "clerk", clock.now())
    assert shop("GET", "/gifts").json["items"] == []
    assert shop("GET", f"/gifts/{draft.gift_id}").status == 404
    assert shop("GET", "/gifts/NOSUCHGIFT").json["code"] == "GiftNotFound"


def test_redeeming_over_http_is_idempotent(shop, agent):
    mug = gift()
    first = shop("POST", "/redemptions", wish(mug), key="key-00001")
    assert (first.status, first.json["state"]) == (201, "pending_review")
    assert shop("POST", "/redemptions", wish(mug), key="key-00001").json == first.json
    reused = shop("POST", "/redemptions", wish(mug, quantity=2, points=200), key="key-00001")
    assert (reused.status, reused.json["code"]) == (409, "KeyReused")
    assert shop("POST", "/redemptions", wish(mug)).status == 400
    assert (spendable(agent), stock(mug)) == (900, 9)
    path = f"/redemptions/{first.json['redemption_id']}"
    assert shop("GET", path).json == first.json
    assert [each["redemption_id"] for each in shop("GET", "/redemptions").json["items"]] == [
        first.json["redemption_id"]
    ]
    assert shop("POST", f"{path}/cancellation").json["state"] == "cancelled"
    again = shop("POST", f"{path}/cancellation")
    assert (again.status, again.json["state"]) == (200, "cancelled")
    assert shop("POST", f"{path}/receipt").status == 409
    assert (spendable(agent), stock(mug)) == (1_000, 10)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"quantity": 0}, 422, "Invalid"),
        ({"quantity": -1}, 422, "Invalid"),
        ({"quantity": 101}, 422, "Invalid"),
        ({"quantity": "1"}, 422, "Invalid"),
        ({"points": 0}, 422, "Invalid"),
        ({"points": 99}, 409, "GiftChanged"),
        ({"gift_id": "../gifts"}, 422, "Invalid"),
        ({"gift_id": "0NOSUCHGIFT"}, 404, "GiftNotFound"),
        ({"address_id": None}, 422, "Invalid"),
        ({"address_id": "0NOBODYSADDRESS00000000000"}, 404, "AddressNotFound"),
        ({"agent_id": OTHER_AGENT}, 422, "Invalid"),
    ],
)
def test_what_is_wrong_is_refused_by_name(shop, agent, change, status, code):
    mug = gift()
    answer = shop("POST", "/redemptions", wish(mug) | change, key="key-00001")
    assert (answer.status, answer.json["code"]) == (status, code)
    assert (spendable(agent), stock(mug)) == (1_000, 10)


def test_conflicts_tell_what_the_client_needs(shop, agent):
    tv = gift(name="电视", points=1_500)
    answer = shop("POST", "/redemptions", wish(tv, points=1_500), key="key-00001")
    assert (answer.status, answer.json["code"], answer.json["available"]) == (409, "NotEnoughPoints", 1_000)
    mug = gift(stock=1)
    answer = shop("POST", "/redemptions", wish(mug, quantity=2, points=200), key="key-00001")
    assert (answer.status, answer.json["code"], answer.json["available"]) == (409, "GiftOutOfStock", 1)


def test_anothers_redemptions_do_not_exist(shop, agent):
    redemption_id = redeem(agent, gift()).redemption_id
    dealer(OTHER_AGENT)
    other = agent_token(OTHER_AGENT)
    path = f"/redemptions/{redemption_id}"
    for method, address in (("GET", path), ("POST", f"{path}/cancellation"), ("POST", f"{path}/receipt")):
        assert shop(method, address, token=other).json["code"] == "RedemptionNotFound"
    assert shop("GET", "/redemptions", token=other).json["items"] == []


def test_a_foreign_cursor_is_refused(shop, agent):
    mug = gift()
    for number in range(3):
        redeem(agent, mug, key=f"key-{number:05d}")
    cursor = shop("GET", "/redemptions", query={"limit": 1}).json["next_cursor"]
    assert len(shop("GET", "/redemptions", query={"limit": 5, "cursor": cursor}).json["items"]) == 2
    dealer(OTHER_AGENT)
    other = agent_token(OTHER_AGENT)
    assert shop("GET", "/redemptions", query={"cursor": cursor}, token=other).status == 400


# Staff


@pytest.mark.parametrize(("method", "path"), STAFF_PATHS)
def test_the_back_office_needs_the_permission(office, back_office, method, path):
    assert call(back_office, method, path).status == 401
    assert call(back_office, method, path, token=agent_token()).status == 403
    assert call(back_office, method, path, token=staff_token("points")).status == 403


def test_a_gift_from_draft_to_archive(office):
    made = office("POST", "/gifts", MUG | {"description": "白瓷"})
    assert (made.status, made.json["state"], made.json["stock"]) == (201, "draft", 10)
    path = f"/gifts/{made.json['gift_id']}"
    edit = MUG | {"name": "保温杯", "description": "不锈钢", "version": 1}
    edit.pop("stock")
    edited = office("PUT", path, edit).json
    assert (edited["name"], edited["description"], edited["version"]) == ("保温杯", "不锈钢", 2)
    assert office("PUT", path, edit).json["code"] == "Stale"
    assert (
        office("POST", f"{path}/publication", {"version": 2, "state": "on_sale"}).json["state"] == "on_sale"
    )
    assert office("POST", f"{path}/publication", {"version": 3, "state": "archived"}).status == 409
    office("POST", f"{path}/publication", {"version": 3, "state": "off_sale"})
    assert office("GET", "/gifts").json["items"] == []
    assert len(office("GET", "/gifts", query={"state": "off_sale"}).json["items"]) == 1
    office("POST", f"{path}/publication", {"version": 4, "state": "archived"})
    assert office("PUT", path, edit | {"version": 5}).json["code"] == "GiftStepNotAllowed"
    assert office("GET", "/gifts/NOSUCHGIFT").status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"points": 0},
        {"points": 10.5},
        {"kind": "cash"},
        {"category": "other"},
        {"stock": -1},
        {"per_agent_limit": 0},
        {"tiers": ["no_such_tier"]},
        {"images": ["https://evil.example/x.png?"]},
        {"kind": "coupon"},
        {"kind": "coupon", "template_id": "0NOSUCHTEMPLATE"},
        {"template_id": "0TEMPLATE00"},
        {"starts_at": "2026-12-02T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"},
        {"surprise": True},
    ],
)
def test_a_gift_out_of_bounds_is_refused(office, change):
    answer = office("POST", "/gifts", MUG | change)
    assert answer.status == 422
    assert answer.json["errors"]


def test_stock_changes_by_movements_only_and_once_per_key(office):
    mug = gift()
    path, body = f"/gifts/{mug}/stock", {"change": 5, "reason": "purchase", "note": "补货"}
    first = office("POST", path, body, key="stock-001")
    assert first.status == 201
    assert office("POST", path, body, key="stock-001").json == first.json
    assert office("POST", path, body | {"change": 6}, key="stock-001").json["code"] == "KeyReused"
    assert office("POST", path, body).status == 400
    short = office("POST", path, {"change": -16, "reason": "damage"}, key="stock-002")
    assert (short.json["code"], short.json["available"]) == ("GiftOutOfStock", 15)
    assert office("POST", path, {"change": 0, "reason": "damage"}, key="stock-003").status == 422
    assert office("POST", path, {"change": 1, "reason": "magic"}, key="stock-003").status == 422
    assert office("POST", "/gifts/NOSUCHGIFT/stock", body, key="stock-004").status == 404
    changes = [movement["change"] for movement in office("GET", path).json["items"]]
    assert sorted(changes) == [5, 10]
    assert stock(mug) == 15


def test_codes_go_in_and_never_come_out(office):
    service = gift(kind="virtual", category="service")
    answer = office("POST", f"/gifts/{service}/codes", {"codes_text": "AAAA-1111\nBBBB-2222"})
    assert answer.json == {"imported": 2, "duplicates": 0, "stock": 2}
    assert office(
        "POST", f"/gifts/{service}/stock", {"change": 1, "reason": "purchase"}, key="stock-001"
    ).json["code"] == ("StockFromCodes")
    for path in (f"/gifts/{service}", f"/gifts/{service}/stock", "/gifts"):
        assert "1111" not in office("GET", path).text
    assert office("POST", f"/gifts/{gift()}/codes", {"codes_text": "A"}).json["code"] == "GiftStepNotAllowed"
    assert office("POST", f"/gifts/{service}/codes", {"codes_text": ""}).status == 422


def test_a_redemption_through_the_back_office(office, shop, agent):
    redemption_id = redeem(agent, gift()).redemption_id
    path = f"/redemptions/{redemption_id}"
    (waiting,) = office("GET", "/redemptions").json["items"]
    assert (waiting["redemption_id"], waiting["steps"]) == (redemption_id, ["approval", "rejection"])
    assert office("GET", path).json["hints"][0]["code"] == "new_company"
    assert office("POST", f"{path}/approval").json["state"] == "approved"
    assert office("POST", f"{path}/approval").json["code"] == "RedemptionStepNotAllowed"
    assert office("POST", f"{path}/rejection", {"reason": "太晚了"}).status == 409
    assert office("POST", f"{path}/shipment", {"carrier_name": "顺丰速运", "tracking_no": "?"}).status == 422
    parcel = {"carrier_name": "顺丰速运", "tracking_no": "SF1234567890"}
    assert office("POST", f"{path}/shipment", parcel).json["state"] == "shipped"
    assert shop("POST", f"{path}/receipt").json["state"] == "received"
    assert office("GET", "/redemptions", query={"state": "received"}).json["items"][0]["steps"] == []
    for step in ("issue", "return"):
        assert office("POST", f"{path}/{step}", {"reason": "不能发放"}).status == 409
    assert office("GET", "/redemptions/NOSUCH").status == 404
    assert office("POST", "/redemptions/NOSUCH/approval").status == 404


def test_a_rejection_needs_a_reason(office, agent):
    redemption_id = redeem(agent, gift()).redemption_id
    assert office("POST", f"/redemptions/{redemption_id}/rejection", {}).status == 422
    rejected = office("POST", f"/redemptions/{redemption_id}/rejection", {"reason": "库存损坏"}).json
    assert (rejected["state"], rejected["reason"]) == ("rejected", "库存损坏")
    assert spendable(agent) == 1_000
