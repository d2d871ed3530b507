"""Which goods a company is offered, and why."""

from datetime import date, timedelta

from functions.insights.rules import behaviour, recommending
from functions.insights.rules.behaviour import Basket, BasketLine
from functions.insights.rules.recommending import Buyer, Market, Product, Suggestion

TODAY = date(2026, 11, 22)


def _ago(*days: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(days=ago) for ago in sorted(days, reverse=True))


def _goods(*product_ids: str, **more: Product) -> dict[str, Product]:
    return {name: Product(name, f"商品{name}", ("C", f"C{name}")) for name in product_ids} | more


def _suggest(
    one: Buyer, goods: dict[str, Product], *others: Buyer, market: Market | None = None
) -> dict[str, Suggestion]:
    around = market or recommending.market([one, *others], TODAY)
    return {found.product_id: found for found in recommending.suggest(one, around, goods, TODAY)}


def test_what_is_due_is_offered_with_its_rhythm() -> None:
    one = Buyer("gold", {"A": _ago(75, 55, 35), "B": _ago(60, 40, 20, 2)}, 6)
    found = _suggest(one, _goods("A", "B"))
    assert list(found) == ["A"]
    assert (found["A"].kind, found["A"].reason) == ("due", "通常约 20 天补货一次，已 35 天未订")


def test_soon_due_comes_after_due() -> None:
    one = Buyer("gold", {"A": _ago(42, 22), "B": _ago(32, 12)}, 4)
    assert [(name, each.reason) for name, each in _suggest(one, _goods("A", "B")).items()] == [
        ("A", "通常约 20 天补货一次，已 22 天未订"),
        ("B", "常购商品，约 20 天补货一次"),
    ]


def test_what_others_put_beside_it_is_offered() -> None:
    others = [Buyer("gold", {"A": _ago(n), "B": _ago(n)}, 1) for n in range(1, 6)]
    others += [Buyer("gold", {name: _ago(n)}, 1) for n in range(1, 6) for name in "DE"]
    found = _suggest(Buyer("gold", {"A": _ago(3)}, 1), _goods("A", "B", "D", "E"), *others)
    assert (found["B"].kind, found["B"].reason) == ("together", "常与「商品A」一起订购")
    assert found["D"].kind == "tier"
    assert "A" not in found  # bought three days ago


def test_best_sellers_are_of_the_own_tier_if_it_has_any() -> None:
    others = [Buyer("gold", {"A": _ago(5)}, 1), Buyer("silver", {"B": _ago(5)}, 1)]
    nobody = Buyer("silver", {}, 0)
    assert list(_suggest(nobody, _goods("A", "B"), *others)) == ["B"]
    found = _suggest(Buyer("bronze", {}, 0), _goods("A", "B"), *others)
    assert {each.reason for each in found.values()} == {"全国代理商热销"}


def test_new_goods_are_offered_in_categories_that_are_bought() -> None:
    goods = _goods(
        "A",
        N=Product("N", "新品", ("C", "CN"), TODAY - timedelta(days=10)),
        O=Product("O", "旧品", ("C", "CO"), TODAY - timedelta(days=100)),
        X=Product("X", "别的新品", ("X",), TODAY - timedelta(days=10)),
    )
    found = _suggest(Buyer("gold", {"A": _ago(3)}, 1), goods)
    assert [(one.product_id, one.kind) for one in found.values()] == [("N", "new")]


def test_only_what_is_on_sale_is_offered() -> None:
    one = Buyer("gold", {"A": _ago(75, 55, 35)}, 3)
    others = [Buyer("gold", {"A": _ago(n), "B": _ago(n)}, 1) for n in range(1, 6)]
    assert _suggest(one, {}, *others) == {}


def test_some_places_are_for_what_the_company_does_not_know() -> None:
    names = [f"K{number:02d}" for number in range(20)]
    one = Buyer("gold", {name: _ago(75, 55, 35) for name in names}, 60)
    others = [Buyer("gold", {f"U{number}": _ago(5)}, 1) for number in range(2)]
    goods = _goods(*names, "U0", "U1")
    found = recommending.suggest(one, recommending.market(others, TODAY), goods, TODAY)
    assert [place for place, each in enumerate(found, 1) if each.kind == "tier"] == [10, 20]


def test_a_buyer_is_what_its_histories_show() -> None:
    lines = (BasketLine("S1", "P", "C", "", 1, 1, 1), BasketLine("S2", "P", "C", "", 1, 1, 1))
    basket = Basket("O", "2026-11-20T01:00:00Z", "2026-11-20", 9, 0, lines)
    found = recommending.buyer("gold", behaviour.histories([basket]))
    assert found == Buyer("gold", {"P": (date(2026, 11, 20),)}, 1)
