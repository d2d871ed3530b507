"""A year passes: reminders come when promised, and points expire to the point and to the second."""

from datetime import date, datetime, time, timedelta

import pytest

from kit import clock
from tests.e2e import shop
from tests.kit.run import running


def shanghai(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.SHANGHAI)


def test_a_year_of_points(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("year")) as run:
        world = shop.open_shop(run)
        clerk = shop.staff(world)
        dealer = shop.register(
            world, company="昆明翠湖商贸有限公司", phone="13800000001", email="lina@example.com"
        )
        shop.approve(clerk, dealer)
        dealer("PUT", "/auth/wechat-binding", {"code": world.login_code("lina")})
        product = shop.publish_product(clerk, "漾濞核桃", "NUT-1", 88_00, 100)
        address = shop.add_address(dealer)
        order = shop.place(dealer, [{"sku_id": product["skus"][0]["sku_id"], "quantity": 3}], address)
        shop.pay(world, dealer, order["order_id"])
        (bucket,) = dealer("GET", "/points")["expiries"]
        assert bucket["points"] == 264
        last_day = date.fromisoformat(bucket["expires_on"])

        for days in (30, 7, 1):
            world.set_clock(shanghai(last_day - timedelta(days=days), time(10, 1)))
            world.run_schedule("points-remind-expiring")
            world.run_schedule("points-remind-expiring")
            told = shop.sign_in(world, "13800000001")("GET", "/notifications", query={"limit": 50})["items"]
            reminders = [notice for notice in told if notice["kind"] == "PointsExpiring"]
            assert len(reminders) == {30: 1, 7: 2, 1: 3}[days]
            assert f"还剩 {days} 天" in reminders[0]["text"]

        world.set_clock(shanghai(last_day, time(23, 59, 30)))
        assert shop.sign_in(world, "13800000001")("GET", "/points")["available"] == 264

        world.set_clock(shanghai(last_day + timedelta(days=1), time(0, 0, 1)))
        assert shop.sign_in(world, "13800000001")("GET", "/points")["available"] == 0

        world.set_clock(shanghai(last_day + timedelta(days=1), time(0, 6)))
        world.run_schedule("points-expire-buckets")
        points = shop.sign_in(world, "13800000001")("GET", "/points")
        assert (points["available"], points["expired_total"]) == (0, 264)
        assert [entry["points"] for entry in points["entries"]] == [-264, 264]
