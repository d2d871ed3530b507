"""Companies as staff look for them: filters, trade, segments, files."""

import csv
import io
from typing import Any

import pytest

from functions.admin import api as admin_api
from functions.agents import operations, rules
from functions.agents.operations import trading
from functions.agents.schemas import OrderPaid, OrderRefunded
from functions.agents.schemas.facts import PaidLine
from infra.local import names
from kit import aws, clock
from tests.integration.agents.conftest import admin, approve, staff
from tests.kit.accounts import REGION, register
from tests.kit.engines import Cloud, Tables
from tests.kit.http import call
from tests.kit.people import staff_token
from tests.kit.pump import Pump
from tests.kit.time import Clock

HUNAN = {
    "province_code": "430000",
    "province": "湖南省",
    "city_code": "430100",
    "city": "长沙市",
    "district_code": "430102",
    "district": "芙蓉区",
}


def buys(agent_id: str, order_id: str, fen: int) -> None:
    """A company pays an order, as the fact tells it."""
    at = clock.to_text(clock.now())
    fact = {"event_id": order_id, "occurred_at": at, "order_id": order_id, "agent_id": agent_id}
    paid = OrderPaid(**fact, paid_at=at, lines=(PaidLine(net_fen=fen),))
    trading.note_paid(paid, clock.now())


def gives_back(agent_id: str, order_id: str, left_fen: int) -> None:
    """So much is left of an order."""
    at = clock.to_text(clock.now())
    fact = {"event_id": order_id, "occurred_at": at, "order_id": order_id, "agent_id": agent_id}
    trading.note_refunded(OrderRefunded(**fact, remaining_lines=(PaidLine(net_fen=left_fen),)), clock.now())


def written(export_id: str) -> list[dict[str, str]]:
    """The rows of a file."""
    key = f"agents/agents-{export_id}.csv"
    stored = aws.client("s3").get_object(Bucket=names.name_of("ExportsBucket"), Key=key)["Body"].read()
    return list(csv.DictReader(io.StringIO(stored.decode().removeprefix("\ufeff"))))


