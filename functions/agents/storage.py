"""Pictures that companies show to others, in the store of uploads; files for staff, in that of exports."""

from typing import IO

from kit import aws


def read(bucket: str, key: str) -> bytes | None:
    """A picture, if it is there."""
    client = aws.client("s3")
    try:
        answer = client.get_object(Bucket=bucket, Key=key)
    except client.exceptions.NoSuchKey:
        return None
    stored: bytes = answer["Body"].read()
    return stored


def write(bucket: str, key: str, picture: bytes) -> None:
    """Keep a JPEG."""
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=picture, ContentType="image/jpeg")


def write_sheet(bucket: str, key: str, file: IO[bytes]) -> None:
    """Keep a file for a spreadsheet; the bucket forgets it after some days."""
    aws.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=file,
        ContentType="text/csv; charset=utf-8",
        ContentDisposition=f'attachment; filename="{key.rpartition("/")[2]}"',
    )
