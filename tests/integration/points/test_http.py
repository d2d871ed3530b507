"""The doors of points: for agents their own account only, for staff by permission."""

from datetime import timedelta

import pytest

from functions.points import api, backoffice
from kit import clock
from kit.api import Api
from tests.integration.points.conftest import choose, company, earn, spend
from tests.kit import companies, faults
from tests.kit.companies import BEIJING
from tests.kit.http import call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, sign_with_test_key, staff_token

STAFF_PATHS = [
    ("GET", "/admin/points/rules"),
    ("POST", "/admin/points/rules"),
    ("POST", "/admin/points/rules/preview"),
    ("DELETE", "/admin/points/rules/1"),
    ("GET", "/admin/points/campaigns"),
    ("POST", "/admin/points/campaigns"),
    ("POST", "/admin/points/campaigns/preview"),
    ("GET", "/admin/points/campaigns/C1"),
    ("PUT", "/admin/points/campaigns/C1"),
    ("POST", "/admin/points/campaigns/C1/publication"),
    ("GET", f"/admin/points/accounts/{AGENT}"),
    ("GET", f"/admin/points/accounts/{AGENT}/entries"),
    ("GET", "/admin/points/adjustments"),
    ("POST", "/admin/points/adjustments"),
    ("POST", "/admin/points/adjustments/1/approval"),
    ("POST", "/admin/points/adjustments/1/rejection"),
    ("GET", "/admin/points/statistics"),
    ("GET", "/admin/points/liability"),
]


@pytest.fixture(scope="session")
def back_office() -> Api:
    app = Api("admin")
    app.register_blueprint(backoffice.door, url_prefix="/admin")
    return app


@pytest.fixture
def dealer(tables, cloud, at):
    sign_with_test_key()
    company(OTHER_AGENT)
    return company()


@pytest.fixture
def office(dealer, back_office):
    """Calls the back office as the clerk for points."""

    def send(method, path, body=None, user="0CLERK000000", **more):
        token = staff_token("points", user_id=user)
        return call(back_office, method, f"/admin/points{path}", body, **{"token": token} | more)

    return send


def get(path, token=None, **more):
    return call(api.app, "GET", path, token=token or agent_token(), **more)


# Agents


@pytest.mark.parametrize("path", ["/points", "/points/entries", "/points/campaigns"])
def test_visitors_and_staff_have_no_points(dealer, path):
    assert call(api.app, "GET", path).status == 401
    assert call(api.app, "GET", path, token="forged").status == 401
    assert call(api.app, "GET", path, token=staff_token("points")).status == 403


def test_the_account_and_its_newest_lines_are_one_read(dealer, at):
    earn(dealer, 100)
    at.advance(days=340)
    earn(dealer, 50, "ORDER2")
    spend(dealer, 30)
    with faults.injected("Query") as queries, faults.injected("GetItem") as reads:
        answer = get("/points")
    assert (len(queries), len(reads)) == (1, 0)
    found = answer.json
    assert (found["available"], found["pending"], found["debt"], found["expiring_soon"]) == (120, 0, 0, 70)
    assert [each["points"] for each in found["expiries"]] == [70, 50]
    assert {entry["kind"] for entry in found["entries"]} == {"granted", "spent"}
    assert (found["earned_total"], found["spent_total"]) == (150, 30)
    assert found["next_cursor"] is None


def test_the_page_goes_on_in_the_ledger(dealer, at):
    for number in range(25):
        earn(dealer, 1, f"ORDER{number:02d}")
        at.advance(minutes=1)
    first = get("/points").json
    rest = get("/points/entries", query={"cursor": first["next_cursor"]}).json
    ids = [entry["entry_id"] for entry in first["entries"] + rest["items"]]
    assert ids == [f"grant#ORDER{number:02d}#base" for number in reversed(range(25))]
    assert rest["next_cursor"] is None


def test_the_ledger_is_read_by_kind_and_cursor(dealer, at):
    for number in range(5):
        earn(dealer, 10, f"ORDER{number}")
        spend(dealer, 1, f"R{number}")
        at.advance(minutes=1)
    page = get("/points/entries", query={"kind": "spent", "limit": 3}).json
    more = get("/points/entries", query={"kind": "spent", "limit": 3, "cursor": page["next_cursor"]}).json
    assert [entry["source_id"] for entry in page["items"] + more["items"]] == ["R4", "R3", "R2", "R1", "R0"]
    assert page["items"][0]["title"] == "兑换礼品：毛巾"


