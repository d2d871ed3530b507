"""Purchase requests: asked by a buyer over the limit, placed or refused by an owner, decided once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import table as companies
from functions.agents.rules import Role
from functions.orders import api as orders_api
from functions.orders.operations import facts_of
from functions.orders.schemas import PurchaseApproved, PurchaseDeclined, PurchaseRequested
from functions.orders.table import purchase_requests
from kit import rows, transaction
from kit.facts import Fact
from tests.integration.orders.work import pay_for, reserved
from tests.kit.buyers import Buyer, set_order_rules
from tests.kit.engines import Tables
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import AGENT, OTHER_AGENT, USER, agent_token
from tests.kit.pump import Pump
from tests.kit.till import Till

CLERK = "0ZHANGSAN00000000000000000"
SECOND_OWNER = "0SECONDOWNER00000000000000"
LIMIT_FEN = 10_000


@pytest.fixture
def asked(buyer: Buyer) -> str:
    """A request for two teas by a buyer whose monthly limit is one."""
    transaction.commit(
        [
            companies.create_user_part(AGENT, USER, "李小明", "owner", None),
            companies.create_user_part(AGENT, SECOND_OWNER, "王总", "owner", None),
            companies.create_user_part(AGENT, CLERK, "张三", "buyer", LIMIT_FEN),
        ]
    )
    answer = ask(buyer, note="活动备货")
    assert answer.status == 201, answer.text
    request_id: str = answer.json["request_id"]
    return request_id


def by(user_id: str, role: Role = "owner", agent_id: str = AGENT) -> dict[str, Any]:
    return {"token": agent_token(agent_id, user_id, role)}


def door(method: str, path: str, body: Any = None, **options: Any) -> Answer:
    return call(orders_api.app, method, f"/purchase-requests{path}", body, **options)


def ask(buyer: Buyer, key: str = "ask-00001", **more: Any) -> Answer:
    return door("POST", "", buyer.form((FIRST, 2)) | more, **by(CLERK, "buyer"), key=key)


def approve(request_id: str, user_id: str = USER, quote_hash: str | None = None) -> Answer:
    owner = by(user_id)
    quote_hash = quote_hash or door("GET", f"/{request_id}", **owner).json["quote"]["hash"]
    return door("POST", f"/{request_id}/approval", {"quote_hash": quote_hash}, **owner)


def decline(request_id: str, user_id: str = USER) -> Answer:
    return door("POST", f"/{request_id}/rejection", {"reason": "预算已用完"}, **by(user_id))


def withdraw(request_id: str, user_id: str = CLERK) -> Answer:
    return door("POST", f"/{request_id}/withdrawal", **by(user_id, "buyer"))


def test_a_buyer_over_the_limit_asks_and_an_owner_places_the_order(asked: str, buyer: Buyer) -> None:
    refused = buyer.ask("POST", "/orders", buyer.form((FIRST, 2)), key="over-0001", **by(CLERK, "buyer"))
    assert refused.json["code"] == "SpendingLimitReached"
    shown = door("GET", f"/{asked}", **by(USER)).json
    assert (shown["state"], shown["asked_by_name"], shown["asked_by_me"]) == ("pending", "张三", False)
    assert (shown["total_fen"], shown["note"], shown["quote"]["total_fen"]) == (20_000, "活动备货", 20_000)
    assert [(line["name"], line["quantity"]) for line in shown["lines"]] == [("高山云雾茶", 2)]
    assert reserved(FIRST) == 0
    approved = approve(asked)
    assert approved.status == 200, approved.text
    assert (approved.json["state"], approved.json["decided_by_name"]) == ("approved", "李小明")
    order = buyer.order(approved.json["order_id"])
    assert (order.state, order.terms.created_by, order.total_fen) == ("pending_payment", USER, 20_000)
    assert reserved(FIRST) == 2
    spender = companies.user(AGENT, CLERK)
    assert spender
    assert spender.spent_fen == 0


def test_one_key_is_one_request(asked: str, buyer: Buyer) -> None:
    again = ask(buyer, note="活动备货")
    assert (again.status, again.json["request_id"]) == (201, asked)
    assert ask(buyer, note="另有用途").json["code"] == "KeyReused"
    assert len(door("GET", "", **by(CLERK, "buyer")).json["items"]) == 1


def test_two_owners_at_once_place_one_order(asked: str, buyer: Buyer) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda owner: approve(asked, owner), [USER, SECOND_OWNER] * 2))
    placed = {answer.json["order_id"] for answer in answers if answer.status == 200}
    assert len(placed) == 1
    assert all(answer.status in (200, 409) for answer in answers)
    assert reserved(FIRST) == 2
    assert approve(asked, quote_hash="0" * 16).json["order_id"] in placed


ENDINGS: dict[str, Callable[[str], Answer]] = {
    "approved": approve,
    "declined": decline,
    "withdrawn": withdraw,
}


@pytest.mark.parametrize("first", ENDINGS)
@pytest.mark.parametrize("second", ENDINGS)
def test_what_is_decided_stays(asked: str, first: str, second: str) -> None:
    quote_hash = door("GET", f"/{asked}", **by(USER)).json["quote"]["hash"]
    assert ENDINGS[first](asked).json["state"] == first
    after = approve(asked, quote_hash=quote_hash) if second == "approved" else ENDINGS[second](asked)
    if first == second:
        assert (after.status, after.json["state"]) == (200, first)
    else:
        assert (after.status, after.json["code"]) == (409, "PurchaseRequestDecided")
        assert after.json["state"] == first
    assert reserved(FIRST) == (2 if first == "approved" else 0)


def test_approving_and_declining_at_once_agree(asked: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda end: end(asked), [approve, decline]))
    state = door("GET", f"/{asked}", **by(USER)).json["state"]
    assert sorted(answer.status for answer in ends) == [200, 409]
    assert reserved(FIRST) == (2 if state == "approved" else 0)


def test_an_owner_approves_only_the_price_they_saw(asked: str, buyer: Buyer) -> None:
    seen = door("GET", f"/{asked}", **by(USER)).json["quote"]["hash"]
    set_order_rules(freight_fen=900)
    changed = approve(asked, quote_hash=seen)
    assert (changed.status, changed.json["code"]) == (409, "QuoteChanged")
    assert changed.json["new_quote"]["total_fen"] == 20_900
    shown = door("GET", f"/{asked}", **by(USER)).json
    assert (shown["state"], shown["total_fen"], shown["quote"]["total_fen"]) == ("pending", 20_000, 20_900)
    order_id = approve(asked, quote_hash=shown["quote"]["hash"]).json["order_id"]
    assert buyer.order(order_id).total_fen == 20_900


def test_goods_that_are_gone_are_told_and_nothing_is_placed(
    asked: str, buyer: Buyer, till: Till, pump: Pump
) -> None:
    pay_for(buyer, till, pump, (FIRST, 99))
    shown = door("GET", f"/{asked}", **by(USER)).json
    assert not shown["quote"]["can_order"]
    refused = approve(asked, quote_hash=shown["quote"]["hash"])
    assert (refused.status, refused.json["code"]) == (409, "NotOrderable")
    assert door("GET", f"/{asked}", **by(USER)).json["state"] == "pending"


def test_only_owners_decide_and_only_whoever_asked_takes_back(asked: str) -> None:
    for end in ("approval", "rejection"):
        body = {"quote_hash": "0" * 16} if end == "approval" else {"reason": "不需要"}
        refused = door("POST", f"/{asked}/{end}", body, **by(CLERK, "buyer"))
        assert (refused.status, refused.json["code"]) == (403, "Forbidden")
    assert withdraw(asked, USER).json["code"] == "NotYourRequest"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/{id}", None),
        ("POST", "/{id}/approval", {"quote_hash": "0" * 16}),
        ("POST", "/{id}/rejection", {"reason": "不需要"}),
        ("POST", "/{id}/withdrawal", None),
    ],
)
def test_others_see_nothing_of_it(asked: str, method: str, path: str, body: Any) -> None:
    path = path.format(id=asked)
    assert door(method, path, body).status == 401
    stranger = door(method, path, body, **by("0STRANGER00000000000000000", agent_id=OTHER_AGENT))
    assert stranger.json.get("items") == [] if path == "" else stranger.status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"note": "长" * 101},
        {"lines": []},
        {"quote_hash": ""},
        {"address_id": "x"},
        {"state": "approved"},
    ],
)
def test_out_of_bounds(asked: str, buyer: Buyer, change: dict[str, Any]) -> None:
    assert ask(buyer, key="ask-00002", **change).status == 422


def test_what_cannot_be_ordered_is_not_asked_for(asked: str, buyer: Buyer) -> None:
    other = {"quote_hash": "0" * 16}
    assert ask(buyer, key="ask-00002", **other).json["code"] == "QuoteChanged"
    assert ask(buyer, key="ask-00002", address_id="0NOWHERE000000000000000000").status == 404


def test_requests_are_listed_by_state_and_page_by_page(asked: str, buyer: Buyer) -> None:
    ids = [ask(buyer, key=f"ask-1{n:04d}", note=str(n)).json["request_id"] for n in range(4)]
    decline(ids[0])
    first = door("GET", "?limit=3", **by(CLERK, "buyer")).json
    second = door("GET", f"?limit=3&cursor={first['next_cursor']}", **by(CLERK, "buyer")).json
    seen = [one["request_id"] for one in first["items"] + second["items"]]
    assert sorted(seen) == sorted([asked, *ids])
    assert second["next_cursor"] is None
    assert len(door("GET", "?state=pending", **by(USER)).json["items"]) == 4
    assert [one["state"] for one in door("GET", "?state=declined", **by(USER)).json["items"]] == ["declined"]
    assert buyer.ask("GET", "/orders/counts").json["purchase_requests"] == 4


def told(tables: Tables) -> Fact:
    """What the only request announces as it is stored."""
    stored = map(rows.plain, tables.rows("orders"))
    (row,) = filter(purchase_requests.is_purchase_request, stored)
    (fact,) = facts_of(None, row)
    return fact


def test_each_is_told_what_concerns_them(asked: str, tables: Tables) -> None:
    new = told(tables)
    assert isinstance(new, PurchaseRequested)
    assert (set(new.user_ids), new.asked_by_name) == ({USER, SECOND_OWNER}, "张三")
    decline(asked)
    refused = told(tables)
    assert isinstance(refused, PurchaseDeclined)
    assert (refused.user_ids, refused.reason) == ((CLERK,), "预算已用完")


def test_whoever_asked_hears_of_the_order(asked: str, tables: Tables) -> None:
    order_id = approve(asked).json["order_id"]
    placed = told(tables)
    assert isinstance(placed, PurchaseApproved)
    assert (placed.user_ids, placed.order_id) == ((CLERK,), order_id)


def test_the_goods_leave_the_cart_when_they_were_in_it(asked: str, buyer: Buyer) -> None:
    from_cart = ask(buyer, key="ask-00002", from_cart=True, lines=[{"sku_id": SECOND, "quantity": 1}])
    assert from_cart.json["code"] == "QuoteChanged"
    form = buyer.form((SECOND, 1)) | {"from_cart": True}
    assert door("POST", "", form, **by(CLERK, "buyer"), key="ask-00003").status == 201
