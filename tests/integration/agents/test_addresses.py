"""The address book."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.agents import operations, rules
from tests.integration.agents.conftest import ask
from tests.kit.accounts import REGION
from tests.kit.http import Answer

ADDRESS = {"contact_name": "王伟", "phone": "13900000001", "region": REGION, "text": "天河路 1 号"}


class TestAddresses:
    def add(self, token: str, **changes: Any) -> Answer:
        return ask("POST", "/me/addresses", ADDRESS | changes, token=token)

    def test_the_first_is_the_default_until_another_is(self, token: str) -> None:
        first, second = self.add(token).json, self.add(token, text="天河路 2 号").json
        assert (first["is_default"], second["is_default"]) == (True, False)
        third = self.add(token, text="天河路 4 号", is_default=True).json
        listed = ask("GET", "/me/addresses", token=token).json["items"]
        assert [one["address_id"] for one in listed if one["is_default"]] == [third["address_id"]]
        assert listed[0]["address_id"] == third["address_id"]
        path = f"/me/addresses/{second['address_id']}"
        edited = ask("PATCH", path, {"version": 1, "is_default": True, "text": "天河路 3 号"}, token=token)
        assert (edited.json["is_default"], edited.json["text"]) == (True, "天河路 3 号")
        assert ask("DELETE", path, token=token).status == 204
        assert ask("GET", path, token=token).json["code"] == "AddressNotFound"
        assert [one["is_default"] for one in ask("GET", "/me/addresses", token=token).json["items"]] == [
            False
        ] * 2
        assert self.add(token, text="天河路 5 号").json["is_default"]

    def test_one_that_is_there_already_stays_the_only_one(self, token: str) -> None:
        first, second = self.add(token).json, self.add(token, text="天河路 2 号").json
        assert self.add(token).json == first
        assert self.add(token, text="天河路 2 号").json == second
        assert len(ask("GET", "/me/addresses", token=token).json["items"]) == 2

    def test_there_are_at_most_fifty_however_they_come(self, token: str) -> None:
        for number in range(rules.MOST_ADDRESSES - 2):
            assert self.add(token, text=f"天河路 {number} 号").status == 201
        with ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(lambda n: self.add(token, text=f"滨江路 {n} 号").status, range(4)))
        assert statuses == [201, 201, 409, 409]
        listed = ask("GET", "/me/addresses", token=token).json["items"]
        assert len(listed) == rules.MOST_ADDRESSES
        ask("DELETE", f"/me/addresses/{listed[-1]['address_id']}", token=token)
        assert self.add(token, text="滨江路 9 号").status == 201

    def test_somebody_elses_is_not_found(self, token: str, stranger: str, owner: dict[str, Any]) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        assert ask("GET", path, token=stranger).status == 404
        assert ask("PATCH", path, {"version": 1, "text": "改到别处"}, token=stranger).status == 404
        assert ask("DELETE", path, token=stranger).status == 404
        self.add(stranger)
        assert ask("DELETE", path, token=stranger).status == 404
        found = operations.address(owner["agent_id"], path.rpartition("/")[2])
        assert found.text == "天河路 1 号"

    def test_a_stale_edit_is_refused(self, token: str) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        assert ask("PATCH", path, {"version": 1, "text": "天河路 9 号"}, token=token).json["version"] == 2
        assert ask("PATCH", path, {"version": 1, "text": "天河路 8 号"}, token=token).json["code"] == "Stale"

    def test_of_parallel_deletions_one_finds_it(self, token: str) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        with ThreadPoolExecutor(3) as pool:
            statuses = sorted(pool.map(lambda _: ask("DELETE", path, token=token).status, range(3)))
        assert statuses == [204, 404, 404]

    @pytest.mark.parametrize(
        "change",
        [
            {"phone": "12345"},
            {"contact_name": ""},
            {"text": "短"},
            {"text": "长" * 121},
            {"region": REGION | {"district_code": None}},
            {"region": REGION | {"city_code": "430100"}},
            {"region": REGION | {"province": "中国"}},
            {"latitude": 1},
        ],
    )
    def test_out_of_bounds(self, token: str, change: dict[str, Any]) -> None:
        assert self.add(token, **change).status == 422

    def test_whoever_left_keeps_no_addresses(self, token: str) -> None:
        path = f"/me/addresses/{self.add(token).json['address_id']}"
        ask("DELETE", "/me", token=token)
        assert ask("GET", "/me/addresses", token=token).json["items"] == []
        assert self.add(token).json["code"] == "CompanyNotActive"
        assert ask("PATCH", path, {"version": 1}, token=token).json["code"] == "CompanyNotActive"