def test_anothers_account_and_anothers_cursor_stay_closed(dealer):
    for number in range(3):
        earn(dealer, 10, f"ORDER{number}")
    cursor = get("/points/entries", query={"limit": 1}).json["next_cursor"]
    other = agent_token(OTHER_AGENT)
    assert get("/points", other).json["entries"] == []
    assert get("/points/entries", other).json["items"] == []
    assert get("/points/entries", other, query={"limit": 1, "cursor": cursor}).status == 400
    assert get("/points/entries", query={"kind": "spent", "cursor": cursor}).status == 400


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"kind": "stolen"}, {"agent_id": OTHER_AGENT}]
)
def test_what_is_out_of_bounds_is_refused(dealer, query):
    assert get("/points/entries", query=query).status == 422


def test_agents_see_campaigns_of_their_tier_that_run_or_are_announced(office, at):
    now = clock.now()
    for name, starts_at, tiers in (
        ("进行中", now, []),
        ("即将开始", now + timedelta(days=2), ["gold"]),
        ("别的等级", now, ["silver"]),
    ):
        created = office("POST", "/campaigns", campaign(name, starts_at=starts_at, tiers=tiers)).json
        office("POST", f"/campaigns/{created['campaign_id']}/publication", {"version": 1})
    office("POST", "/campaigns", campaign("草稿"))
    items = get("/points/campaigns").json["items"]
    assert {(item["name"], item["state"]) for item in items} == {
        ("进行中", "running"),
        ("即将开始", "scheduled"),
    }
    at.advance(days=20)
    assert get("/points/campaigns", agent_token()).json["items"] == []


# Staff


def campaign(name="双11", **terms):
    starts_at = terms.pop("starts_at", clock.now())
    return {
        "name": name,
        "kind": "multiplier",
        "multiplier_bps": 20_000,
        "starts_at": clock.to_text(starts_at),
        "ends_at": clock.to_text(starts_at + timedelta(days=10)),
        **terms,
    }


@pytest.mark.parametrize(("method", "path"), STAFF_PATHS)
def test_the_back_office_needs_the_permission(dealer, back_office, method, path):
    assert call(back_office, method, path).status == 401
    assert call(back_office, method, path, token=agent_token()).status == 403
    assert call(back_office, method, path, token=staff_token("orders")).status == 403


def test_rules_have_versions_and_only_future_ones_can_be_withdrawn(office, at):
    assert office("GET", "/rules").json["items"][0]["version"] == 0
    at.advance(minutes=1)
    first = office("POST", "/rules", {"version": 0, "points": 2, "tier_rates": {"gold": 12_000}})
    assert (first.status, first.json["state"]) == (201, "in_force")
    assert office("POST", "/rules", {"version": 0}).status == 409
    tomorrow = clock.to_text(clock.now() + timedelta(days=1))
    office("POST", "/rules", {"version": 1, "points": 3, "effective_from": tomorrow})
    listed = office("GET", "/rules").json
    assert [(each["version"], each["state"]) for each in listed["items"]] == [(2, "future"), (1, "in_force")]
    assert listed["latest_version"] == 2
    assert office("DELETE", "/rules/1").status == 409
    assert office("DELETE", "/rules/2").status == 204
    assert office("DELETE", "/rules/2").status == 404
    assert office("POST", "/rules", {"version": 2}).json["version"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": 0, "points": -1},
        {"version": 0, "per_fen": 0},
        {"version": 0, "points": "1"},
        {"version": 0, "tier_rates": {"GOLD!": 1}},
        {"version": 0, "effective_from": "2026-11-21T00:00:00Z"},
        {"version": 0, "effective_from": "2026-12-21T00:00:00"},
        {"version": 0, "exchange_points": 0},
        {"version": 0, "surprise": 1},
    ],
)
def test_a_rule_out_of_bounds_is_refused(office, body):
    answer = office("POST", "/rules", body)
    assert answer.status == 422
    assert answer.json["errors"]


