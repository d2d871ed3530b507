"""The main job over HTTP: register, order, pay, follow the parcel, earn points, redeem, use the coupon."""

from typing import Any

import pytest

from tests.e2e import shop
from tests.e2e.shop import Person, World, new_key


@pytest.fixture(scope="module")
def product(world: World, clerk: Person) -> dict[str, Any]:
    published = shop.publish_product(clerk, "滇红工夫红茶", "TEA-1", 52_00, 500, minimum=2, multiple=2)
    world.settle()
    return published


@pytest.fixture(scope="module")
def address(dealer: Person) -> str:
    return shop.add_address(dealer)


def test_a_visitor_sees_goods_but_no_prices(world: World, product: dict[str, Any]) -> None:
    (card,) = world.person()("GET", "/products", query={"q": "红茶"})["items"]
    assert (card["name"], card["price_fen"], card["price_hidden"]) == ("滇红工夫红茶", None, True)


@pytest.mark.parametrize("words", ["红茶", "滇红", "dianhong", "dhgf", "TEA-1"])
def test_goods_are_found_by_words_pinyin_initials_and_code(
    dealer: Person, product: dict[str, Any], words: str
) -> None:
    found = dealer("GET", "/products", query={"q": words})["items"]
    assert [card["product_id"] for card in found] == [product["product_id"]]


def test_an_edit_shows_in_search(world: World, clerk: Person, dealer: Person) -> None:
    made = shop.publish_product(clerk, "高原百花蜜", "HONEY-1", 58_00, 10)
    world.settle()
    path, version = f"/admin/products/{made['product_id']}", made["version"]
    clerk("PATCH", path, {"version": version, "name": "高原野坝子蜜"})
    world.settle()
    assert dealer("GET", "/products", query={"q": "野坝子"})["total"] == 1
    assert not dealer("GET", "/products", query={"q": "百花蜜"})["exact"]


def test_from_the_cart_to_a_used_coupon(
    world: World, clerk: Person, dealer: Person, product: dict[str, Any], address: str
) -> None:
    sku_id = product["skus"][0]["sku_id"]
    points = dealer("GET", "/points")["available"]
    order = _order_from_the_cart(dealer, sku_id, address)
    assert order["total_fen"] == 10 * 52_00
    paid = shop.pay(world, dealer, order["order_id"])
    assert paid["state"] == "succeeded"
    assert dealer("GET", "/points")["available"] == points + 520
    _ship_and_receive(world, clerk, dealer, order["order_id"])

    coupon_id = _redeem_a_coupon(world, clerk, dealer)
    assert dealer("GET", "/points")["available"] == points + 520 - 100
    cheaper = shop.place(dealer, [{"sku_id": sku_id, "quantity": 2}], address, coupon_id=coupon_id)
    assert (cheaper["coupon_fen"], cheaper["total_fen"]) == (10_00, 2 * 52_00 - 10_00)
    shop.pay(world, dealer, cheaper["order_id"])
    assert dealer("GET", f"/orders/{cheaper['order_id']}")["state"] == "to_ship"
    with pytest.raises(shop.Refused) as refused:
        shop.place(dealer, [{"sku_id": sku_id, "quantity": 2}], address, coupon_id=coupon_id)
    assert refused.value.status in (404, 409)

    titles = [notice["title"] for notice in dealer("GET", "/notifications")["items"]]
    assert {"付款成功", "积分到账", "订单已发货", "兑换已发放"} <= set(titles)


def _order_from_the_cart(dealer: Person, sku_id: str, address: str) -> dict[str, Any]:
    with pytest.raises(shop.Refused) as odd:
        shop.place(dealer, [{"sku_id": sku_id, "quantity": 3}], address)
    assert odd.value.status == 409
    dealer("PUT", f"/cart/items/{sku_id}", {"quantity": 10})
    quote = dealer("POST", "/quotes", {"from_cart": True})
    body = {
        "lines": [{"sku_id": sku_id, "quantity": 10}],
        "quote_hash": quote["hash"],
        "address_id": address,
        "payment_method": "wechat",
        "from_cart": True,
    }
    key = new_key()
    order: dict[str, Any] = dealer("POST", "/orders", body, key=key)
    assert dealer("POST", "/orders", body, key=key)["order_id"] == order["order_id"]
    assert dealer("GET", "/cart")["lines"] == []
    return order


def _ship_and_receive(world: World, clerk: Person, dealer: Person, order_id: str) -> None:
    parcel = {"carrier": "yto", "tracking_no": "YT1234567890"}
    clerk("POST", f"/admin/orders/{order_id}/shipments", parcel, key=new_key())
    world.settle()
    tracking = dealer("GET", f"/orders/{order_id}/tracking")
    assert [each["tracking_no"] for each in tracking["parcels"]] == ["YT1234567890"]
    assert dealer("POST", f"/orders/{order_id}/receipt")["state"] == "completed"


def _redeem_a_coupon(world: World, clerk: Person, dealer: Person) -> str:
    template = clerk(
        "POST",
        "/admin/coupons",
        {"name": "减 10 元", "discount": {"off_fen": 10_00}, "min_spend_fen": 100_00, "valid_days": 30},
    )
    terms = {"name": "10 元优惠券", "kind": "coupon", "category": "coupon", "points": 100, "stock": 5}
    gift = clerk("POST", "/admin/gifts", terms | {"template_id": template["id"]})
    clerk(
        "POST",
        f"/admin/gifts/{gift['gift_id']}/publication",
        {"version": gift["version"], "state": "on_sale"},
    )
    key, wanted = new_key(), {"gift_id": gift["gift_id"], "quantity": 1, "points": 100}
    redemption = dealer("POST", "/redemptions", wanted, key=key)
    assert dealer("POST", "/redemptions", wanted, key=key)["redemption_id"] == redemption["redemption_id"]
    assert redemption["state"] == "pending_review"
    clerk("POST", f"/admin/redemptions/{redemption['redemption_id']}/approval")
    world.settle()
    (coupon,) = dealer("GET", "/coupons")["items"]
    return str(coupon["coupon_id"])
