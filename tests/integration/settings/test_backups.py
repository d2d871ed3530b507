"""Backups hold every item; a restore drill brings them back into new tables and notices what is wrong."""

import gzip
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.admin import api as admin
from functions.settings import dynamodb, events, operations, rules, storage
from functions.settings.schemas import Change, ExportFile, ShopInfo
from functions.settings.table import SectionRow
from infra.local import names, resources
from kit import aws, clock
from tests.kit.http import call
from tests.kit.people import CLERK, agent_token, sign_with_test_key, staff_token
from tests.kit.pump import Pump

NIGHT = {"time": "2026-11-22T19:00:00Z"}
NIGHTLY = operations.nightly_id(clock.from_text(NIGHT["time"]))
KEY = "a-key-of-this-test"
ORDERS = os.environ["ORDERS_TABLE"]


@pytest.fixture
def pump(tables, cloud):
    return Pump(tables, cloud, contexts={"settings"})


@pytest.fixture
def desk(tables, cloud, at):
    sign_with_test_key()

    def ask(method, path, body=None, **options):
        return call(admin.app, method, f"/admin{path}", body, **{"token": staff_token("settings")} | options)

    yield ask
    for table in aws.client("dynamodb").list_tables()["TableNames"]:
        if "-restored-" in table:
            dynamodb.drop(table)


@pytest.fixture
def orders(tables):
    """Rows of every kind of value, more than one file of them."""
    rows = [
        {
            "pk": {"S": f"AGENT#{number % 3}"},
            "sk": {"S": f"ORDER#{number:04d}"},
            "placed_at": {"S": f"2026-11-22T02:{number % 60:02d}:00Z"},
            "total_fen": {"N": str(number * 100)},
            "lines": {"L": [{"M": {"sku_id": {"S": "茶"}, "gift": {"BOOL": False}}}]},
            "tags": {"SS": ["甲", "乙"]},
            "note": {"NULL": True},
            "seal": {"B": bytes(range(8))},
        }
        for number in range(60)
    ]
    dynamodb.load(ORDERS, rows)
    return rows


def back_up(pump):
    events.export_tables(NIGHT, None)
    pump()


def drill(desk, pump, backup_id=NIGHTLY, key=KEY, **body):
    started = desk("POST", f"/backups/{backup_id}/restore-drill", body, key=key)
    assert started.status == 202, started.text
    pump()
    return desk("GET", f"/restore-drills/{started.json['drill_id']}").json


def bucket():
    return names.name_of("BackupsBucket")


def everything(table):
    items, end = dynamodb.scan(table, 0, 1, None, 1 << 20)
    assert end is None
    return sorted(map(rules.line, items))


class TestBackup:
    def test_every_item_of_every_table_is_in_it(self, desk, pump, orders):
        back_up(pump)
        (card,) = desk("GET", "/backups").json["items"]
        assert (card["backup_id"], card["state"], card["started_by"]) == (NIGHTLY, "complete", None)
        shown = desk("GET", f"/backups/{NIGHTLY}").json
        assert sorted(one["name"] for one in shown["tables"]) == sorted(os.environ["ALL_TABLES"].split(","))
        assert {one["name"]: one["items"] for one in shown["tables"]}[ORDERS] == len(orders)
        assert all(one["segments"] == one["segments_done"] for one in shown["tables"])

    def test_a_repeated_night_and_repeated_messages_change_nothing(self, desk, pump, orders):
        back_up(pump)
        before = desk("GET", f"/backups/{NIGHTLY}").json
        back_up(pump)
        for number in (0, 1, 7):
            command = ExportFile(backup_id=NIGHTLY, table=ORDERS, segment=0, number=number)
            assert operations.export_file(command, bucket(), clock.now()) is None
        assert desk("GET", f"/backups/{NIGHTLY}").json == before

    def test_it_is_written_file_by_file_and_goes_on_where_it_stopped(
        self, tables, cloud, orders, monkeypatch
    ):
        page = aws.client("dynamodb").scan

        def small(**asked):
            return page(**asked | {"Limit": 7})

        monkeypatch.setattr(aws.client("dynamodb"), "scan", small)
        (command,) = operations.start_backup([ORDERS], "B1", None, clock.now())
        numbers = []
        while command:
            numbers.append(command.number)
            again = operations.export_file(command, bucket(), clock.now(), most_bytes=1)
            # the same message once more: nothing is written twice
            assert operations.export_file(command, bucket(), clock.now(), most_bytes=1) in (again, None)
            command = again
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= 9
        assert operations.backup("B1").items == len(orders)

    def test_deliveries_in_parallel_note_each_file_once(self, tables, cloud, orders):
        (command,) = operations.start_backup([ORDERS], "B1", None, clock.now())

        def export(_):
            return operations.export_file(command, bucket(), clock.now())

        with ThreadPoolExecutor(6) as workers:
            assert list(workers.map(export, range(6))) == [None] * 6
        found = operations.backup("B1")
        assert (found.state, found.items, found.tables[0].files) == ("complete", len(orders), 1)

    def test_staff_start_one_by_hand_once(self, desk, pump, orders):
        for _ in range(2):
            answer = desk("POST", "/backups", key=KEY)
            assert (answer.status, answer.json["started_by"]) == (202, CLERK)
        pump()
        assert [one["state"] for one in desk("GET", "/backups").json["items"]] == ["complete"]


