"""Files of orders in their bucket, uploaded in parts of at least five megabytes."""

from kit import aws, files
from kit.log import logger

LEAST_PART = 5 << 20  # what S3 takes, but for the last part


def begin(bucket: str, key: str) -> str:
    """Begin an upload in parts; gives its id."""
    begun: str = aws.client("s3").create_multipart_upload(
        Bucket=bucket,
        Key=key,
        ContentType=files.SHEET_TYPE,
        ContentDisposition=f'attachment; filename="{key.rpartition("/")[2]}"',
    )["UploadId"]
    return begun


def write_part(bucket: str, key: str, upload_id: str, number: int, content: bytes) -> None:
    """Write a part of an upload; the same number again replaces it."""
    aws.client("s3").upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=content)


def finish(bucket: str, key: str, upload_id: str, number: int, content: bytes) -> None:
    """Write the last part and make all of them one file; doing so again changes nothing."""
    client = aws.client("s3")
    try:
        write_part(bucket, key, upload_id, number, content)
        pages = client.get_paginator("list_parts").paginate(Bucket=bucket, Key=key, UploadId=upload_id)
        parts = [
            {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}
            for page in pages
            for part in page["Parts"]
        ]
        client.complete_multipart_upload(
            Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
    except client.exceptions.NoSuchUpload:
        logger.info("upload_already_complete", extra={"key": key})


def keep(bucket: str, key: str, content: bytes) -> None:
    """Keep what is not yet enough for a part."""
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=content)


def kept(bucket: str, key: str) -> bytes:
    """What was kept."""
    content: bytes = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return content