class TestLists:
    @pytest.fixture(autouse=True)
    def companies(self, shop: None, cloud: Cloud, at: Clock) -> list[str]:
        """Five companies, of which four are active, in two provinces and two tiers."""
        ids = []
        for number in range(5):
            at.advance(minutes=10)
            tokens = register(
                cloud,
                email=f"c{number}@example.com",
                phone=f"1370000000{number}",
                company_name=f"公司{number}号",
            )
            ids.append(tokens["agent_id"])
        for number, agent_id in enumerate(ids[:4]):
            region, tier = (REGION, "gold") if number % 2 else (HUNAN, "silver")
            at.advance(minutes=1)
            approve(agent_id, region=region, tier=tier, salesperson_id="0" * 25 + str(number))
        return ids

    def test_filters(self) -> None:
        def found(**query: Any) -> list[str]:
            return sorted(card["name"] for card in admin("GET", "/agents", query=query).json["items"])

        assert found() == [f"公司{number}号" for number in range(5)]
        assert found(state="active", tier="gold") == ["公司1号", "公司3号"]
        assert found(state="pending_review") == ["公司4号"]
        assert found(region="430000") == ["公司0号", "公司2号"]
        assert found(region="440100", tier="silver") == []
        assert found(salesperson_id="0" * 25 + "2") == ["公司2号"]
        assert found(q="司3") == ["公司3号"]

    def test_names_are_told_to_staff_for_ids_they_met(self, companies: list[str]) -> None:
        asked = ",".join([*companies[:2], "0" * 26, companies[0]])
        answer = admin("GET", "/agents/names", token=staff("orders.ship"), query={"ids": asked})
        assert answer.json["names"] == {companies[0]: "公司0号", companies[1]: "公司1号"}
        assert admin("GET", "/agents/names", query={"ids": "nobody"}).status == 422
        assert call(admin_api.app, "GET", "/admin/agents/names", query={"ids": asked}).status == 401

    @pytest.mark.parametrize("permission", ["pricing", "points", "messages", "agents.review"])
    def test_who_chooses_companies_sees_their_names_alone(
        self, permission: str, companies: list[str]
    ) -> None:
        token = staff(permission, regions=("430000",))
        choices = admin("GET", "/agents/choices", token=token).json["items"]
        assert sorted(choices, key=lambda one: str(one["name"])) == [
            {"agent_id": companies[number], "name": f"公司{number}号"} for number in (0, 2)
        ]
        members = {"agent_ids": [companies[1], companies[2]]}
        made = admin("POST", "/segments", {"name": "试点", "members": members}).json["segment_id"]
        named = admin("GET", "/segments/choices", token=token).json["items"]
        assert named == [{"segment_id": made, "name": "试点"}]
        within = admin("GET", "/agents/choices", token=token, query={"segment": made}).json["items"]
        assert within == [{"agent_id": companies[2], "name": "公司2号"}]
        assert admin("GET", "/tiers", token=token).status == 200
        for path in ("/segments", "/agents", f"/agents/{companies[2]}"):
            assert admin("GET", path, token=token).status == 403
        assert admin("GET", "/agents/choices", token=staff("stock")).status == 403

    def test_choices_page_and_filter(self, companies: list[str]) -> None:
        token, seen, cursor = staff("pricing"), [], {}
        while True:
            page = admin("GET", "/agents/choices", token=token, query={"limit": 2} | cursor).json
            seen += [one["name"] for one in page["items"]]
            if not page["next_cursor"]:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert sorted(seen) == [f"公司{number}号" for number in range(5)]

        def found(**query: Any) -> list[str]:
            items = admin("GET", "/agents/choices", token=token, query=query).json["items"]
            return sorted(one["name"] for one in items)

        assert found(tier="gold", state="active") == ["公司1号", "公司3号"]
        assert found(q="司3") == ["公司3号"]

    def test_trade_is_shown_and_looked_for(self, companies: list[str], at: Clock) -> None:
        first, second, third = companies[:3]
        buys(first, "A", 5_000)
        at.advance(days=60)
        buys(first, "B", 2_000), buys(first, "B", 2_000), buys(second, "C", 9_000)
        gives_back(second, "C", 1_000)
        at.advance(days=40)
        buys(third, "D", 100)

        def found(**query: Any) -> list[str]:
            return sorted(card["name"] for card in admin("GET", "/agents", query=query).json["items"])

        cards = {card["agent_id"]: card for card in admin("GET", "/agents").json["items"]}
        assert [(cards[one]["orders"], cards[one]["paid_fen"]) for one in companies[:4]] == [
            (1, 2_000),
            (1, 1_000),
            (1, 100),
            (0, 0),
        ]
        assert found(paid_from_fen=1_000) == ["公司0号", "公司1号"]
        assert found(orders_from=1, paid_to_fen=100) == ["公司2号"]
        assert found(state="active", orders_to=0) == ["公司3号"]
        today = clock.business_day(clock.now()).isoformat()
        assert found(ordered_since=today) == ["公司2号"]
        assert found(state="active", not_ordered_since=today) == ["公司0号", "公司1号", "公司3号"]
        assert admin("GET", "/agents", query={"orders_from": "-1"}).status == 422

    def test_pages_are_full_whoever_is_looked_for(self, companies: list[str]) -> None:
        for agent_id in companies[1:4:2]:
            buys(agent_id, "A", 100)
        first = admin("GET", "/agents", query={"orders_from": 1, "limit": 1}).json
        assert len(first["items"]) == 1
        query = {"orders_from": 1, "limit": 1, "cursor": first["next_cursor"]}
        second = admin("GET", "/agents", query=query).json
        names = [card["name"] for page in (first, second) for card in page["items"]]
        assert sorted(names) == ["公司1号", "公司3号"]

    def test_a_segment_is_counted_before_it_is_saved(self, companies: list[str]) -> None:
        asked = {"members": {"tiers": ["gold"], "agent_ids": [companies[0], companies[4]]}}
        seen = admin("POST", "/segments/preview", asked).json
        assert (seen["companies"], seen["is_whole"]) == (3, True)
        assert sorted(card["name"] for card in seen["sample"]) == ["公司0号", "公司1号", "公司3号"]
        hunan = staff("agents", regions=("430000",))
        assert admin("POST", "/segments/preview", asked, token=hunan).json["companies"] == 1
        assert admin("POST", "/segments/preview", asked, token=staff("orders.read")).status == 403
        assert admin("GET", "/segments").json["items"] == []

    def test_there_is_a_limit_to_segments(self) -> None:
        form = {"name": "金牌", "members": {"tiers": ["gold"]}}
        added = [admin("POST", "/segments", form) for _ in range(rules.MOST_SEGMENTS + 1)]
        assert {answer.status for answer in added[:-1]} == {201}
        assert (added[-1].status, added[-1].json["code"]) == (409, "TooManySegments")

    def test_companies_are_written_into_a_file(
        self, companies: list[str], tables: Tables, cloud: Cloud
    ) -> None:
        pump = Pump(tables, cloud, {"agents"})
        buys(companies[1], "A", 123_45)
        begun = admin("POST", "/agents/export", {"state": "active"}, key="export-01").json
        again = admin("POST", "/agents/export", {"state": "active"}, key="export-01").json
        assert (begun["stage"], begun["url"], again) == ("running", None, begun)
        other = admin("POST", "/agents/export", {}, key="export-01")
        assert (other.status, other.json["code"]) == (409, "KeyReused")
        pump()
        done = admin("GET", f"/agents/exports/{begun['export_id']}").json
        assert (done["stage"], done["companies"]) == ("complete", 4)
        assert begun["export_id"] in done["url"]
        rows = written(begun["export_id"])
        assert [row["90天采购额(元)"] for row in rows if row["公司"] == "公司1号"] == ["123.45"]
        assert {row["状态"] for row in rows} == {"合作中"}

    def test_a_file_holds_what_its_owner_may_see_and_nobody_else_gets_it(
        self, companies: list[str], tables: Tables, cloud: Cloud
    ) -> None:
        pump = Pump(tables, cloud, {"agents"})
        hunan = staff("agents", regions=("430000",))
        begun = admin("POST", "/agents/export", {}, token=hunan, key="export-02").json
        path = f"/agents/exports/{begun['export_id']}"
        pump()
        assert admin("GET", path, token=hunan).json["companies"] == 2
        assert admin("GET", path, token=staff_token("agents", user_id="0" * 26)).status == 404
        assert admin("POST", "/agents/export", {}, token=staff("orders.read"), key="export-03").status == 403
        unknown = admin("POST", "/agents/export", {"segment": "0000000000"}, key="export-04")
        assert (unknown.status, unknown.json["code"]) == (404, "SegmentNotFound")

    def test_a_segment_is_a_list_too(self, companies: list[str]) -> None:
        form = {"name": "华南金牌", "members": {"tiers": ["gold"], "regions": ["440000"]}}
        segment = admin("POST", "/segments", form).json
        listed = admin("GET", "/agents", query={"segment": segment["segment_id"], "limit": 1}).json
        assert [card["name"] for card in listed["items"]] == ["公司3号"]
        cursor = listed["next_cursor"]
        more = admin("GET", "/agents", query={"segment": segment["segment_id"], "limit": 1, "cursor": cursor})
        assert [card["name"] for card in more.json["items"]] == ["公司1号"]
        assert operations.segments_of(operations.company(companies[1])) == {segment["segment_id"]}
        assert operations.segments_of(operations.company(companies[0])) == frozenset()

        path = f"/segments/{segment['segment_id']}"
        named = {"name": "重点客户", "members": {"agent_ids": [companies[0]]}, "version": 1}
        assert admin("PUT", path, named).json["version"] == 2
        assert admin("PUT", path, named).json["code"] == "Stale"
        assert operations.segments_of(operations.company(companies[0])) == {segment["segment_id"]}
        assert [one["name"] for one in admin("GET", "/segments").json["items"]] == ["重点客户"]
        assert admin("DELETE", path).status == 204
        assert admin("DELETE", path).json["code"] == "SegmentNotFound"
        assert admin("PUT", path, named).json["code"] == "SegmentNotFound"
        assert (
            admin("GET", "/agents", query={"segment": segment["segment_id"]}).json["code"]
            == "SegmentNotFound"
        )

    @pytest.mark.parametrize(
        "form",
        [
            {"name": "", "members": {}},
            {"name": "组", "members": {"tiers": ["GOLD!"]}},
            {"name": "组", "members": {"regions": ["44"]}},
            {"name": "组", "members": {"agent_ids": ["x"] * 501}},
            {"name": "组", "members": {}, "sql": "1"},
            {"name": "组"},
        ],
    )
    def test_segments_out_of_bounds(self, form: dict[str, Any]) -> None:
        assert admin("POST", "/segments", form).status == 422

    def test_pages_join_up_across_states(self) -> None:
        names, cursor = [], None
        while True:
            page = admin("GET", "/agents", query={"limit": 2} | ({"cursor": cursor} if cursor else {})).json
            names += [card["name"] for card in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert names == ["公司3号", "公司2号", "公司1号", "公司0号", "公司4号"]

    def test_a_cursor_fits_its_own_list_only(self) -> None:
        cursor = admin("GET", "/agents", query={"limit": 2}).json["next_cursor"]
        assert admin("GET", "/agents", query={"limit": 2, "cursor": cursor, "tier": "gold"}).status == 400
        assert admin("GET", "/agents", query={"limit": 2, "cursor": cursor[:-1]}).status == 400
        narrow = staff("agents", regions=("440000",))
        assert admin("GET", "/agents", token=narrow, query={"limit": 2, "cursor": cursor}).status == 400

    @pytest.mark.parametrize(
        "query",
        [{"state": "x"}, {"region": "44"}, {"tier": "'"}, {"limit": 1000}, {"sort": "name"}, {"cursor": "x"}],
    )
    def test_filters_out_of_bounds(self, query: dict[str, Any]) -> None:
        assert admin("GET", "/agents", query=query).status in {400, 422}

    def test_staff_of_a_region_see_and_touch_its_companies_only(self, companies: list[str]) -> None:
        guangdong = staff("agents", "agents.review", "finance", regions=("440000",))
        seen = [card["name"] for card in admin("GET", "/agents", token=guangdong).json["items"]]
        assert seen == ["公司3号", "公司1号", "公司4号"]
        hunan_company = companies[0]
        for method, path, body in (
            ("GET", "", None),
            ("PATCH", "", {"version": 2, "contact_name": "他人"}),
            ("POST", "/state", {"version": 2, "state": "suspended", "reason": "测试"}),
            ("PUT", "/tier", {"version": 2, "tier": "gold"}),
            ("PUT", "/credit", {"version": 2, "credit_limit_fen": 1}),
        ):
            assert admin(method, f"/agents/{hunan_company}{path}", body, guangdong).status == 404
        for region, expected in (("430000", []), ("440100", ["公司3号", "公司1号", "公司4号"])):
            listed = admin("GET", "/agents", token=guangdong, query={"region": region}).json["items"]
            assert [card["name"] for card in listed] == expected
