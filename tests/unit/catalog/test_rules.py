"""Quantities, states, offers and the tree of categories."""

from dataclasses import replace
from itertools import product as pairs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.catalog.rules import groups as group_rules
from functions.catalog.rules import products as rules
from functions.catalog.rules.groups import Group
from functions.catalog.rules.products import Offer, Product, Sku

STATES: tuple[rules.State, ...] = ("draft", "on_sale", "off_sale", "archived")


def a_sku(sku_id: str = "S1", **changes: object) -> Sku:
    return replace(Sku(sku_id, f"C-{sku_id}", (), "盒", 1_000), **changes)  # type: ignore[arg-type]


def a_product(*skus: Sku, state: rules.State = "on_sale") -> Product:
    return Product(
        "P1",
        state,
        1,
        "茶",
        "",
        "",
        ("1.jpg", "2.jpg"),
        "B1",
        "C1",
        ("T1",),
        (),
        skus or (a_sku(),),
        "",
        "",
        None,
    )


def an_offer(**changes: object) -> Offer:
    (offer,) = rules.offers_of(a_product(a_sku(**changes)), ["C1"])
    return offer


def category(group_id: str, parent_id: str | None = None, name: str = "") -> Group:
    return Group("category", group_id, name or group_id, 0, 1, 0, parent_id)


class TestQuantities:
    @pytest.mark.parametrize(
        ("quantity", "minimum", "multiple", "nearest"),
        [
            (1, 1, 1, [1]),
            (7, 6, 6, [6, 12]),
            (12, 6, 6, [12]),
            (1, 6, 6, [6]),
            (0, 6, 6, [6]),
            (-5, 6, 6, [6]),
            (11, 10, 6, [12]),  # the least multiple that reaches the minimum
            (13, 10, 6, [12, 18]),
            (5, 1, 4, [4, 8]),
        ],
    )
    def test_nearest(self, quantity: int, minimum: int, multiple: int, nearest: list[int]) -> None:
        assert rules.nearest_quantities(quantity, minimum, multiple) == nearest

    @given(st.integers(-100, 5_000), st.integers(1, 100), st.integers(1, 60))
    def test_nearest_are_valid_and_nothing_valid_lies_between(
        self, quantity: int, minimum: int, multiple: int
    ) -> None:
        nearest = rules.nearest_quantities(quantity, minimum, multiple)
        assert all(one >= minimum and one % multiple == 0 for one in nearest)
        valid = [n for n in range(multiple, 6_000, multiple) if n >= minimum]
        assert nearest == [
            *[n for n in valid if n <= quantity][-1:],
            *([] if quantity in valid else [n for n in valid if n > quantity][:1]),
        ]

    def test_refusal_names_the_nearest_quantities(self) -> None:
        offer = an_offer(minimum=6, multiple=6)
        rules.check_quantity(offer, 12)
        with pytest.raises(rules.QuantityInvalid) as refused:
            rules.check_quantity(offer, 7)
        assert refused.value.data == {"sku_id": "S1", "nearest_quantities": [6, 12]}
        assert "可订 6 或 12盒" in refused.value.detail


class TestStates:
    def test_every_pair(self) -> None:
        allowed = {
            ("draft", "on_sale"),
            ("draft", "archived"),
            ("on_sale", "off_sale"),
            ("off_sale", "on_sale"),
            ("off_sale", "archived"),
        }
        for present, wanted in pairs(STATES, STATES):
            if (present, wanted) in allowed:
                rules.check_transition(a_product(state=present), wanted)
            else:
                with pytest.raises(rules.StateForbids):
                    rules.check_transition(a_product(state=present), wanted)

    def test_nothing_to_sell(self) -> None:
        with pytest.raises(rules.NothingToSell):
            rules.check_transition(a_product(a_sku(on_sale=False), state="draft"), "on_sale")


