"""Pictures that companies show to others, in the store of uploads."""

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
