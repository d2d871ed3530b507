"""The tree of categories, brands and tags, whoever edits them at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.catalog import operations
from functions.catalog.table import groups
from tests.integration.catalog.conftest import PICTURE, Ask, goods, made, on_sale

KINDS = ["categories", "brands", "tags"]


def below(desk: Ask, parent_id: str | None, name: str) -> str:
    """A category below another."""
    group_id: str = made(desk, "/categories", {"name": name, "parent_id": parent_id})["group_id"]
    return group_id


class TestEveryKind:
    @pytest.mark.parametrize("path", KINDS)
    def test_made_listed_edited_removed(self, desk: Ask, path: str) -> None:
        second = made(desk, f"/{path}", {"name": "乙", "position": 2})
        first = made(desk, f"/{path}", {"name": "甲", "position": 1, "image": PICTURE})
        assert [one["name"] for one in desk("GET", f"/{path}").json["items"]] == ["甲", "乙"]
        edited = desk(
            "PATCH", f"/{path}/{second['group_id']}", {"version": 1, "name": "丙", "position": 0}
        ).json
        assert (edited["name"], edited["version"]) == ("丙", 2)
        assert desk("DELETE", f"/{path}/{first['group_id']}").status == 204
        assert [one["name"] for one in desk("GET", f"/{path}").json["items"]] == ["丙"]

    @pytest.mark.parametrize("path", KINDS)
    def test_a_stale_edit(self, desk: Ask, path: str) -> None:
        group_id = made(desk, f"/{path}", {"name": "甲"})["group_id"]
        assert desk("PATCH", f"/{path}/{group_id}", {"version": 1, "name": "乙"}).status == 200
        answer = desk("PATCH", f"/{path}/{group_id}", {"version": 1, "name": "丙"})
        assert (answer.status, answer.json["code"]) == (409, "Stale")

    @pytest.mark.parametrize("path", KINDS)
    def test_unknown(self, desk: Ask, path: str) -> None:
        assert desk("PATCH", f"/{path}/0000000000", {"version": 1}).status == 404
        assert desk("DELETE", f"/{path}/0000000000").status == 404

    @pytest.mark.parametrize("path", KINDS)
    @pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "长" * 21}, {"name": "甲", "position": -1}])
    def test_out_of_bounds(self, desk: Ask, path: str, body: dict[str, object]) -> None:
        assert desk("POST", f"/{path}", body).status == 422

    @pytest.mark.parametrize("path", KINDS)
    def test_the_same_name_twice(self, desk: Ask, path: str) -> None:
        made(desk, f"/{path}", {"name": "甲"})
        assert desk("POST", f"/{path}", {"name": "甲"}).json["code"] == "NameTaken"

    @pytest.mark.parametrize(("path", "field"), [("brands", "brand_id"), ("categories", "category_id")])
    def test_what_products_belong_to_stays(self, desk: Ask, tea: str, path: str, field: str) -> None:
        group_id = made(desk, f"/{path}", {"name": "甲"})["group_id"]
        product = made(desk, "/products", goods(tea) | {field: group_id})
        answer = desk("DELETE", f"/{path}/{group_id}")
        assert (answer.status, answer.json["code"], answer.json["products"]) == (409, "GroupInUse", 1)
        moved = desk(
            "PATCH",
            f"/products/{product['product_id']}",
            {"version": 1, field: tea if path == "categories" else ""},
        )
        assert moved.status == 200
        assert desk("DELETE", f"/{path}/{group_id}").status == 204

    def test_an_archived_product_no_longer_holds_its_category(self, desk: Ask, tea: str) -> None:
        product = made(desk, "/products", goods(tea))
        desk("POST", f"/products/{product['product_id']}/archive", {"version": 1})
        assert desk("DELETE", f"/categories/{tea}").status == 204
        sku_id = product["skus"][0]["sku_id"]
        assert operations.current_offers([sku_id])[sku_id].category_path == (tea,)


class TestTree:
    def test_three_levels_and_no_fourth(self, desk: Ask, tea: str) -> None:
        green = below(desk, tea, "绿茶")
        longjing = below(desk, green, "龙井")
        answer = desk("POST", "/categories", {"name": "明前", "parent_id": longjing})
        assert (answer.status, answer.json["code"]) == (409, "TooDeep")
        assert desk("POST", "/categories", {"name": "明前", "parent_id": "0000000000"}).status == 404

    def test_a_branch_moves_with_all_below_it(self, desk: Ask, tea: str) -> None:
        green, drinks = below(desk, tea, "绿茶"), below(desk, None, "饮品")
        product = on_sale(desk, goods(green))
        assert desk("PATCH", f"/categories/{green}", {"version": 1, "parent_id": drinks}).status == 200
        sku_id = product["skus"][0]["sku_id"]
        assert operations.current_offers([sku_id])[sku_id].category_path == (drinks, green)
        assert (
            desk("PATCH", f"/categories/{green}", {"version": 2, "parent_id": ""}).json["parent_id"] is None
        )

    def test_a_branch_is_not_put_where_it_would_be_too_deep_or_below_itself(
        self, desk: Ask, tea: str
    ) -> None:
        green = below(desk, tea, "绿茶")
        below(desk, green, "龙井")
        other = below(desk, None, "饮品")
        answers = [
            desk("PATCH", f"/categories/{tea}", {"version": 1, "parent_id": other}),
            desk("PATCH", f"/categories/{tea}", {"version": 1, "parent_id": green}),
        ]
        assert [answer.json["code"] for answer in answers] == ["TooDeep", "NotBelowItself"]

    def test_a_category_with_others_below_is_not_removed(self, desk: Ask, tea: str) -> None:
        below(desk, tea, "绿茶")
        assert desk("DELETE", f"/categories/{tea}").json["code"] == "GroupInUse"

    def test_eight_clerks_add_categories_at_once(self, desk: Ask, tea: str) -> None:
        with ThreadPoolExecutor(8) as clerks:
            added = list(clerks.map(lambda n: below(desk, tea, f"茶{n}"), range(8)))
        parents, version = groups.tree(consistent=True)
        assert parents == {tea: None} | dict.fromkeys(added, tea)
        assert version == 9

    def test_two_branches_put_below_each_other_at_once(self, desk: Ask) -> None:
        one, two = below(desk, None, "甲"), below(desk, None, "乙")
        moves = [(one, two), (two, one)]
        with ThreadPoolExecutor(2) as clerks:
            statuses = list(
                clerks.map(
                    lambda move: (
                        desk("PATCH", f"/categories/{move[0]}", {"version": 1, "parent_id": move[1]}).status
                    ),
                    moves,
                )
            )
        assert sorted(statuses) == [200, 409]


class TestShelves:
    def test_arranged_once_per_version(self, desk: Ask, tea: str) -> None:
        product = on_sale(desk, goods(tea))
        body = {"version": 0, "pinned": [product["product_id"]], "most": 5}
        assert desk("PUT", "/shelves/hot", body).json["version"] == 1
        assert desk("PUT", "/shelves/hot", body).json["code"] == "Stale"
        assert desk("GET", "/shelves").json["items"][0] == {
            "shelf": "hot",
            "pinned": [product["product_id"]],
            "most": 5,
            "days": 30,
            "version": 1,
        }

    def test_unknown_shelves_and_products(self, desk: Ask) -> None:
        assert desk("PUT", "/shelves/cold", {"version": 0}).json["code"] == "ShelfNotFound"
        assert (
            desk("PUT", "/shelves/hot", {"version": 0, "pinned": ["0000000000"]}).json["code"]
            == "ProductNotFound"
        )
        assert desk("PUT", "/shelves/hot", {"version": 0, "most": 31}).status == 422


@pytest.mark.parametrize("name", ["红|绿", "红｜绿", "茶>绿", "茶＞绿"])
@pytest.mark.parametrize("kind", ["tags", "brands", "categories"])
def test_a_name_can_be_written_into_a_sheet_and_read_again(desk: Ask, kind: str, name: str) -> None:
    refused = desk("POST", f"/{kind}", {"name": name})
    assert refused.status == 422
    assert refused.json["errors"] == [{"field": "name", "message": "不能含有 | 或 >"}]
    assert desk("GET", f"/{kind}").json["items"] == []
