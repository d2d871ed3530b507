"""Files of backups in their bucket."""

from botocore.exceptions import ClientError

from kit import aws


def write(bucket: str, key: str, content: bytes) -> None:
    """Keep a file; the bucket keeps its earlier versions too."""
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=content)


def read(bucket: str, key: str) -> bytes | None:
    """A file's bytes, or None when there is none."""
    try:
        content: bytes = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as failure:
        if failure.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
    return content
