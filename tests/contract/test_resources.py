"""Tables, streams and alarms keep to the rules that the code relies on."""

import ast
import re

import pytest

from infra import description
from infra.build import apps
from infra.build.code import Symbol, code
from infra.build.facts import pascal
from infra.description import ROOT
from kit import files

TABLES = description.of_type("AWS::DynamoDB::Table")
ALARMS = description.of_type("AWS::CloudWatch::Alarm")
each_table = pytest.mark.parametrize("table", TABLES)


@each_table
def test_a_table_is_named_for_its_context(table: str) -> None:
    context = table.removesuffix("Table").lower()
    assert TABLES[table]["TableName"] == f"dealer-shop-local-{context}"
    assert context in apps.contexts()


@each_table
def test_a_table_can_be_restored_and_is_encrypted(table: str) -> None:
    assert TABLES[table]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert TABLES[table]["SSESpecification"] == {"SSEEnabled": True}


@each_table
def test_a_table_outlives_the_stack_of_the_shop(table: str) -> None:
    assert description.resources("prod")[table]["DeletionPolicy"] == "Retain"
    assert description.of_type("AWS::DynamoDB::Table", "prod")[table]["DeletionProtectionEnabled"]


@each_table
def test_a_table_declares_the_attributes_of_its_keys(table: str) -> None:
    properties = TABLES[table]
    schemas = [
        properties["KeySchema"],
        *(one["KeySchema"] for one in properties.get("GlobalSecondaryIndexes", [])),
    ]
    keys = {key["AttributeName"] for schema in schemas for key in schema}
    assert keys == {attribute["AttributeName"] for attribute in properties["AttributeDefinitions"]}


@pytest.mark.parametrize(
    "grant", [context for context in description.read("infra/grants.yml") if context != "shapes"]
)
def test_only_backups_may_scan_and_nobody_may_do_everything(grant: str) -> None:
    text = str(description.read("infra/grants.yml")[grant])
    assert "Scan" not in text or grant == "backups"
    assert not re.search(r"\w:\*", text)


def test_a_backup_is_of_every_table() -> None:
    written = str(description.read("serverless.yml")["custom"]["all_tables"]["Fn::Sub"])
    assert sorted(re.findall(r"\w+", written)) == sorted(TABLES)


def test_what_was_uploaded_and_never_used_is_forgotten() -> None:
    rules = description.of_type("AWS::S3::Bucket")["UploadsBucket"]["LifecycleConfiguration"]["Rules"]
    lapsing = [rule for rule in rules if "ExpirationInDays" in rule]
    assert [(rule["Prefix"], rule["Status"]) for rule in lapsing] == [(files.INCOMING, "Enabled")]


def test_a_stream_that_is_read_is_there_and_the_other_way_round() -> None:
    read = {
        event["stream"]["arn"]["Fn::GetAtt"][0]
        for entry in description.functions().values()
        for event in entry["events"]
        if "stream" in event
    }
    assert read == {table for table, properties in TABLES.items() if "StreamSpecification" in properties}


def test_dead_letters_and_slow_streams_wake_somebody_up() -> None:
    dead_letters = {
        queue for queue in description.of_type("AWS::SQS::Queue") if queue.endswith("DeadLetters")
    }
    watched = {name.removesuffix("Waiting") for name in ALARMS if name.endswith("Waiting")}
    assert watched == dead_letters
    readers = {
        pascal(name)
        for name, entry in description.functions().items()
        if any("stream" in event for event in entry["events"])
    }
    assert {name.removesuffix("Lagging") for name in ALARMS if name.endswith("Lagging")} == readers


def test_throttled_tables_wake_somebody_up() -> None:
    assert {name.removesuffix("Throttled") for name in ALARMS if name.endswith("TableThrottled")} == set(
        TABLES
    )


def test_what_code_counts_wakes_somebody_up_and_is_explained() -> None:
    counted = {
        node.args[0].value
        for module in code().modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and module.context
        if ast.unparse(node.func) in ("log.count", "count") and isinstance(node.args[0], ast.Constant)
        if Symbol("kit", "log") in module.imported.values()
        or Symbol("kit.log", "count") in module.imported.values()
    }
    watched = {alarm["MetricName"] for alarm in ALARMS.values() if alarm.get("Namespace") == "DealerShop"}
    assert watched == counted
    explained = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in watched if f"`{name}`" not in explained] == []


def test_every_secret_is_explained() -> None:
    explained = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    entries = [Symbol(name, top) for name, module in code().modules.items() for top in module.definitions]
    secrets = code().effects(entries).secrets
    assert [name for name in secrets if f"`{name}`" not in explained] == []


def test_schedules_run_by_shanghai_time_in_a_role_that_may_start_them() -> None:
    schedules = [
        event["schedule"]
        for entry in description.functions().values()
        for event in entry["events"]
        if "schedule" in event
    ]
    assert schedules
    for schedule in schedules:
        assert schedule["timezone"] == "Asia/Shanghai"
        assert schedule["roleArn"] == {"Fn::GetAtt": ["ClockRole", "Arn"]}
