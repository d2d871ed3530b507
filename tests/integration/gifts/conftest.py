"""A dealer with points, the gift shop and the back office."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.agents import operations as agents
from functions.agents.schemas import SaveAddress
from functions.auth.schemas import Region
from functions.gifts import api, backoffice, operations
from functions.gifts.schemas import MoveGift, NewGift, Redeem
from functions.points import operations as points
from functions.points.schemas import NewAdjustment
from kit import clock, ids
from kit.api import Api
from kit.tokens import Principal
from tests.kit.companies import GUANGZHOU, company
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import AGENT, CLERK, USER, agent_token, sign_with_test_key, staff_token
from tests.kit.time import Clock

ADDRESS = "0ADDRESS000000000000000000"
STAFF = Principal("staff", CLERK, "S2", permissions=frozenset({"gifts", "points"}))


def dealer(
    agent_id: str = AGENT,
    points_held: int = 1_000,
    text: str = "天河路 1 号 2 栋",
    region: dict[str, str] = GUANGZHOU,
) -> str:
    """An active gold dealer with points and an address."""
    company(agent_id, tier="gold", region=region)
    form = SaveAddress(
        contact_name="李小明", phone="13800000000", region=Region(**region), text=text, is_default=True
    )
    agents.add_address(agent_id, form, ADDRESS)
    if points_held:
        wanted = NewAdjustment(agent_id=agent_id, points=points_held, reason="期初积分")
        points.request_adjustment(wanted, f"opening-{agent_id}", STAFF, clock.now())
    return agent_id


@pytest.fixture
def agent(tables: Tables, at: Clock) -> str:
    """A gold dealer with a thousand points."""
    return dealer()


@pytest.fixture(scope="session")
def back_office() -> Api:
    """The door of gifts as admin mounts it."""
    app = Api("admin")
    app.register_blueprint(backoffice.door, url_prefix="/admin")
    return app


@pytest.fixture
def office(agent: str, cloud: Cloud, back_office: Api) -> Callable[..., Answer]:
    """Calls the back office as the clerk for gifts."""
    sign_with_test_key()

    def send(method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return call(back_office, method, f"/admin{path}", body, **{"token": staff_token("gifts")} | more)

    return send


@pytest.fixture
def shop(agent: str, cloud: Cloud) -> Callable[..., Answer]:
    """Calls the gift shop as the dealer's owner."""
    sign_with_test_key()

    def send(method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return call(api.app, method, path, body, **{"token": agent_token()} | more)

    return send


def gift(**terms: Any) -> str:
    """A gift on sale; a mug for 100 points unless said otherwise. Codes are imported for a virtual one."""
    codes = terms.pop("codes", "")
    wanted = {"name": "马克杯", "kind": "physical", "category": "home", "points": 100, "stock": 10} | terms
    if wanted["kind"] == "virtual":
        wanted["stock"] = 0
    gift_id = ids.short_id()
    operations.create_gift(NewGift(**wanted), gift_id, "staff", clock.now())
    if codes:
        operations.import_codes(gift_id, codes, "staff", clock.now())
    operations.move_gift(gift_id, MoveGift(version=1, state="on_sale"))
    return gift_id


def redeem(agent_id: str, gift_id: str, quantity: int = 1, key: str = "key-00001", **more: Any) -> Any:
    """Redeem a gift at the points it takes now."""
    found = operations.staff_gift(gift_id)
    address = {"address_id": ADDRESS} if found.kind == "physical" else {}
    wanted = {"gift_id": gift_id, "quantity": quantity, "points": found.points * quantity} | address | more
    return operations.redeem(agent_id, USER, Redeem(**wanted), key, clock.now())


def spendable(agent_id: str = AGENT) -> int:
    """Spendable points of an account in which everything agrees."""
    assert points.check_account(agent_id) == []
    return points.account(agent_id, clock.now()).available


def stock(gift_id: str) -> int:
    """The stock of a gift whose movements agree with it."""
    assert operations.check_stock(gift_id) == 0
    return operations.staff_gift(gift_id).stock
