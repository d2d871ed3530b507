"""The gift shop wired up: approval, stream, bus, queue, issuing, and points announced on the way."""

from functions.gifts import operations
from kit import clock
from tests.integration.gifts.conftest import STAFF, gift, redeem, spendable
from tests.kit.pump import Pump


def test_an_approved_code_reaches_the_agent(agent, tables, cloud):
    service = gift(kind="virtual", category="service", codes="AAAA-1111")
    pump = Pump(tables, cloud, {"gifts", "points"})
    redemption_id = redeem(agent, service).redemption_id
    operations.approve(redemption_id, STAFF, clock.now())
    pump()
    shown = operations.show(agent, redemption_id)
    assert (shown.state, shown.codes) == ("issued", ["AAAA-1111"])
    assert spendable(agent) == 900