def test_the_preview_compares_the_present_and_the_proposed_rule(office):
    body = {"proposed": {"points": 2}, "tier": "gold", "lines": [{"net_fen": 12_345}]}
    assert office("POST", "/rules/preview", body).json == {
        "present": {"total": 123, "grants": [{"rule": "base", "version": 0, "name": "", "points": 123}]},
        "proposed": {"total": 246, "grants": [{"rule": "base", "version": 0, "name": "", "points": 246}]},
    }
    assert office("GET", "/rules").json["latest_version"] == 0


def test_the_preview_of_a_campaign_adds_it_to_those_that_run(office):
    running = office("POST", "/campaigns", campaign(multiplier_bps=20_000)).json
    office("POST", f"/campaigns/{running['campaign_id']}/publication", {"version": 1})
    order = {"lines": [{"net_fen": 10_000}]}
    bonus = {"proposed": campaign("满额赠", kind="bonus", bonus_points=30, multiplier_bps=10_000)}
    seen = office("POST", "/campaigns/preview", order | bonus).json
    assert (seen["present"]["total"], seen["proposed"]["total"]) == (200, 230)
    edited = {"proposed": campaign(multiplier_bps=30_000), "campaign_id": running["campaign_id"]}
    seen = office("POST", "/campaigns/preview", order | edited).json
    assert (seen["present"]["total"], seen["proposed"]["total"]) == (200, 300)
    assert office("POST", "/campaigns/preview", order | {"proposed": campaign(kind="bonus")}).status == 422


def test_a_campaign_lives_through_its_steps(office, at):
    created = office("POST", "/campaigns", campaign(budget=1_000)).json
    path = f"/campaigns/{created['campaign_id']}"
    assert (created["state"], created["steps"]) == ("draft", ["publication"])
    edited = office("PUT", path, campaign("新名字") | {"version": 1}).json
    assert (edited["name"], edited["version"]) == ("新名字", 2)
    assert office("PUT", path, campaign("又改") | {"version": 1}).status == 409
    assert office("POST", f"{path}/publication", {"version": 2}).json["state"] == "running"
    assert office("POST", f"{path}/publication", {"version": 3}).json["code"] == "CampaignStepNotAllowed"
    at.advance(hours=1)
    paused = office("POST", f"{path}/pause", {"version": 3}).json
    assert (paused["state"], paused["steps"]) == ("paused", ["resumption", "end"])
    office("POST", f"{path}/resumption", {"version": 4})
    fixed = office("PUT", path, campaign("改名", multiplier_bps=30_000) | {"version": 5})
    assert (fixed.status, fixed.json["code"]) == (409, "TermsFixed")
    assert office("POST", f"{path}/end", {"version": 5}).json["state"] == "ended"
    assert [each["state"] for each in office("GET", "/campaigns").json["items"]] == ["ended"]
    assert office("GET", "/campaigns/NOSUCH").status == 404


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"kind": "gift"},
        {"multiplier_bps": 10_000},
        {"kind": "bonus"},
        {"ends_at": "2026-11-01T00:00:00Z"},
        {"ends_at": "soon"},
        {"budget": 0},
        {"scope": {"products": ["../secrets"]}},
    ],
)
def test_a_campaign_out_of_bounds_is_refused(office, change):
    assert office("POST", "/campaigns", campaign() | change).status == 422


def test_corrections_need_a_key_and_large_ones_a_second_person(office, dealer):
    body = {"agent_id": dealer, "points": 20_000, "reason": "活动补发"}
    assert office("POST", "/adjustments", body).status == 400
    asked = office("POST", "/adjustments", body, key="adjust-1").json
    assert office("POST", "/adjustments", body, key="adjust-1").json == asked
    reused = office("POST", "/adjustments", body | {"points": 1}, key="adjust-1")
    assert (reused.status, reused.json["code"]) == (409, "KeyReused")
    path = f"/adjustments/{asked['adjustment_id']}"
    assert office("POST", f"{path}/approval").json["code"] == "SecondPersonNeeded"
    assert office("POST", f"{path}/approval", user="0OTHERCLERK0").json["state"] == "booked"
    assert office("POST", f"{path}/approval", user="0OTHERCLERK0").json["code"] == "AlreadyDecided"
    assert office("POST", "/adjustments/NOSUCH/approval").status == 404
    found = office("GET", f"/accounts/{dealer}").json
    assert (found["available"], found["entries"][0]["title"]) == (20_000, "人工调整：活动补发")
    assert len(office("GET", f"/accounts/{dealer}/entries").json["items"]) == 1
    assert len(office("GET", "/adjustments", query={"state": "booked"}).json["items"]) == 1