class TestRestore:
    def test_all_tables_come_back_item_by_item_and_go_again(self, desk, pump, orders):
        operations.change(ShopInfo, _change("云雾"), CLERK, clock.now())
        back_up(pump)
        result = drill(desk, pump)
        assert (result["result"], result["finished_at"]) == ("passed", "2026-11-22T02:00:00Z")
        assert {one["result"] for one in result["tables"]} == {"passed"}
        assert {one["name"]: one["items"] for one in result["tables"]}[ORDERS] == len(orders)
        assert not [name for name in aws.client("dynamodb").list_tables()["TableNames"] if "restored" in name]
        assert desk("GET", f"/backups/{NIGHTLY}").json["drills"] == [result["drill_id"]]

    def test_rows_that_were_deleted_and_altered_since_are_as_they_were(self, desk, pump, tables, orders):
        before = everything(ORDERS)
        back_up(pump)
        for row in orders[:20]:
            key = {name: row[name] for name in ("pk", "sk")}
            aws.client("dynamodb").delete_item(TableName=ORDERS, Key=key)
        dynamodb.load(ORDERS, [row | {"total_fen": {"N": "1"}} for row in orders[20:40]])
        assert everything(ORDERS) != before
        result = drill(desk, pump, tables=[ORDERS], keep_tables=True)
        (copy,) = result["tables"]
        assert (result["result"], copy["differences"], copy["items"]) == ("passed", 0, 60)
        assert everything(copy["restored_as"]) == before
        assert dynamodb.definition(copy["restored_as"]) == dynamodb.definition(ORDERS)

    def test_a_whole_table_that_was_lost_comes_back(self, desk, pump, tables, orders):
        before = everything(ORDERS)
        back_up(pump)
        dynamodb.drop(ORDERS)
        result = drill(desk, pump, tables=[ORDERS], keep_tables=True)
        resources.create_table(tables.store, resources.tables()[ORDERS])
        assert everything(result["tables"][0]["restored_as"]) == before

    def test_a_file_that_was_tampered_with_is_found(self, desk, pump, orders):
        back_up(pump)
        key = _file_of(ORDERS)
        content = gzip.decompress(storage.read(bucket(), key)).replace(b'{"N":"100"}', b'{"N":"999"}')
        storage.write(bucket(), key, gzip.compress(content))
        result = drill(desk, pump)
        tables_ = {one["name"]: one for one in result["tables"]}
        assert (result["result"], tables_[ORDERS]["result"]) == ("failed", "failed")
        assert tables_[ORDERS]["examples"][0] == {"problem": "file_damaged", "file": key, "item": None}
        assert {one["result"] for name, one in tables_.items() if name != ORDERS} == {"passed"}

    def test_a_file_that_is_gone_is_found(self, desk, pump, orders):
        back_up(pump)
        aws.client("s3").delete_object(Bucket=bucket(), Key=_file_of(ORDERS))
        (table,) = drill(desk, pump, tables=[ORDERS])["tables"]
        assert [one["problem"] for one in table["examples"]] == ["file_missing", "count_different"]

    def test_a_manifest_that_was_tampered_with_is_found(self, desk, pump, orders):
        back_up(pump)
        key = f"{NIGHTLY}/manifest.json"
        storage.write(bucket(), key, storage.read(bucket(), key).replace(b'"items": 60', b'"items": 6'))
        (table,) = drill(desk, pump, tables=[ORDERS])["tables"]
        assert [one["problem"] for one in table["examples"]] == ["manifest_damaged"]

    def test_the_same_key_starts_one_drill_and_no_other(self, desk, pump, orders):
        back_up(pump)
        first = drill(desk, pump, tables=[ORDERS])
        assert drill(desk, pump, tables=[ORDERS]) == first
        other = desk("POST", f"/backups/{NIGHTLY}/restore-drill", {}, key=KEY)
        assert (other.status, other.json["code"]) == (409, "KeyReused")

    def test_an_unfinished_backup_is_not_restored(self, desk, orders):
        operations.start_backup([ORDERS], "B1", None, clock.now())
        answer = desk("POST", "/backups/B1/restore-drill", {}, key=KEY)
        assert (answer.status, answer.json["code"]) == (409, "BackupIncomplete")

    def test_a_table_that_is_not_in_it_is_refused(self, desk, pump, orders):
        back_up(pump)
        answer = desk("POST", f"/backups/{NIGHTLY}/restore-drill", {"tables": ["something"]}, key=KEY)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, "tables")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/backups"),
        ("POST", "/backups"),
        ("GET", "/backups/B1"),
        ("POST", "/backups/B1/restore-drill"),
        ("GET", "/restore-drills/D1"),
    ],
)
class TestDoor:
    def test_only_staff_with_the_permission_come_in(self, desk, method, path):
        assert desk(method, path, {}, key=KEY, token=None).status == 401
        assert desk(method, path, {}, key=KEY, token=agent_token()).status == 403
        assert desk(method, path, {}, key=KEY, token=staff_token("orders")).status == 403

    def test_what_is_not_there_is_not_found(self, desk, method, path):
        expected = 404 if "1" in path else {"GET": 200, "POST": 202}[method]
        assert desk(method, path, {}, key=KEY).status == expected

    def test_a_command_needs_a_key_and_a_body_that_can_be_read(self, desk, method, path):
        if method == "POST":
            assert desk(method, path, {}).status == 400
        if "drill" in path and method == "POST":
            assert desk(method, path, {"surprise": 1}, key=KEY).status == 422
            assert desk(method, path, "{", key=KEY).status == 400


def _file_of(table):
    found = aws.client("s3").list_objects_v2(Bucket=bucket(), Prefix=f"{NIGHTLY}/{table}/")
    return found["Contents"][0]["Key"]


def _change(name):
    return Change[ShopInfo](version=0, value=ShopInfo(name=name))


def test_jobs_leave_the_sections_alone(desk, pump, orders):
    operations.change(ShopInfo, _change("云雾"), CLERK, clock.now())
    back_up(pump)
    assert SectionRow.find("SECTION#shop", "CURRENT").document["name"] == "云雾"
