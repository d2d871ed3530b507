"""Goods that are sold in some regions only: the company's region counts, up to the moment of the order."""

from typing import Any

import pytest

from functions.agents import operations as agents
from functions.agents.schemas import SaveAddress
from functions.auth.schemas import Region
from functions.inventory import operations as inventory
from tests.kit.buyers import Buyer
from tests.kit.companies import BEIJING, company
from tests.kit.goods import revise, sell
from tests.kit.people import AGENT


@pytest.mark.parametrize("limit", [{"sold_in": ("110000",)}, {"not_sold_in": ("440100",)}])
def test_goods_that_are_not_sold_here_any_more(buyer: Buyer, limit: dict[str, Any]) -> None:
    offer = sell("SKX0000006")
    form = buyer.form(("SKX0000006", 1))
    revise(offer, **limit)
    answer = buyer.ask("POST", "/orders", form, key=buyer.key())
    assert (answer.status, answer.json["code"]) == (409, "QuoteChanged")
    quote = answer.json["new_quote"]
    assert ([one["code"] for one in quote["problems"]], quote["can_order"]) == (["NotSoldHere"], False)
    again = buyer.ask("POST", "/orders", form | {"quote_hash": quote["hash"]}, key=buyer.key())
    assert (again.status, again.json["code"]) == (409, "NotOrderable")
    assert inventory.stock(["SKX0000006"])["SKX0000006"].available == 100


def test_where_the_company_is_counts_and_not_where_the_goods_go(buyer: Buyer) -> None:
    sell("SKX0000006", sold_in=("440106",))
    beijing = SaveAddress(
        contact_name="李小明", phone="13800000000", region=Region(**BEIJING), text="长安街 1 号"
    )
    agents.add_address(AGENT, beijing, "1ADDRESS000000000000000000")
    placed = buyer.place(("SKX0000006", 1), address_id="1ADDRESS000000000000000000")
    assert placed["deliver_to"]["region"] == "北京市 北京市 东城区"
    company(region=BEIJING)  # staff moved it
    form = buyer.form(("SKX0000006", 1))
    assert buyer.ask("POST", "/orders", form, key=buyer.key()).json["code"] == "NotOrderable"
