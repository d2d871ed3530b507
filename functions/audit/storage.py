"""Exports in their bucket."""

from typing import IO

from kit import aws


def write(bucket: str, key: str, file: IO[bytes]) -> None:
    """Keep an export; the bucket forgets it after some days."""
    aws.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=file,
        ContentType="text/csv; charset=utf-8",
        ContentDisposition="attachment",
    )


def link(bucket: str, key: str, seconds: int) -> str:
    """An address from which the export can be downloaded for a while."""
    url: str = aws.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds
    )
    return url