class TestOffers:
    def test_what_a_sku_offers(self) -> None:
        offer = an_offer(values=("红", "大"), image="red.jpg")
        assert (offer.spec, offer.image, offer.category_path, offer.on_sale) == (
            "红 / 大",
            "red.jpg",
            ("C1",),
            True,
        )
        assert an_offer().image == "1.jpg"

    @pytest.mark.parametrize("state", ["draft", "off_sale", "archived"])
    def test_nothing_is_on_sale_unless_its_product_is(self, state: rules.State) -> None:
        (offer,) = rules.offers_of(a_product(state=state), ["C1"])
        assert not offer.on_sale

    def test_only_offers_that_changed_get_a_new_version(self) -> None:
        product, first = rules.revised(a_product(a_sku("S1"), a_sku("S2")), ["C1"], {})
        assert [(offer.sku_id, offer.version) for offer in first] == [("S1", 1), ("S2", 1)]
        known = {offer.sku_id: offer for offer in first}
        dearer = replace(product, skus=(product.skus[0], replace(product.skus[1], base_price_fen=2_000)))
        edited, second = rules.revised(dearer, ["C1"], known)
        assert [(offer.sku_id, offer.version, offer.base_price_fen) for offer in second] == [("S2", 2, 2_000)]
        assert [sku.offer_version for sku in edited.skus] == [1, 2]
        assert rules.revised(edited, ["C1"], known | {"S2": second[0]})[1] == []

    def test_another_category_is_another_offer(self) -> None:
        product, offers = rules.revised(a_product(), ["C1"], {})
        assert rules.revised(product, ["C0", "C1"], {"S1": offers[0]})[1][0].version == 2


class TestEdits:
    def test_skus_stay_and_keep_their_codes(self) -> None:
        before = a_product(a_sku("S1"), a_sku("S2"))
        rules.check_edit(before, replace(before, skus=(*before.skus, a_sku("S3"))))
        with pytest.raises(rules.SkuMissing):
            rules.check_edit(before, replace(before, skus=before.skus[:1]))
        with pytest.raises(rules.CodeFixed):
            rules.check_edit(before, replace(before, skus=(a_sku("S1", code="X"), a_sku("S2"))))

    def test_archived_products_stay_as_they_are(self) -> None:
        archived = a_product(state="archived")
        with pytest.raises(rules.StateForbids):
            rules.check_edit(archived, archived)


class TestDescriptions:
    @pytest.mark.parametrize(
        ("entered", "kept"),
        [
            ("<script>x()</script><b>好</b>", "<b>好</b>"),
            ('<img src="https://a/b.jpg" onerror="x()">', '<img src="https://a/b.jpg">'),
            ('<img src="public/b.jpg">', '<img src="public/b.jpg">'),
            ('<a href="javascript:x()">去</a>', '<a rel="nofollow noopener">去</a>'),
            ('<p style="position:fixed">好</p>', "<p>好</p>"),
            ("<iframe src='https://a'></iframe>", ""),
            ("1 < 2", "1 &lt; 2"),
        ],
    )
    def test_what_could_run_is_taken_out(self, entered: str, kept: str) -> None:
        assert rules.clean_html(entered) == kept

    def test_words(self) -> None:
        assert (
            rules.plain_text("<p>产自<b>核心</b>产区</p><ul><li>甲</li><li>乙 &amp; 丙</li></ul>")
            == "产自核心产区 甲 乙 & 丙"
        )


class TestTree:
    TREE = (category("A"), category("B", "A"), category("C", "B"), category("D"))

    def test_path(self) -> None:
        parents = {one.group_id: one.parent_id for one in self.TREE}
        assert group_rules.path_to("C", parents) == ("A", "B", "C")
        with pytest.raises(group_rules.GroupNotFound):
            group_rules.path_to("X", parents)

    @pytest.mark.parametrize(
        ("placed", "refusal"),
        [
            (category("E", "C"), group_rules.TooDeep),
            (category("A", "D"), group_rules.TooDeep),
            (category("A", "C"), group_rules.NotBelowItself),
            (category("A", "A"), group_rules.NotBelowItself),
            (category("E", "X"), group_rules.GroupNotFound),
            (category("E", None, "A"), group_rules.NameTaken),
        ],
    )
    def test_what_does_not_fit(self, placed: Group, refusal: type[Exception]) -> None:
        with pytest.raises(refusal):
            group_rules.check_place(placed, self.TREE)

    @pytest.mark.parametrize(
        "placed", [category("E", "B"), category("C", None), category("B", "D"), category("E", "B", "A")]
    )
    def test_what_fits(self, placed: Group) -> None:
        group_rules.check_place(placed, self.TREE)

    def test_too_many(self) -> None:
        with pytest.raises(group_rules.TooManyGroups):
            group_rules.check_place(
                category("NEW"), [category(str(n)) for n in range(group_rules.MOST_GROUPS)]
            )

    def test_removable(self) -> None:
        group_rules.check_removable(self.TREE[2], self.TREE)
        for used in (self.TREE[0], replace(self.TREE[2], products=1)):
            with pytest.raises(group_rules.GroupInUse):
                group_rules.check_removable(used, self.TREE)
