"""From review to the agent's hands: shipping, coupons, codes, and what happens when something is missing."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.gifts import events, operations
from functions.gifts.rules.redemptions import RedemptionStepNotAllowed
from functions.gifts.schemas import ImportCodes, RedemptionApproved, RedemptionQuery, ShipGift
from functions.gifts.table.rows import CodeRow, RedemptionRow
from functions.points import operations as points
from functions.pricing import operations as pricing
from functions.pricing.operations.terms import create_template
from functions.pricing.rules.coupons import TemplateTerms
from functions.pricing.schemas import CouponsQuery
from kit import clock, ids, rows
from kit.errors import Invalid
from tests.integration.gifts.conftest import STAFF, dealer, gift, redeem, spendable, stock
from tests.kit import faults
from tests.kit.people import AGENT, OTHER_AGENT

PARCEL = ShipGift(carrier_name="顺丰速运", tracking_no="SF1234567890")


def approved(agent, gift_id, **more):
    redemption_id = redeem(agent, gift_id, **more).redemption_id
    operations.approve(redemption_id, STAFF, clock.now())
    return redemption_id


def state(redemption_id, agent_id=AGENT):
    return operations.show(agent_id, redemption_id).state


@pytest.fixture
def template(agent):
    """The id of a kind of coupons that can be issued."""
    terms = TemplateTerms(name="满减券", discount={"off_fen": 2_000}, valid_days=30)
    return create_template(terms, ids.new_id(clock.now()), "clerk", clock.now()).id


def test_a_mug_is_approved_sent_received_and_completed(agent, at):
    mug = gift()
    redemption_id = approved(agent, mug)
    operations.ship(redemption_id, PARCEL, STAFF, clock.now())
    shown = operations.show(agent, redemption_id)
    assert (shown.state, shown.tracking_no, shown.actions) == ("shipped", "SF1234567890", ["receipt"])
    assert operations.receive(agent, redemption_id, clock.now()).state == "received"
    at.advance(days=7)
    events.complete_delivered({"time": clock.to_text(clock.now())}, None)
    steps = [step.state for step in operations.show(agent, redemption_id).history]
    assert steps == ["pending_review", "approved", "shipped", "received", "completed"]
    assert (spendable(agent), stock(mug)) == (900, 9)


def test_what_nobody_confirms_counts_as_received_after_its_time(agent, at):
    redemption_id = approved(agent, gift())
    operations.ship(redemption_id, PARCEL, STAFF, clock.now())
    at.advance(days=15, seconds=-1)
    assert operations.settle(clock.now()) == 0
    at.advance(seconds=1)
    assert operations.settle(clock.now()) == 1
    assert state(redemption_id) == "received"


def test_a_rejection_gives_everything_back_and_says_why(agent):
    mug = gift(per_agent_limit=1)
    redemption_id = redeem(agent, mug).redemption_id
    operations.reject(redemption_id, "地址不完整", STAFF, clock.now())
    shown = operations.show(agent, redemption_id)
    assert (shown.state, shown.reason) == ("rejected", "地址不完整")
    assert (spendable(agent), stock(mug)) == (1_000, 10)
    redeem(agent, mug, key="key-00002")


def test_points_that_expired_during_the_review_get_grace(agent, at):
    redemption_id = redeem(agent, gift()).redemption_id
    at("2027-11-23T16:00:00Z")
    operations.reject(redemption_id, "缺货", STAFF, clock.now())
    assert spendable(agent) == 100
    assert points.account(agent, clock.now()).expiries[0].expires_on == "2027-12-24"


def test_sixteen_reviewers_at_once_decide_once(agent):
    mug = gift()
    redemption_id = redeem(agent, mug).redemption_id

    def decide(number):
        try:
            if number % 2:
                operations.approve(redemption_id, STAFF, clock.now())
            else:
                operations.reject(redemption_id, "不通过", STAFF, clock.now())
        except RedemptionStepNotAllowed:
            return "late"
        return "decided"

    with ThreadPoolExecutor(16) as staff:
        results = list(staff.map(decide, range(16)))
    assert results.count("decided") == 1
    kept = state(redemption_id) == "approved"
    assert (spendable(agent), stock(mug)) == ((900, 9) if kept else (1_000, 10))


def test_the_queue_shows_who_waits_longest_and_what_to_look_at(agent, at):
    mug = gift(stock=50)
    first = redeem(agent, mug).redemption_id
    at.advance(hours=1)
    for number in range(2, 4):
        redeem(agent, mug, key=f"key-{number:05d}")
    dealer(OTHER_AGENT)
    other = redeem(OTHER_AGENT, mug).redemption_id
    waiting = operations.queue(RedemptionQuery(), STAFF).items
    assert (waiting[0].redemption_id, waiting[0].company_name) == (first, "广州示例贸易有限公司")
    assert waiting[0].steps == ["approval", "rejection"]
    assert len(waiting) == 4
    codes = [hint.code for hint in operations.detail(first, STAFF, clock.now()).hints]
    assert codes == ["new_company", "frequent", "shared_address"]
    assert [hint.code for hint in operations.detail(other, STAFF, clock.now()).hints] == [
        "new_company",
        "shared_address",
    ]


def test_a_code_is_claimed_and_only_its_agent_reads_it(agent):
    service = gift(kind="virtual", category="service", codes="AAAA-1111\nBBBB-2222\n")
    assert stock(service) == 2
    redemption_id = approved(agent, service)
    operations.issue(redemption_id, clock.now())
    shown = operations.show(agent, redemption_id)
    assert shown.state == "issued"
    assert set(shown.codes) < {"AAAA-1111", "BBBB-2222"}
    for text in (
        operations.detail(redemption_id, STAFF, clock.now()).model_dump_json(),
        operations.of_agent(agent, RedemptionQuery()).model_dump_json(),
        repr([rows.plain(row.serialize()) for row in RedemptionRow.query(f"REDEMPTION#{redemption_id}")]),
    ):
        assert "1111" not in text
        assert "2222" not in text


def test_parallel_issuing_gives_each_redemption_codes_of_its_own(agent):
    codes = "\n".join(f"CODE-{number:04d}" for number in range(12))
    service = gift(kind="virtual", category="service", codes=codes)
    redemptions = [
        approved(agent, service, quantity=2, key=f"key-{number:05d}", points=200) for number in range(5)
    ]
    with ThreadPoolExecutor(10) as workers:
        list(workers.map(lambda redemption_id: operations.issue(redemption_id, clock.now()), redemptions * 2))
    given = [code for redemption_id in redemptions for code in operations.show(agent, redemption_id).codes]
    assert len(given) == len(set(given)) == 10
    assert len(list(CodeRow.by_list.query(f"CODES#{service}"))) == 2
    assert stock(service) == 2


def test_issuing_again_changes_nothing(agent):
    service = gift(kind="virtual", category="service", codes="AAAA-1111\nBBBB-2222")
    redemption_id = approved(agent, service)
    operations.issue(redemption_id, clock.now())
    before = operations.show(agent, redemption_id)
    operations.issue(redemption_id, clock.now())
    assert operations.show(agent, redemption_id) == before


@pytest.mark.parametrize("fault", [faults.killed_before, faults.killed_after])
def test_a_process_that_dies_while_issuing_issues_once(agent, fault):
    service = gift(kind="virtual", category="service", codes="AAAA-1111\nBBBB-2222")
    redemption_id = approved(agent, service)
    with faults.injected("TransactWriteItems", None, fault), pytest.raises(faults.Killed):
        operations.issue(redemption_id, clock.now())
    operations.issue(redemption_id, clock.now())
    assert len(operations.show(agent, redemption_id).codes) == 1
    assert len(list(CodeRow.by_list.query(f"CODES#{service}"))) == 1


def test_codes_are_imported_once(agent):
    service = gift(kind="virtual", category="service", codes="AAAA-1111")
    again = operations.import_codes(service, "AAAA-1111\n\n CCCC-3333 \nCCCC-3333\n", "clerk", clock.now())
    assert (again.imported, again.duplicates, again.stock) == (1, 2, 2)
    many = "\n".join(f"CODE-{number:04d}" for number in range(200))
    with ThreadPoolExecutor(4) as clerks:
        results = list(
            clerks.map(lambda _: operations.import_codes(service, many, "clerk", clock.now()), range(4))
        )
    assert sum(result.imported for result in results) == 200
    assert stock(service) == 202
    with pytest.raises(Invalid):
        operations.import_codes(service, "\n".join(map(str, range(1_001))), "clerk", clock.now())
    assert "codes_text" in ImportCodes.model_fields


def test_what_cannot_be_issued_waits_for_staff(agent):
    service = gift(kind="virtual", category="service", codes="AAAA-1111")
    redemption_id = approved(agent, service)
    (code,) = CodeRow.by_list.query(f"CODES#{service}")
    code.update([CodeRow.list_key.remove(), CodeRow.list_sort.remove()])
    operations.issue(redemption_id, clock.now())
    shown = operations.show(agent, redemption_id)
    assert (shown.state, shown.reason) == ("issue_failed", "兑换码已用完")
    assert operations.detail(redemption_id, STAFF, clock.now()).steps == ["issue", "return"]

    operations.import_codes(service, "BBBB-2222", "clerk", clock.now())
    assert operations.issue_again(redemption_id, STAFF, clock.now()).state == "issued"
    assert operations.show(agent, redemption_id).codes == ["BBBB-2222"]


def test_what_cannot_be_issued_at_all_is_given_back(agent):
    service = gift(kind="virtual", category="service", codes="AAAA-1111")
    redemption_id = approved(agent, service)
    (code,) = CodeRow.by_list.query(f"CODES#{service}")
    code.update([CodeRow.list_key.remove(), CodeRow.list_sort.remove()])
    operations.issue(redemption_id, clock.now())
    operations.give_up(redemption_id, "服务已停止", STAFF, clock.now())
    assert (state(redemption_id), spendable(agent)) == ("returned", 1_000)
    with pytest.raises(RedemptionStepNotAllowed):
        operations.issue_again(redemption_id, STAFF, clock.now())


def test_the_fact_of_the_approval_issues(agent):
    service = gift(kind="virtual", category="service", codes="AAAA-1111")
    redemption_id = approved(agent, service)
    (row,) = RedemptionRow.query(f"REDEMPTION#{redemption_id}")
    (fact,) = operations.facts_of({"state": "pending_review"}, rows.plain(row.serialize()))
    assert isinstance(fact, RedemptionApproved)
    body = json.dumps({"detail-type": "RedemptionApproved", "detail": fact.model_dump(mode="json")})
    batch = {"Records": [{"messageId": "1", "body": body}, {"messageId": "2", "body": body}]}
    assert events.on_redemption_approved(batch, None) == {"batchItemFailures": []}
    assert state(redemption_id) == "issued"


def test_a_mug_is_not_issued(agent):
    redemption_id = approved(agent, gift())
    operations.issue(redemption_id, clock.now())
    assert state(redemption_id) == "approved"


def test_every_state_people_wait_for_is_announced(agent):
    mug = gift()
    redemption_id = redeem(agent, mug).redemption_id
    seen = []

    def changed():
        (row,) = RedemptionRow.query(f"REDEMPTION#{redemption_id}")
        image = rows.plain(row.serialize())
        old = seen[-1] if seen else None
        seen.append(image)
        assert list(operations.facts_of(image, image)) == []
        return [(type(fact).__name__, fact) for fact in operations.facts_of(old, image)]

    ((name, fact),) = changed()
    assert (name, fact.agent_id, fact.gift_name, fact.points) == ("RedemptionPlaced", agent, "马克杯", 100)
    operations.approve(redemption_id, STAFF, clock.now())
    assert changed()[0][0] == "RedemptionApproved"
    operations.ship(redemption_id, PARCEL, STAFF, clock.now())
    ((name, fact),) = changed()
    assert (name, fact.carrier_name, fact.tracking_no) == ("RedemptionShipped", "顺丰速运", "SF1234567890")
    operations.receive(agent, redemption_id, clock.now())
    assert changed() == []


def test_a_rejection_is_announced_with_its_reason(agent):
    redemption_id = redeem(agent, gift()).redemption_id
    operations.reject(redemption_id, "地址不完整", STAFF, clock.now())
    (row,) = RedemptionRow.query(f"REDEMPTION#{redemption_id}")
    (fact,) = operations.facts_of({"state": "pending_review"}, rows.plain(row.serialize()))
    assert (fact.reason, fact.points, fact.gift_name) == ("地址不完整", 100, "马克杯")


def test_a_coupon_is_put_into_the_wallet(agent, template):
    coupon = gift(kind="coupon", category="coupon", template_id=template)
    redemption_id = approved(agent, coupon)
    operations.issue(redemption_id, clock.now())
    operations.issue(redemption_id, clock.now())
    (coupon_id,) = operations.show(agent, redemption_id).coupon_ids
    held = pricing.list_coupons(agent, CouponsQuery(), clock.now()).items
    assert [each.coupon_id for each in held] == [coupon_id]
