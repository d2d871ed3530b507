"""What staff and dealers see of many gifts and redemptions at once: popularity, regions, whole pages."""

from datetime import timedelta

from functions.gifts import operations
from kit import clock
from tests.integration.catalog.conftest import PNG, put
from tests.integration.gifts.conftest import dealer, gift, redeem
from tests.kit.companies import BEIJING
from tests.kit.people import OTHER_AGENT, staff_token


def test_popularity_counts_pieces_agents_and_points(office, agent):
    mug, speaker = gift(stock=50), gift(name="音箱", points=200)
    redeem(agent, mug, quantity=2)
    redeem(agent, mug, key="key-00002")
    dealer(OTHER_AGENT)
    redeem(OTHER_AGENT, mug)
    cancelled = redeem(agent, speaker, key="key-00003").redemption_id
    operations.cancel(agent, cancelled, clock.now())
    found = office("GET", "/gifts/statistics").json
    assert (found["redeemed"], found["points_spent"]) == (4, 400)
    assert [(item["name"], item["redeemed"], item["agents"], item["stock"]) for item in found["items"]] == [
        ("马克杯", 4, 2, 46),
        ("音箱", 0, 0, 10),
    ]


def test_an_agent_counts_while_they_keep_a_piece(office, agent):
    mug = gift()
    first, second = (redeem(agent, mug, key=f"key-0000{number}").redemption_id for number in (1, 2))

    def agents_counted():
        return operations.staff_gift(mug).agents

    operations.cancel(agent, first, clock.now())
    assert agents_counted() == 1
    operations.cancel(agent, second, clock.now())
    assert agents_counted() == 0
    redeem(agent, mug, key="key-00003")
    assert agents_counted() == 1


def test_the_pictures_of_a_gift_are_pictures_that_were_uploaded(office):
    terms = {"name": "马克杯", "kind": "physical", "category": "home", "points": 100}

    def made(*images):
        return office("POST", "/gifts", terms | {"images": images})

    put("public/gifts/1.png", PNG)
    put("public/gifts/2.png", b"<html>")
    assert made("https://elsewhere/1.png").json["code"] == "Invalid"
    refused = made("public/gifts/1.png", "public/gifts/2.png", "public/gifts/3.png")
    assert (refused.json["code"], refused.json["keys"]) == (
        "PictureRefused",
        ["public/gifts/2.png", "public/gifts/3.png"],
    )
    drafted = made("public/gifts/1.png").json
    edited = office(
        "PUT", f"/gifts/{drafted['gift_id']}", terms | {"images": ["public/gifts/2.png"], "version": 1}
    )
    assert edited.json["code"] == "PictureRefused"


def test_staff_of_another_region_see_no_redemption(office, agent):
    path = f"/redemptions/{redeem(agent, gift()).redemption_id}"
    beijing, guangdong = (staff_token("gifts", regions=(code,)) for code in ("110000", "440000"))
    assert office("GET", path, token=beijing).status == 404
    assert office("POST", f"{path}/approval", token=beijing).status == 404
    assert office("GET", "/redemptions", token=beijing).json["items"] == []
    assert len(office("GET", "/redemptions", token=guangdong).json["items"]) == 1
    assert office("POST", f"{path}/approval", token=guangdong).status == 200


def test_pages_are_full_where_a_clerk_does_not_see_all(office, agent, at):
    mug = gift(stock=50)
    mine = dealer(OTHER_AGENT, region=BEIJING)
    for number in range(6):
        at.advance(minutes=1)
        redeem(agent, mug, key=f"key-1000{number}")
        if number % 2:
            redeem(mine, mug, key=f"key-2000{number}")
    beijing, first = staff_token("gifts", regions=("110000",)), {"limit": 2}
    page = office("GET", "/redemptions", query=first, token=beijing).json
    assert len(page["items"]) == 2
    rest = office("GET", "/redemptions", query=first | {"cursor": page["next_cursor"]}, token=beijing).json
    assert [item["agent_id"] for item in page["items"] + rest["items"]] == [mine] * 3
    assert rest["next_cursor"] is None


def test_staff_page_through_what_one_company_redeemed(office, agent, at):
    mug, others = gift(stock=50), dealer(OTHER_AGENT, region=BEIJING)
    made = []
    for number in range(3):
        at.advance(minutes=1)
        made.append(redeem(agent, mug, key=f"key-1000{number}").redemption_id)
        redeem(others, mug, key=f"key-2000{number}")
    operations.cancel(agent, made[0], clock.now())
    path = f"/redemptions?agent_id={agent}"
    page = office("GET", path, query={"limit": 2}).json
    rest = office("GET", path, query={"limit": 2, "cursor": page["next_cursor"]}).json
    assert [item["redemption_id"] for item in page["items"] + rest["items"]] == made[::-1]
    assert rest["items"][0]["state"] == "cancelled"
    foreign = office("GET", f"/redemptions?agent_id={others}", query={"cursor": page["next_cursor"]})
    assert foreign.json["code"] == "CursorInvalid"
    assert office("GET", path, query={"state": "approved"}).status == 422
    assert office("GET", path, token=staff_token("gifts", regions=("110000",))).status == 404


def test_gifts_that_are_over_leave_no_gap_in_a_page(shop, agent, at):
    ends_at = clock.to_text(clock.now() + timedelta(days=1))
    for points_wanted in (10, 20, 30):
        gift(points=points_wanted, ends_at=ends_at)
    kept = [gift(points=40), gift(points=50)]
    at.advance(days=2)
    page = shop("GET", "/gifts", query={"limit": 2}).json
    assert [item["gift_id"] for item in page["items"]] == kept