@pytest.mark.parametrize(
    "change",
    [{"points": 0}, {"points": 1.5}, {"points": 10**10}, {"reason": ""}, {"agent_id": "x"}, {"by": "me"}],
)
def test_a_correction_out_of_bounds_is_refused(office, dealer, change):
    body = {"agent_id": dealer, "points": 5, "reason": "活动补发"}
    assert office("POST", "/adjustments", body | change, key="adjust-1").status == 422


def test_a_correction_of_nobody_is_not_found(office):
    body = {"agent_id": "0NOBODY0000000", "points": 5, "reason": "活动补发"}
    assert office("POST", "/adjustments", body, key="adjust-1").status == 404


def test_a_promise_is_shown_as_pending(office, dealer):
    choose(activation="after_completion")
    earn(dealer, 100)
    found = get("/points").json
    assert (found["available"], found["pending"]) == (0, 100)
    assert (found["entries"][0]["points"], found["entries"][0]["pending"]) == (100, 100)


def test_figures_are_for_a_time_that_makes_sense(office, dealer):
    earn(dealer, 100)
    days = {"first": "2026-11-01", "last": "2026-11-30"}
    assert office("GET", "/statistics", query=days).json["total"]["granted"] == 100
    assert office("GET", "/liability", query={"month": "2026-11"}).json["roll_forward"]["closing"] == 100
    for query in (
        {},
        {"first": "2026-11-30", "last": "2026-11-01"},
        {"first": "2020-01-01", "last": "2026-01-01"},
    ):
        assert office("GET", "/statistics", query=query).status == 422
    assert office("GET", "/liability", query={"month": "2026-13"}).status == 422


def test_staff_of_another_region_see_no_account(office, dealer):
    body = {"agent_id": dealer, "points": 20_000, "reason": "活动补发"}
    asked = office("POST", "/adjustments", body, key="adjust-1").json
    guangdong, beijing = (
        staff_token("points", user_id="0OTHERCLERK0", regions=(code,)) for code in ("440000", "110000")
    )
    for method, path in (
        ("GET", f"/accounts/{dealer}"),
        ("GET", f"/accounts/{dealer}/entries"),
        ("POST", f"/adjustments/{asked['adjustment_id']}/approval"),
    ):
        assert office(method, path, token=beijing).status == 404
        assert office(method, path, token=guangdong).status == 200
    assert office("POST", "/adjustments", body, key="adjust-2", token=beijing).status == 404
    booked = {"state": "booked"}
    assert office("GET", "/adjustments", query=booked, token=beijing).json["items"] == []
    assert len(office("GET", "/adjustments", query=booked, token=guangdong).json["items"]) == 1


def test_pages_of_corrections_are_full_where_a_clerk_does_not_see_all(office, dealer, at):
    companies.company(OTHER_AGENT, region=BEIJING)
    asked = []
    for number, agent_id in enumerate([OTHER_AGENT, dealer, OTHER_AGENT, dealer, dealer, OTHER_AGENT]):
        at.advance(minutes=1)
        body = {"agent_id": agent_id, "points": 10 + number, "reason": "活动补发"}
        answer = office("POST", "/adjustments", body, key=f"adjust-{number}").json
        asked += [answer["adjustment_id"]] if agent_id == OTHER_AGENT else []
    beijing, query = staff_token("points", regions=("110000",)), {"state": "booked", "limit": 2}
    page = office("GET", "/adjustments", query=query, token=beijing).json
    rest = office("GET", "/adjustments", query=query | {"cursor": page["next_cursor"]}, token=beijing).json
    assert [item["adjustment_id"] for item in page["items"]] == [asked[2], asked[1]]
    assert [item["adjustment_id"] for item in rest["items"]] == [asked[0]]
