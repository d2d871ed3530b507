"""What the catalogue keeps in buckets: search snapshots, files for staff to download."""

import os

from kit import aws, files


class SnapshotMissing(Exception):
    """The bucket has forgotten this snapshot."""


def read(key: str) -> bytes:
    """A snapshot. Raises SnapshotMissing."""
    client = aws.client("s3")
    try:
        answer = client.get_object(Bucket=os.environ["SEARCH_BUCKET"], Key=key)
    except client.exceptions.NoSuchKey:
        raise SnapshotMissing(key) from None
    stored: bytes = answer["Body"].read()
    return stored


def write(key: str, snapshot: bytes) -> None:
    """Keep a snapshot; the bucket forgets it after some days, so the newest is written anew every night."""
    aws.client("s3").put_object(Bucket=os.environ["SEARCH_BUCKET"], Key=key, Body=snapshot)


def export(key: str, content: bytes) -> str:
    """Keep a file for staff; a link to it that is good for five minutes."""
    bucket = os.environ["EXPORTS_BUCKET"]
    files.write_sheet(bucket, key, content)
    return files.link(bucket, key)
