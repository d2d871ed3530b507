"""What a buyer received may be reviewed: from the order's fact to the list of what is due."""

from collections.abc import Callable

import pytest

from functions.catalog import api as catalog_api
from tests.kit.buyers import Buyer
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.orders import FIRST, SECOND
from tests.kit.people import OTHER_AGENT, agent_token
from tests.kit.pump import Pump
from tests.kit.till import Till

Staff = Callable[..., Answer]


@pytest.fixture
def pump(buyer: Buyer, tables: Tables, cloud: Cloud) -> Pump:
    """Carries facts to the catalogue too."""
    return Pump(tables, cloud, {"orders", "payments", "catalog"})


def due(buyer: Buyer) -> set[str]:
    answer = call(catalog_api.app, "GET", "/reviews/due", token=agent_token(buyer.agent_id, buyer.user_id))
    assert answer.status == 200, answer.text
    return {one["sku_id"] for one in answer.json["items"]}


def test_only_what_was_received(buyer: Buyer, till: Till, staff: Staff, pump: Pump) -> None:
    order_id = buyer.place((FIRST, 2), (SECOND, 3))["order_id"]
    buyer.pay(till, order_id)
    till.deliver()
    pump()
    assert due(buyer) == set()
    refund = {"lines": [{"sku_id": SECOND, "quantity": 3}], "reason": "缺货"}
    assert staff("POST", f"/orders/{order_id}/refunds", refund, key="refund-01").status == 201
    parcel = {"carrier": "sf", "tracking_no": "SF1234567890123"}
    shipped = staff("POST", f"/orders/{order_id}/shipments", parcel, key="parcel-01")
    assert shipped.status == 201, shipped.text
    pump()
    assert due(buyer) == set()
    assert buyer.ask("POST", f"/orders/{order_id}/receipt").status == 200
    pump()
    assert due(buyer) == {FIRST}
    stranger = Buyer(OTHER_AGENT, "0OTHERUSER0000000000000000").settle_in()
    assert due(stranger) == set()
