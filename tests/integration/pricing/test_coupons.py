"""Coupons from the back office into the wallet, through an order and back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from functions.pricing import api, operations
from functions.settings.schemas import OrderSettings
from kit import transaction
from kit.errors import Conflict
from tests.integration.pricing.conftest import WINDOW, new_key
from tests.kit.companies import company
from tests.kit.http import call
from tests.kit.people import AGENT, OTHER_AGENT, agent_token, staff_token
from tests.unit.pricing.goods import Company


@pytest.fixture
def coupon(desk, template):
    """A coupon in the wallet of a company."""
    company()
    issued = desk("POST", f"/coupons/{template()}/issues", {"agent_ids": [AGENT]}, key=new_key())
    assert issued.status == 201, issued.text
    return issued.json["coupon_ids"][0]


def wallet(tab="usable", agent_id=AGENT, **query):
    answer = call(api.app, "GET", "/coupons", token=agent_token(agent_id), query={"tab": tab} | query)
    assert answer.status == 200, answer.text
    return answer.json


def hold(coupon_id, at, order_id="ORDER1", agent_id=AGENT):
    transaction.commit(operations.hold_coupon_parts(agent_id, coupon_id, order_id, at.now))


def use(coupon_id, at, order_id="ORDER1"):
    transaction.commit(operations.use_coupon_parts(AGENT, coupon_id, order_id, at.now))


def release(coupon_id, order_id="ORDER1"):
    transaction.commit(operations.release_coupon_parts(AGENT, coupon_id, order_id))


def test_the_wallet_shows_what_a_coupon_is_worth(coupon):
    (item,) = wallet()["items"]
    assert (item["coupon_id"], item["state"], item["text"]) == (coupon, "issued", "减 20 元")
    assert item["ends_at"] == "2026-12-22T16:00:00Z"
    assert wallet("used")["items"] == wallet("expired")["items"] == []


def test_another_agents_wallet_is_not_shown(coupon, at):
    assert wallet(agent_id=OTHER_AGENT)["items"] == []
    with pytest.raises(operations.CouponNotFound):
        hold(coupon, at, agent_id=OTHER_AGENT)


def test_held_then_used(coupon, at):
    hold(coupon, at)
    assert wallet()["items"][0]["state"] == "held"
    use(coupon, at)
    assert wallet()["items"] == []
    (item,) = wallet("used")["items"]
    assert (item["state"], item["order_id"]) == ("used", "ORDER1")


@pytest.mark.parametrize("paid", [True, False])
def test_closing_the_order_gives_the_coupon_back_once(coupon, at, paid):
    hold(coupon, at)
    if paid:
        use(coupon, at)
    release(coupon)
    assert wallet()["items"][0]["state"] == "issued"
    with pytest.raises(operations.CouponNotHeld):
        release(coupon)
    hold(coupon, at, "ORDER2")
    with pytest.raises(operations.CouponNotHeld):
        release(coupon, "ORDER1")


def test_sixteen_orders_for_one_coupon_hold_it_once(coupon, at):
    def attempt(number):
        try:
            hold(coupon, at, f"ORDER{number}")
        except operations.CouponTaken:
            return "taken"
        return "held"

    with ThreadPoolExecutor(16) as people:
        results = list(people.map(attempt, range(16)))
    assert sorted(results) == ["held"] + ["taken"] * 15


def test_an_expired_coupon_cannot_be_held_from_the_first_second(coupon, at):
    at("2026-12-22T16:00:00Z")
    with pytest.raises(operations.CouponExpired):
        hold(coupon, at)
    assert wallet()["items"] == []
    assert wallet("expired")["items"][0]["state"] == "expired"


def test_a_coupon_cannot_be_held_before_it_begins(coupon, at):
    before = at.now - timedelta(seconds=1)
    with pytest.raises(operations.CouponExpired):
        transaction.commit(operations.hold_coupon_parts(AGENT, coupon, "ORDER1", before))
    hold(coupon, at)


def test_only_the_order_that_holds_a_coupon_uses_it(coupon, at):
    with pytest.raises(operations.CouponNotHeld):
        use(coupon, at)
    hold(coupon, at)
    with pytest.raises(operations.CouponNotHeld):
        use(coupon, at, "ORDER2")


def test_an_order_is_priced_with_the_coupon_or_told_why_not(coupon, sku, at):
    def priced(coupon_id):
        line = operations.PricingLine(sku, 1)
        return operations.price_order(Company(AGENT), [line], coupon_id, OrderSettings(), at.now)

    assert priced(coupon).total_fen == 8_000
    (verdict,) = operations.coupon_verdicts(AGENT, [sku], priced(None), at.now)
    assert (verdict.coupon.coupon_id, verdict.discount_fen) == (coupon, 2_000)
    hold(coupon, at)
    assert priced(coupon).total_fen == 10_000
    assert priced(coupon).coupon_verdict.code == "CouponTaken"
    with pytest.raises(operations.CouponNotFound):
        priced("NOSUCHCOUPON")


def test_issuing_again_with_the_same_key_issues_nothing_more(desk, template):
    template_id, key = template(), new_key()
    company()
    body = {"agent_ids": [AGENT]}
    first = desk("POST", f"/coupons/{template_id}/issues", body, key=key)
    assert desk("POST", f"/coupons/{template_id}/issues", body, key=key).json == first.json
    assert desk("GET", f"/coupons/{template_id}").json["issued"] == len(wallet()["items"]) == 1
    company(OTHER_AGENT)
    reused = desk("POST", f"/coupons/{template_id}/issues", {"agent_ids": [OTHER_AGENT]}, key=key)
    assert (reused.status, reused.json["code"]) == (409, "KeyReused")
    assert desk("POST", f"/coupons/{template_id}/issues", body).status == 400


def test_what_was_issued_is_told_again_after_the_window_of_its_coupons(desk, template, at):
    path = f"/coupons/{template(valid_days=None, window=WINDOW)}/issues"
    key, body = new_key(), {"agent_ids": [AGENT]}
    company()
    first = desk("POST", path, body, key=key)
    at("2026-12-01T00:00:00Z")
    token = staff_token("pricing")
    assert desk("POST", path, body, key=key, token=token).json == first.json
    assert desk("POST", path, body, key=new_key(), token=token).json["code"] == "TemplateExhausted"


def test_issuing_in_parallel_with_one_key_issues_once(desk, template):
    template_id, key = template(), new_key()
    company()
    with ThreadPoolExecutor(6) as people:
        answers = list(
            people.map(
                lambda _: desk("POST", f"/coupons/{template_id}/issues", {"agent_ids": [AGENT]}, key=key),
                range(6),
            )
        )
    assert {answer.status for answer in answers} == {201}
    assert desk("GET", f"/coupons/{template_id}").json["issued"] == len(wallet()["items"]) == 1


def test_an_unknown_agent_gets_nothing_and_neither_do_the_others(desk, template):
    template_id = template()
    company()
    body = {"agent_ids": [AGENT, OTHER_AGENT]}
    assert desk("POST", f"/coupons/{template_id}/issues", body, key=new_key()).status == 404
    assert wallet()["items"] == []


def test_the_quota_is_never_exceeded(desk, template, at):
    template_id = template(quota=3)

    def issue(number):
        parts = operations.issue_coupon_parts(AGENT, template_id, f"COUPON{number:04}", "gift", at.now)
        try:
            transaction.commit(parts)
        except operations.TemplateExhausted:
            return 0
        return 1

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(issue, range(8))) == 3
    assert desk("GET", f"/coupons/{template_id}").json["issued"] == len(wallet()["items"]) == 3


def test_a_coupon_id_is_issued_once(template, at):
    template_id = template()
    transaction.commit(operations.issue_coupon_parts(AGENT, template_id, "COUPON0001", "gift", at.now))
    with pytest.raises(Conflict) as refused:
        transaction.commit(operations.issue_coupon_parts(AGENT, template_id, "COUPON0001", "gift", at.now))
    assert refused.value.code == "CouponAlreadyIssued"


def test_a_stopped_template_issues_nothing(desk, template, at):
    template_id = template()
    stopped = desk("PUT", f"/coupons/{template_id}/state", {"version": 1, "state": "stopped"})
    assert (stopped.status, stopped.json["state"]) == (200, "stopped")
    with pytest.raises(operations.TemplateExhausted):
        transaction.commit(operations.issue_coupon_parts(AGENT, template_id, "COUPON0001", "gift", at.now))


def test_new_terms_leave_issued_coupons_as_they_were(desk, template, coupon):
    template_id = desk("GET", "/coupons").json["items"][0]["id"]
    terms = {"name": "新客券", "discount": {"off_fen": 1}, "window": WINDOW}
    edited = desk("PUT", f"/coupons/{template_id}", {"version": 1, "terms": terms})
    assert (edited.status, edited.json["issued"], edited.json["version"]) == (200, 1, 2)
    assert wallet()["items"][0]["off_fen"] == 2_000
    assert desk("PUT", f"/coupons/{template_id}", {"version": 1, "terms": terms}).status == 409


def test_the_wallet_is_paged(template, at):
    template_id = template()
    for number in range(3):
        parts = operations.issue_coupon_parts(AGENT, template_id, f"COUPON{number:04}", "gift", at.now)
        transaction.commit(parts)
    first = wallet(limit=2)
    second = wallet(limit=2, cursor=first["next_cursor"])
    found = {one["coupon_id"] for one in first["items"] + second["items"]}
    assert found == {"COUPON0000", "COUPON0001", "COUPON0002"}
    foreign = {"tab": "used", "cursor": first["next_cursor"]}
    assert call(api.app, "GET", "/coupons", token=agent_token(), query=foreign).status == 400
    stolen = {"tab": "usable", "cursor": first["next_cursor"]}
    assert call(api.app, "GET", "/coupons", token=agent_token(OTHER_AGENT), query=stolen).status == 400


def test_the_wallet_is_for_signed_in_agents(desk):
    assert call(api.app, "GET", "/coupons").status == 401
    assert call(api.app, "GET", "/coupons", token=staff_token("pricing")).status == 403
    assert call(api.app, "GET", "/coupons", token=agent_token(), query={"tab": "all"}).status == 422
    assert call(api.app, "GET", "/coupons", token=agent_token(), query={"limit": 101}).status == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"agent_ids": []},
        {"agent_ids": [AGENT, AGENT]},
        {"agent_ids": ["../x"]},
        {"agent_ids": AGENT},
        {},
    ],
)
def test_wrong_issues_are_refused(desk, template, wrong):
    assert desk("POST", f"/coupons/{template()}/issues", wrong, key=new_key()).status == 422
