"""Both companies are rewarded once for the first completed order of the invited one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import operations
from functions.agents.schemas import OrderCompleted, OrderRefunded
from functions.agents.table import referrals
from functions.points import events as points_events
from functions.points import operations as points
from functions.points.schemas import ReferralRevoked
from functions.settings import operations as settings
from functions.settings.schemas import Change, ReferralSettings
from kit import clock
from tests.integration.agents.conftest import admin, approve, ask, move, staff
from tests.kit.accounts import REGION, register
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import agent_token
from tests.kit.pump import Pump
from tests.kit.time import Clock

ADDRESS = {"contact_name": "王", "phone": "13911112222", "region": REGION, "text": "体育西路一号"}


@pytest.fixture
def pump(tables: Tables, cloud: Cloud, at: Clock) -> Pump:
    """Carries what companies and points announce to whom it concerns."""
    return Pump(tables, cloud, {"agents", "points"})


def invite(cloud: Cloud, code: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Another company comes by a code and is approved."""
    form: dict[str, Any] = {
        "email": f"new{number}@example.com",
        "phone": f"1391234{number:04d}",
        "company_name": f"深圳新客{number}号贸易有限公司",
        "invite_code": code,
    }
    registered = register(cloud, **form | changes)
    assert approve(registered["agent_id"]).status == 200
    return registered


@pytest.fixture
def code(token: str) -> str:
    return str(ask("GET", "/referral", token=token).json["invite_code"])


@pytest.fixture
def invited(pump: Pump, cloud: Cloud, code: str) -> dict[str, Any]:
    """A company that came by the owner's code and is active."""
    return invite(cloud, code)


def completed(agent_id: str, net_fen: int = 150_000, order_id: str = "O1") -> OrderCompleted:
    at = clock.to_text(clock.now())
    lines = ({"net_fen": net_fen},) if net_fen else ()
    return OrderCompleted.model_validate(
        {
            "event_id": order_id,
            "occurred_at": at,
            "order_id": order_id,
            "agent_id": agent_id,
            "completed_at": at,
            "lines": lines,
        }
    )


def refunded(agent_id: str, left_fen: int = 0, order_id: str = "O1") -> OrderRefunded:
    lines = ({"net_fen": left_fen},) if left_fen else ()
    at = clock.to_text(clock.now())
    return OrderRefunded.model_validate(
        {
            "event_id": f"R{order_id}",
            "occurred_at": at,
            "order_id": order_id,
            "agent_id": agent_id,
            "remaining_lines": lines,
        }
    )


def available(agent_id: str, at: Clock) -> int:
    assert points.check_account(agent_id) == []
    return points.account(agent_id, at.now).available


def state(invited: dict[str, Any]) -> str:
    return str(admin("GET", f"/referrals/{invited['agent_id']}").json["state"])


def change(**values: Any) -> None:
    version = settings.current(ReferralSettings).version
    edit = Change[ReferralSettings](version=version, value=ReferralSettings(**values))
    settings.change(ReferralSettings, edit, "clerk", clock.now())


def test_both_are_rewarded_once_however_often_it_is_told(
    owner: dict[str, Any], invited: dict[str, Any], token: str, pump: Pump, at: Clock
) -> None:
    for order_id in ("O1", "O1", "O2"):
        operations.on_completed(completed(invited["agent_id"], order_id=order_id), at.now)
        pump()
    assert available(owner["agent_id"], at) == 500
    assert available(invited["agent_id"], at) == 200
    shown = ask("GET", "/referral", token=token).json
    assert (shown["joined"], shown["rewarded"], shown["points"]) == (1, 1, 500)
    assert [(one["reward"], one["points"]) for one in shown["invited"]] == [("rewarded", 500)]
    assert shown["link"] == f"/#/{shown['page']}"


def test_a_replay_of_the_reward_books_nothing(
    owner: dict[str, Any], invited: dict[str, Any], pump: Pump, at: Clock
) -> None:
    operations.on_completed(completed(invited["agent_id"]), at.now)
    pump()
    (known,) = [one for one, _ in referrals.invited(owner["agent_id"], 5)]
    fact = ReferralRevoked(
        event_id="E",
        occurred_at=known.state_since,
        inviter_id=known.inviter_id,
        invited_id=known.invited_id,
        inviter_points=known.inviter_points,
        invited_points=known.invited_points,
        rewarded_at=known.rewarded_at,
        revoked_at=clock.to_text(at.now),
    )
    at.advance(days=3)
    for _ in range(2):
        points.reward_referral(fact, at.now)
    assert available(owner["agent_id"], at) == 500
    assert points_events.on_referral_settled({"Records": []}, None) == {"batchItemFailures": []}


