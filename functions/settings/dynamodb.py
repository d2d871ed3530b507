"""Whole tables as DynamoDB stores them, whatever their rows mean: read in segments, made again, compared.

Only jobs come here, never a request.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from functions.settings.rules import Item
from kit import aws

_MOST_WRITES = 25
_MOST_READS = 100
_INDEX = ("IndexName", "KeySchema", "Projection")


def item_count(name: str) -> int:
    """Roughly how many items a table holds; DynamoDB counts every six hours."""
    return int(_described(name).get("ItemCount", 0))


def definition(name: str) -> dict[str, Any]:
    """What another table needs to be like this one: its keys and indexes."""
    described = _described(name)
    indexes = [
        {part: index[part] for part in _INDEX} for index in described.get("GlobalSecondaryIndexes", [])
    ]
    keys = {part: described[part] for part in ("AttributeDefinitions", "KeySchema")}
    return keys | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


def scan(
    name: str, segment: int, segments: int, start: Item | None, most_bytes: int
) -> tuple[list[Item], Item | None]:
    """Items of a segment from a key on, until there is enough or no more; the key to go on from."""
    items: list[Item] = []
    size = 0
    while size < most_bytes:
        position = {"ExclusiveStartKey": start} if start else {}
        page = aws.client("dynamodb").scan(
            TableName=name, Segment=segment, TotalSegments=segments, ConsistentRead=True, **position
        )
        items += page["Items"]
        size += len(json.dumps(page["Items"], default=str))
        start = page.get("LastEvaluatedKey")
        if not start:
            break
    return items, start


def create(name: str, like: dict[str, Any]) -> bool:
    """Make an empty table unless it is there; whether it can be used yet."""
    try:
        aws.client("dynamodb").create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **like)
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ResourceInUseException":
            raise
    return bool(_described(name)["TableStatus"] == "ACTIVE")


def load(name: str, items: Sequence[Item]) -> None:
    """Put items into a table; putting them again changes nothing."""
    for batch in _batches(items, _MOST_WRITES):
        waiting = {name: [{"PutRequest": {"Item": item}} for item in batch]}
        while waiting:
            waiting = (
                aws.client("dynamodb").batch_write_item(RequestItems=waiting).get("UnprocessedItems", {})
            )


def stored(name: str, keys: Sequence[Item]) -> Iterator[Item]:
    """The items that a table has under these keys."""
    for batch in _batches(keys, _MOST_READS):
        waiting = {name: {"Keys": batch, "ConsistentRead": True}}
        while waiting:
            answer = aws.client("dynamodb").batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(name, [])
            waiting = answer.get("UnprocessedKeys", {})


def count(name: str) -> int:
    """How many items a table holds, counted one by one."""
    pages = aws.client("dynamodb").get_paginator("scan")
    return sum(page["Count"] for page in pages.paginate(TableName=name, Select="COUNT", ConsistentRead=True))


def drop(name: str) -> None:
    """Delete a table; one that is not there stays gone."""
    try:
        aws.client("dynamodb").delete_table(TableName=name)
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _described(name: str) -> dict[str, Any]:
    described: dict[str, Any] = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    return described


def _batches(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
