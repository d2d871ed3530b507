"""Files in a bucket: forms to upload them with, what they are by their first bytes, links to them.

What is uploaded arrives below `INCOMING`, and is copied to its own key when something first refers to it;
what stays behind the bucket forgets after some days. So nothing is kept that nobody uses, and what was looked
at can no longer be exchanged with the form it came by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from botocore.exceptions import ClientError

from kit import aws, clock

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}
INCOMING = "incoming/"
LINK_LIFETIME = timedelta(minutes=5)
SHEET_TYPE = "text/csv; charset=utf-8"
_FORM_LIFETIME = timedelta(minutes=10)
_LONGEST_MARK = 16
_NOT_THERE = {"NoSuchKey", "404", "InvalidRange"}
_EXCHANGED = "PreconditionFailed"


@dataclass(frozen=True)
class Form:
    """Post these fields and the file to `url` before `expires_at`; then refer to it by `key`."""

    key: str
    url: str
    fields: dict[str, str]
    expires_at: str


@dataclass(frozen=True)
class File:
    """What an uploaded file is by its first bytes (None: nothing we take), and its size in bytes."""

    content_type: str | None
    size: int
    place: str
    version: str

    def is_named_right(self, key: str) -> bool:
        """Whether the file is what the ending of its name says."""
        return self.content_type is not None and key.endswith(f".{EXTENSIONS[self.content_type]}")


def upload_form(bucket: str, key: str, headers: Mapping[str, str], most_bytes: int, now: datetime) -> Form:
    """A form that S3 takes with exactly these headers and at most this size."""
    post = aws.client("s3").generate_presigned_post(
        bucket,
        INCOMING + key,
        Fields=dict(headers),
        Conditions=[
            *({name: value} for name, value in headers.items()),
            ["content-length-range", 1, most_bytes],
        ],
        ExpiresIn=int(_FORM_LIFETIME.total_seconds()),
    )
    return Form(key, post["url"], post["fields"], clock.to_text(now + _FORM_LIFETIME))


def look(bucket: str, key: str) -> File | None:
    """What a file is, kept or just uploaded; None when there is none, or an empty one."""
    return _look(bucket, key) or _look(bucket, INCOMING + key)


def keep(bucket: str, key: str, seen: File) -> bool:
    """Keep a file for good, as it was seen; false when it was exchanged meanwhile."""
    if seen.place == key:
        return True
    source = {"Bucket": bucket, "Key": seen.place}
    try:
        aws.client("s3").copy_object(
            Bucket=bucket, Key=key, CopySource=source, CopySourceIfMatch=seen.version
        )
    except ClientError as failure:
        if failure.response["Error"]["Code"] != _EXCHANGED:
            raise
        return False
    return True


def _look(bucket: str, place: str) -> File | None:
    try:
        first = aws.client("s3").get_object(Bucket=bucket, Key=place, Range=f"bytes=0-{_LONGEST_MARK - 1}")
    except ClientError as failure:
        if failure.response["Error"]["Code"] not in _NOT_THERE:
            raise
        return None
    size = int(first["ContentRange"].rpartition("/")[2])
    return File(content_type(first["Body"].read()), size, place, first["ETag"])


def write_sheet(bucket: str, key: str, content: bytes | IO[bytes]) -> None:
    """Keep a file for a spreadsheet; the bucket of such files forgets it after some days."""
    aws.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=content,
        ContentType=SHEET_TYPE,
        ContentDisposition=f'attachment; filename="{key.rpartition("/")[2]}"',
    )


def link(bucket: str, key: str) -> str:
    """A link to a file, good for five minutes."""
    address: str = aws.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=int(LINK_LIFETIME.total_seconds())
    )
    return address


def content_type(first_bytes: bytes) -> str | None:
    """The type of a file by how it begins, if it is one of those we take."""
    if first_bytes.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if first_bytes.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if first_bytes[:4] == b"RIFF" and first_bytes[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if first_bytes.startswith(b"%PDF-") else None