def test_the_revocation_may_be_heard_before_the_reward(
    owner: dict[str, Any], invited: dict[str, Any], at: Clock
) -> None:
    fact = ReferralRevoked(
        event_id="E",
        occurred_at=clock.to_text(at.now),
        inviter_id=owner["agent_id"],
        invited_id=invited["agent_id"],
        inviter_points=500,
        invited_points=200,
        rewarded_at=clock.to_text(at.now),
        revoked_at=clock.to_text(at.now),
    )
    for _ in range(2):
        points.revoke_referral(fact, at.now)
    points.reward_referral(fact, at.now)
    assert available(owner["agent_id"], at) == available(invited["agent_id"], at) == 0


def test_of_many_at_once_one_decides(
    owner: dict[str, Any], invited: dict[str, Any], pump: Pump, at: Clock
) -> None:
    orders = [completed(invited["agent_id"], order_id=f"O{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda order: operations.on_completed(order, at.now), orders))
    pump()
    assert available(owner["agent_id"], at) == 500
    assert referrals.rewards(owner["agent_id"]) == (1, 500)


def test_small_and_empty_orders_earn_no_reward(invited: dict[str, Any], at: Clock) -> None:
    operations.on_completed(completed(invited["agent_id"], 99_999), at.now)
    operations.on_completed(completed(invited["agent_id"], 0, "O2"), at.now)
    assert state(invited) == "waiting"
    operations.on_completed(completed(invited["agent_id"], 100_000, "O3"), at.now)
    assert state(invited) == "rewarded"


def test_a_refund_takes_the_reward_back_from_both(
    owner: dict[str, Any], invited: dict[str, Any], token: str, pump: Pump, at: Clock
) -> None:
    operations.on_completed(completed(invited["agent_id"]), at.now)
    pump()
    at.advance(minutes=5)
    operations.on_refunded(refunded(invited["agent_id"], 120_000), at.now)
    assert state(invited) == "rewarded"
    for _ in range(2):
        operations.on_refunded(refunded(invited["agent_id"]), at.now)
        pump()
    assert available(owner["agent_id"], at) == available(invited["agent_id"], at) == 0
    shown = ask("GET", "/referral", token=token).json
    assert (shown["rewarded"], shown["points"], shown["invited"][0]["reward"]) == (0, 0, "none")
    operations.on_completed(completed(invited["agent_id"], order_id="O9"), at.now)
    assert state(invited) == "revoked"


def test_a_refund_that_is_heard_before_the_receipt_counts(invited: dict[str, Any], at: Clock) -> None:
    operations.on_refunded(refunded(invited["agent_id"]), at.now)
    operations.on_completed(completed(invited["agent_id"]), at.now)
    assert state(invited) == "waiting"


@pytest.mark.parametrize(("field", "reason"), [("name", "same_company"), ("phone", "same_person")])
def test_oneself_is_not_rewarded(
    owner: dict[str, Any], pump: Pump, cloud: Cloud, code: str, at: Clock, field: str, reason: str
) -> None:
    own = operations.company(owner["agent_id"])
    given = {"company_name": f"{own.name}有限责任公司"} if field == "name" else {"phone": own.phone}
    invited = invite(cloud, code, 1, **given)
    operations.on_completed(completed(invited["agent_id"]), at.now)
    pump()
    card = admin("GET", f"/referrals/{invited['agent_id']}").json
    assert card["state"] == "refused"
    assert reason in card["reasons"]
    assert available(owner["agent_id"], at) == 0


@pytest.mark.parametrize("whose", ["inviter", "invited"])
def test_frozen_companies_are_not_rewarded(
    owner: dict[str, Any], invited: dict[str, Any], at: Clock, whose: str
) -> None:
    agent_id = owner["agent_id"] if whose == "inviter" else invited["agent_id"]
    assert move(agent_id, "suspended", 2).status == 200
    operations.on_completed(completed(invited["agent_id"]), at.now)
    card = admin("GET", f"/referrals/{invited['agent_id']}").json
    assert (card["state"], card["reasons"]) == ("refused", [f"{whose}_inactive"])


def test_there_are_so_many_rewards_a_month(
    owner: dict[str, Any], pump: Pump, cloud: Cloud, code: str, at: Clock
) -> None:
    change(most_per_month=1)
    several = [invite(cloud, code, number=number * 1111 + 1000) for number in range(3)]
    for one in several[:2]:
        operations.on_completed(completed(one["agent_id"]), at.now)
    assert [state(one) for one in several] == ["rewarded", "refused", "waiting"]
    at.advance(days=32)
    operations.on_completed(completed(several[2]["agent_id"]), at.now)
    assert state(several[2]) == "rewarded"


def test_the_merchant_may_switch_it_off(invited: dict[str, Any], at: Clock) -> None:
    change(enabled=False)
    operations.on_completed(completed(invited["agent_id"]), at.now)
    assert state(invited) == "waiting"


@pytest.fixture
def doubtful(owner: dict[str, Any], token: str, invited: dict[str, Any], at: Clock) -> dict[str, Any]:
    """A company whose goods go where the inviter's go."""
    for one in (token, invited["access_token"]):
        assert ask("POST", "/me/addresses", ADDRESS, token=one).status == 201
    operations.on_completed(completed(invited["agent_id"]), at.now)
    return invited


def test_doubts_are_cleared_by_a_person(
    owner: dict[str, Any], doubtful: dict[str, Any], token: str, pump: Pump, at: Clock
) -> None:
    (card,) = admin("GET", "/referrals").json["items"]
    assert (card["agent_id"], card["reasons"]) == (doubtful["agent_id"], ["same_address"])
    assert ask("GET", "/referral", token=token).json["invited"][0]["reward"] == "in_review"
    path = f"/referrals/{doubtful['agent_id']}"
    assert admin("POST", f"{path}/approval", {"version": card["version"] + 1}).json["code"] == "Stale"
    done = admin("POST", f"{path}/approval", {"version": card["version"], "note": "同一仓库"}).json
    assert (done["state"], done["note"]) == ("rewarded", "同一仓库")
    assert (
        admin("POST", f"{path}/approval", {"version": done["version"]}).json["code"] == "ReferralStateForbids"
    )
    pump()
    assert available(owner["agent_id"], at) == 500
    assert admin("GET", "/referrals").json["items"] == []
    assert len(admin("GET", "/referrals?state=rewarded").json["items"]) == 1


def test_doubts_may_be_confirmed(
    owner: dict[str, Any], doubtful: dict[str, Any], pump: Pump, at: Clock
) -> None:
    path = f"/referrals/{doubtful['agent_id']}"
    version = admin("GET", path).json["version"]
    assert admin("POST", f"{path}/rejection", {"version": version}).status == 422
    done = admin("POST", f"{path}/rejection", {"version": version, "reason": "同一家公司"}).json
    assert (done["state"], done["reasons"]) == ("refused", ["same_address", "by_staff"])
    pump()
    assert available(owner["agent_id"], at) == 0


def test_a_held_reward_falls_with_its_order(doubtful: dict[str, Any], at: Clock) -> None:
    operations.on_refunded(refunded(doubtful["agent_id"]), at.now)
    assert state(doubtful) == "refused"


def test_nothing_is_decided_before_there_is_an_order(invited: dict[str, Any]) -> None:
    answer = admin("POST", f"/referrals/{invited['agent_id']}/approval", {"version": 1})
    assert answer.json["code"] == "ReferralStateForbids"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/referrals"),
        ("GET", "/referrals/{}"),
        ("POST", "/referrals/{}/approval"),
        ("POST", "/referrals/{}/rejection"),
    ],
)
def test_only_reviewers_of_the_region_decide(doubtful: dict[str, Any], method: str, path: str) -> None:
    place, body = f"/admin{path.format(doubtful['agent_id'])}", {"version": 2, "reason": "测试"}
    body = body if "rejection" in path else {"version": 2}
    sent = body if method == "POST" else None
    assert call(admin_api.app, method, place, sent).status == 401
    assert call(admin_api.app, method, place, sent, token=agent_token()).status == 403
    assert call(admin_api.app, method, place, sent, token=staff("agents")).status == 403
    elsewhere = staff("agents.review", regions=("110000",))
    answer = call(admin_api.app, method, place, sent, token=elsewhere)
    assert answer.status == 404 or answer.json["items"] == []
    unknown = call(
        admin_api.app, method, f"/admin{path.format('NOBODY')}", sent, token=staff("agents.review")
    )
    assert unknown.status == (200 if path == "/referrals" else 404)
