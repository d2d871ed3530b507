"""Creates the tables, queues, buckets and rules of infra/*.yml on the local engines; may be repeated."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from infra import description
from infra.local import names
from infra.local.names import STAGE
from infra.local.store import Refused, Store

_TABLE_PROPERTIES = (
    "TableName",
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
)
_QUEUE_ATTRIBUTES = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
)


def tables() -> dict[str, dict[str, Any]]:
    """The properties of every table by its name."""
    described = description.of_type("AWS::DynamoDB::Table", STAGE).values()
    return {str(properties["TableName"]): names.plain(properties) for properties in described}


def create_table(store: Store, properties: dict[str, Any]) -> None:
    """Create one table with its indexes, stream and time to live; keeps one that exists."""
    request = {name: properties[name] for name in _TABLE_PROPERTIES if name in properties}
    if stream := properties.get("StreamSpecification"):
        request["StreamSpecification"] = {"StreamEnabled": True, **stream}
    try:
        store.call("CreateTable", **request)
    except Refused as refusal:
        if refusal.code != "ResourceInUseException":
            raise
        return
    if time_to_live := properties.get("TimeToLiveSpecification"):
        store.call(
            "UpdateTimeToLive", TableName=properties["TableName"], TimeToLiveSpecification=time_to_live
        )
    if recovery := properties.get("PointInTimeRecoverySpecification"):
        _recover_to_a_point(store, properties["TableName"], recovery)


def _recover_to_a_point(store: Store, table: str, recovery: dict[str, Any]) -> None:
    try:
        store.call("UpdateContinuousBackups", TableName=table, PointInTimeRecoverySpecification=recovery)
    except Refused as refusal:
        if refusal.code != "UnknownOperationException":  # dynoxide has no backups
            raise


def create_queues(sqs: Any) -> None:
    """Create every queue, dead letters first."""
    queues = description.of_type("AWS::SQS::Queue", STAGE)
    for logical_id, properties in sorted(queues.items(), key=lambda entry: "RedrivePolicy" in entry[1]):
        attributes = {name: str(properties[name]) for name in _QUEUE_ATTRIBUTES if name in properties}
        if redrive := names.plain(properties.get("RedrivePolicy")):
            attributes["RedrivePolicy"] = json.dumps(redrive)
        sqs.create_queue(QueueName=names.name_of(logical_id), Attributes=attributes)


def create_bus(events: Any) -> None:
    """Create the bus and the rules that carry facts from it into queues."""
    for logical_id in description.of_type("AWS::Events::EventBus", STAGE):
        with suppress(events.exceptions.ResourceAlreadyExistsException):
            events.create_event_bus(Name=names.name_of(logical_id))
    for logical_id, properties in description.of_type("AWS::Events::Rule", STAGE).items():
        rule, wanted = names.name_of(logical_id), names.plain(properties)
        bus, pattern = wanted["EventBusName"], json.dumps(wanted["EventPattern"])
        events.put_rule(Name=rule, EventBusName=bus, EventPattern=pattern)
        events.put_targets(Rule=rule, EventBusName=bus, Targets=wanted["Targets"])


def create_buckets(s3: Any) -> None:
    """Create every bucket that is not there yet."""
    there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for name, properties in _buckets():
        if name in there:
            continue
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": names.REGION})
        if cors := properties.get("CorsConfiguration"):
            s3.put_bucket_cors(
                Bucket=name, CORSConfiguration={"CORSRules": [_cors(rule) for rule in cors["CorsRules"]]}
            )


def _buckets() -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, properties in description.of_type("AWS::S3::Bucket", STAGE).items():
        yield names.name_of(logical_id), properties


def _cors(rule: dict[str, Any]) -> dict[str, Any]:
    renamed = {"MaxAge": "MaxAgeSeconds"}
    return {renamed.get(name, name): value for name, value in rule.items()}
