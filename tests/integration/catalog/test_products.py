"""Staff run the catalogue: products with SKUs and offers, their states, and who may touch them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.catalog import operations
from functions.inventory import operations as inventory
from kit import transaction
from tests.integration.catalog.conftest import Ask, goods, made, on_sale
from tests.kit.faults import Fault, Killed, conflict, injected, killed_after, killed_before, lost_answer
from tests.kit.people import agent_token, staff_token

WRITES = [
    ("POST", "/products"),
    ("PATCH", "/products/0000000001"),
    ("POST", "/products/0000000001/publication"),
    ("POST", "/products/0000000001/withdrawal"),
    ("POST", "/products/0000000001/archive"),
    ("POST", "/categories"),
    ("PATCH", "/brands/0000000001"),
    ("DELETE", "/tags/0000000001"),
    ("PUT", "/shelves/hot"),
]
READS = [
    ("GET", "/products"),
    ("GET", "/products/0000000001"),
    ("GET", "/goods?ids=0000000001"),
    ("GET", "/categories"),
    ("GET", "/brands"),
    ("GET", "/tags"),
    ("GET", "/shelves"),
    ("GET", "/searches/without-results?month=2026-11"),
]


class TestAccess:
    @pytest.mark.parametrize(("method", "path"), WRITES + READS)
    def test_strangers_and_agents_are_kept_out(self, desk: Ask, method: str, path: str) -> None:
        assert desk(method, path, {} if method != "GET" else None, token=None).status == 401
        assert desk(method, path, {} if method != "GET" else None, token=agent_token()).status == 403

    @pytest.mark.parametrize(("method", "path"), WRITES)
    def test_readers_cannot_write(self, desk: Ask, method: str, path: str) -> None:
        answer = desk(method, path, {}, token=staff_token("catalog.read"))
        assert (answer.status, answer.json["code"]) == (403, "Forbidden")

    @pytest.mark.parametrize(("method", "path"), READS)
    def test_other_staff_cannot_read(self, desk: Ask, method: str, path: str) -> None:
        assert desk(method, path, token=staff_token("finance")).status == 403


class TestCreate:
    def test_a_draft_with_offers_and_stock(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        (sku,) = product["skus"]
        assert (product["state"], product["version"], sku["offer_version"]) == ("draft", 1, 1)
        assert (sku["on_hand"], sku["available"]) == (100, 100)
        stock = inventory.stock([sku["sku_id"]])[sku["sku_id"]]
        assert (stock.code, stock.title, stock.offer_version) == ("LJ-250", "西湖龙井", 1)
        offer = operations.current_offers([sku["sku_id"]])[sku["sku_id"]]
        assert (offer.name, offer.base_price_fen, offer.category_path, offer.on_sale) == (
            "西湖龙井",
            12_800,
            (tea,),
            False,
        )

    def test_scripts_are_taken_out_of_the_description(self, desk: Ask, tea: str) -> None:
        html = '<p onclick="x()">好茶<script>steal()</script><img src="http://x/a.jpg"></p>'
        product = made(desk, "/products", goods(tea, description=html))
        assert product["description"] == "<p>好茶<img></p>"

    def test_a_code_belongs_to_one_sku(self, desk: Ask, tea: str) -> None:
        made(desk, "/products", goods(tea, "A-1"))
        answer = desk("POST", "/products", goods(tea, "a-1"))
        assert (answer.status, answer.json["code"]) == (409, "CodeTaken")
        assert desk("GET", "/products?state=draft").json["items"][0]["sku_count"] == 1

    def test_ten_clerks_enter_the_same_code_at_once(self, desk: Ask, tea: str) -> None:
        with ThreadPoolExecutor(10) as clerks:
            answers = list(
                clerks.map(lambda _: desk("POST", "/products", goods(tea, "A-1")).status, range(10))
            )
        assert sorted(answers) == [201] + [409] * 9

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "长" * 81}, "name"),
            ({"category_id": "../etc"}, "category_id"),
            ({"skus": []}, "skus"),
            ({"price": 1}, "price"),
            ({"images": ["../../secret"]}, "images.0"),
            ({"tag_ids": ["0000000001"] * 9}, "tag_ids"),
        ],
    )
    def test_fields_out_of_bounds(self, desk: Ask, tea: str, change: dict[str, Any], field: str) -> None:
        answer = desk("POST", "/products", goods(tea) | change)
        assert answer.status == 422
        assert field in [found["field"] for found in answer.json["errors"]]

    @pytest.mark.parametrize(
        "change",
        [
            {"base_price_fen": 0},
            {"base_price_fen": -1},
            {"base_price_fen": 1.5},
            {"minimum": 0},
            {"multiple": -6},
            {"opening_stock": -1},
            {"code": "有空格 的"},
        ],
    )
    def test_sku_fields_out_of_bounds(self, desk: Ask, tea: str, change: dict[str, Any]) -> None:
        body = goods(tea)
        body["skus"][0] |= change
        assert desk("POST", "/products", body).status == 422

    def test_skus_of_one_spec_or_code_twice(self, desk: Ask, tea: str) -> None:
        sku = goods(tea)["skus"][0]
        same_code = goods(tea, spec_names=["规格"], skus=[sku | {"values": ["小"]}, sku | {"values": ["大"]}])
        same_spec = goods(tea, skus=[sku, sku | {"code": "B"}])
        no_value = goods(tea, spec_names=["规格"])
        assert [desk("POST", "/products", body).status for body in (same_code, same_spec, no_value)] == [
            422
        ] * 3

    def test_not_json(self, desk: Ask) -> None:
        assert desk("POST", "/products", b"{").status == 400

    @pytest.mark.parametrize("field", ["category_id", "brand_id"])
    def test_an_unknown_category_or_brand(self, desk: Ask, tea: str, field: str) -> None:
        answer = desk("POST", "/products", goods(tea) | {field: "0000000000"})
        assert (answer.status, answer.json["code"]) == (404, "GroupNotFound")

    def test_more_skus_than_one_transaction_holds(self, desk: Ask, tea: str) -> None:
        sku = goods(tea)["skus"][0]
        many = [sku | {"code": f"A-{n}", "values": [f"{n}g"]} for n in range(20)]
        answer = desk("POST", "/products", goods(tea, spec_names=["净重"], skus=many))
        assert (answer.status, answer.json["code"]) == (409, "TooManyChanges")


class TestEdit:
    def test_a_new_price_is_a_new_offer_and_the_old_one_stays(self, desk: Ask, tea: str) -> None:
        product = on_sale(desk, goods(tea))
        (sku,) = product["skus"]
        body = {"version": 2, "spec_names": [], "skus": [entered(sku) | {"base_price_fen": 9_900}]}
        edited = desk("PATCH", f"/products/{product['product_id']}", body).json
        assert (edited["version"], edited["skus"][0]["offer_version"]) == (3, 3)
        then, now = (operations.offers_at([(sku["sku_id"], version)]) for version in (2, 3))
        assert [offer.base_price_fen for offers in (then, now) for offer in offers.values()] == [
            12_800,
            9_900,
        ]
        with pytest.raises(inventory.rules.OfferChanged):
            transaction.commit(inventory.reserve_parts([(sku["sku_id"], 6, 2, 1)]))
        transaction.commit(inventory.reserve_parts([(sku["sku_id"], 6, 3, 1)]))

    def test_what_buyers_do_not_see_makes_no_new_offer(self, desk: Ask, tea: str) -> None:
        product = on_sale(desk, goods(tea))
        edited = desk("PATCH", f"/products/{product['product_id']}", {"version": 2, "subtitle": "明前"}).json
        assert (edited["subtitle"], edited["skus"][0]["offer_version"]) == ("明前", 2)

    def test_a_stale_version_changes_nothing(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        path = f"/products/{product['product_id']}"
        assert desk("PATCH", path, {"version": 1, "name": "甲"}).status == 200
        answer = desk("PATCH", path, {"version": 1, "name": "乙"})
        assert (answer.status, answer.json["code"]) == (409, "Stale")
        assert desk("GET", path).json["name"] == "甲"

    def test_of_two_clerks_who_save_at_once_one_is_told(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        path = f"/products/{product['product_id']}"
        with ThreadPoolExecutor(8) as clerks:
            saved = clerks.map(
                lambda n: desk("PATCH", path, {"version": 1, "name": f"名{n}"}).status, range(8)
            )
            assert sorted(saved) == [200] + [409] * 7
        assert desk("GET", path).json["version"] == 2

    def test_a_sku_is_added_but_never_removed_or_recoded(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea, spec_names=["净重"], skus=[weighed(goods(tea), "250g")]))
        path, (sku,) = f"/products/{product['product_id']}", product["skus"]
        second = weighed(goods(tea, "LJ-500"), "500g")
        added = desk(
            "PATCH", path, {"version": 1, "spec_names": ["净重"], "skus": [entered(sku), second]}
        ).json
        assert [one["values"] for one in added["skus"]] == [["250g"], ["500g"]]
        assert added["skus"][1]["available"] == 100
        removed = desk("PATCH", path, {"version": 2, "spec_names": ["净重"], "skus": [entered(sku)]})
        recoded = desk(
            "PATCH",
            path,
            {
                "version": 2,
                "spec_names": ["净重"],
                "skus": [entered(sku) | {"code": "X"}, entered(added["skus"][1])],
            },
        )
        assert [removed.json["code"], recoded.json["code"]] == ["SkuMissing", "CodeFixed"]

    def test_a_sku_of_another_product_is_refused(self, desk: Ask, tea: str) -> None:
        product, other = made(desk, "/products", goods(tea, "A")), made(desk, "/products", goods(tea, "B"))
        body = {"version": 1, "spec_names": [], "skus": [entered(other["skus"][0])]}
        answer = desk("PATCH", f"/products/{product['product_id']}", body)
        assert (answer.status, answer.json["code"]) == (404, "SkuNotFound")

    def test_unknown_product(self, desk: Ask) -> None:
        assert desk("PATCH", "/products/0000000000", {"version": 1}).status == 404
        assert desk("GET", "/products/0000000000").status == 404

    def test_an_answer_lost_on_the_way_is_not_written_twice(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        path = f"/products/{product['product_id']}"
        with injected("TransactWriteItems", conflict, lost_answer) as calls:
            edited = desk("PATCH", path, {"version": 1, "name": "甲"})
        assert (edited.status, edited.json["version"], calls[0]) == (200, 2, "conflict")
        assert desk("GET", path).json["version"] == 2

    @pytest.mark.parametrize(("death", "version"), [(killed_before, 1), (killed_after, 2)])
    def test_a_process_that_dies_leaves_all_or_nothing(
        self, desk: Ask, tea: str, death: Fault, version: int
    ) -> None:
        product = made(desk, "/products", goods(tea))
        (sku,) = product["skus"]
        body = {"version": 1, "spec_names": [], "skus": [entered(sku) | {"base_price_fen": 9_900}]}
        with injected("TransactWriteItems", death), pytest.raises(Killed):
            desk("PATCH", f"/products/{product['product_id']}", body)
        kept = desk("GET", f"/products/{product['product_id']}").json
        offer = operations.current_offers([sku["sku_id"]])[sku["sku_id"]]
        stock = inventory.stock([sku["sku_id"]])[sku["sku_id"]]
        assert (kept["version"], kept["skus"][0]["offer_version"]) == (version, version)
        assert (offer.version, stock.offer_version) == (version, version)


class TestStates:
    @pytest.mark.parametrize(
        ("steps", "refused"),
        [
            ([], "withdrawal"),
            (["publication"], "publication"),
            (["publication"], "archive"),
            (["archive"], "publication"),
            (["archive"], "withdrawal"),
            (["archive"], "archive"),
            (["publication", "withdrawal"], "withdrawal"),
        ],
    )
    def test_steps_that_are_not_listed(self, desk: Ask, tea: str, steps: list[str], refused: str) -> None:
        product = made(desk, "/products", goods(tea))
        path, version = f"/products/{product['product_id']}", 1
        for step in steps:
            version = desk("POST", f"{path}/{step}", {"version": version}).json["version"]
        answer = desk("POST", f"{path}/{refused}", {"version": version})
        assert (answer.status, answer.json["code"]) == (409, "StateForbids")

    def test_withdrawn_goods_can_no_longer_be_reserved(self, desk: Ask, tea: str) -> None:
        product = on_sale(desk, goods(tea))
        (sku,) = product["skus"]
        assert operations.current_offers([sku["sku_id"]])[sku["sku_id"]].on_sale
        desk("POST", f"/products/{product['product_id']}/withdrawal", {"version": 2})
        assert not operations.current_offers([sku["sku_id"]])[sku["sku_id"]].on_sale
        with pytest.raises(inventory.rules.OfferChanged):
            transaction.commit(inventory.reserve_parts([(sku["sku_id"], 6, sku["offer_version"], 1)]))

    def test_a_product_without_a_sku_on_sale_is_not_published(self, desk: Ask, tea: str) -> None:
        body = goods(tea)
        body["skus"][0]["on_sale"] = False
        product = made(desk, "/products", body)
        answer = desk("POST", f"/products/{product['product_id']}/publication", {"version": 1})
        assert (answer.status, answer.json["code"]) == (409, "NothingToSell")

    def test_the_last_sku_on_sale_stays_on_sale(self, desk: Ask, tea: str) -> None:
        product = on_sale(desk, goods(tea))
        body = {"version": 2, "spec_names": [], "skus": [entered(product["skus"][0]) | {"on_sale": False}]}
        assert desk("PATCH", f"/products/{product['product_id']}", body).json["code"] == "NothingToSell"

    def test_archived_products_cannot_be_edited(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        path = f"/products/{product['product_id']}"
        desk("POST", f"{path}/archive", {"version": 1})
        assert desk("PATCH", path, {"version": 2, "name": "新"}).json["code"] == "StateForbids"

    def test_a_stale_decision(self, desk: Ask, tea: str) -> None:
        product = on_sale(desk, goods(tea))
        answer = desk("POST", f"/products/{product['product_id']}/withdrawal", {"version": 1})
        assert (answer.status, answer.json["code"]) == (409, "Stale")


class TestList:
    def test_by_state_in_pages_changed_last_first(self, desk: Ask, tea: str, at: Any) -> None:
        for number in range(5):
            at.advance(minutes=1)
            made(desk, "/products", goods(tea, f"A-{number}", name=f"茶{number}"))
        first = desk("GET", "/products?state=draft&limit=3").json
        second = desk("GET", f"/products?state=draft&limit=3&cursor={first['next_cursor']}").json
        assert [card["name"] for card in first["items"] + second["items"]] == [
            f"茶{n}" for n in (4, 3, 2, 1, 0)
        ]
        assert second["next_cursor"] is None
        assert desk("GET", f"/products?state=on_sale&cursor={first['next_cursor']}").status == 400

    def test_words_find_drafts_too(self, desk: Ask, tea: str, deliver: Any) -> None:
        made(desk, "/products", goods(tea, "A", name="碧螺春"))
        made(desk, "/products", goods(tea, "B"))
        deliver()
        found = desk("GET", "/products", query={"state": "draft", "q": "biluochun"}).json["items"]
        assert [card["name"] for card in found] == ["碧螺春"]
        assert desk("GET", "/products", query={"state": "draft", "category": tea}).json["items"] != []
        assert desk("GET", "/products", query={"state": "on_sale", "q": "碧螺春"}).json["items"] == []

    def test_goods_by_their_ids(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        (sku,) = product["skus"]
        found = desk("GET", f"/goods?ids={product['product_id']},{sku['sku_id']},0000000000").json
        assert [(one["name"], one["state"]) for one in found["products"]] == [("西湖龙井", "draft")]
        assert [(one["code"], one["name"]) for one in found["skus"]] == [("LJ-250", "西湖龙井")]
        assert desk("GET", "/goods?ids=x").status == 422

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=101", "state=sold", "q=" + "长" * 65, "cursor=abc", "x=1"]
    )
    def test_query_out_of_bounds(self, desk: Ask, query: str) -> None:
        assert desk("GET", f"/products?{query}").status in (400, 422)


def entered(sku: dict[str, Any]) -> dict[str, Any]:
    """A SKU as it is sent back by the form that showed it."""
    shown_only = {"offer_version", "on_hand", "available"}
    return {name: value for name, value in sku.items() if name not in shown_only}


def weighed(body: dict[str, Any], weight: str) -> dict[str, Any]:
    sku: dict[str, Any] = body["skus"][0] | {"values": [weight]}
    return sku
