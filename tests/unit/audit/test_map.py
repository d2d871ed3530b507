"""What serverless.yml promises about the operation log."""

from functions.audit.operations.recording import STAFF_ONLY
from infra import description
from kit.actor import MARK

READER = description.functions()["audit-on-change"]
MARKED = [{"dynamodb": {"NewImage": {MARK: {"S": [{"exists": True}]}}}}]
UNWATCHED = {"AuditTable", "CartTable", "InsightsTable"}  # staff write none of them


def test_every_table_staff_write_is_watched() -> None:
    watched = {event["stream"]["arn"]["Fn::GetAtt"][0] for event in READER["events"]}
    assert watched == set(description.of_type("AWS::DynamoDB::Table")) - UNWATCHED


def test_only_what_carries_a_mark_starts_the_reader_except_where_nobody_else_writes() -> None:
    for event in READER["events"]:
        table = event["stream"]["arn"]["Fn::GetAtt"][0]
        expected = None if table.removesuffix("Table").lower() in STAFF_ONLY else MARKED
        assert event["stream"].get("filterPatterns") == expected, table


def test_the_back_office_may_not_write_the_log() -> None:
    written = description.read("serverless.yml")["functions"]
    writers = {
        name
        for name, entry in written.items()
        if "${self:custom.may.audit.write}" in entry["iamRoleStatements"]
    }
    # Besides those that add to it, a schedule that removes whole days which are over their time.
    assert writers == {"audit-on-change", "audit-record-operations", "admin-remove-lapsed"}
