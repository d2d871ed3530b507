"""What the catalogue keeps in buckets: search snapshots, pictures, files for staff to download."""

import os
from datetime import datetime

from kit import aws, files
from kit.files import File, Form


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


def picture_form(key: str, content_type: str, most_bytes: int, now: datetime) -> Form:
    """A form to upload a picture with; its key never stands for another one, so it may be kept for long."""
    headers = {"Content-Type": content_type, "Cache-Control": "public, max-age=31536000, immutable"}
    return files.upload_form(os.environ["UPLOADS_BUCKET"], key, headers, most_bytes, now)


def picture(key: str) -> File | None:
    """What an uploaded picture is."""
    return files.look(os.environ["UPLOADS_BUCKET"], key)


def export(key: str, content: bytes) -> str:
    """Keep a file for staff; a link to it that is good for five minutes."""
    bucket = os.environ["EXPORTS_BUCKET"]
    aws.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=content,
        ContentType="text/csv; charset=utf-8",
        ContentDisposition=f'attachment; filename="{key.rpartition("/")[2]}"',
    )
    return files.link(bucket, key)
