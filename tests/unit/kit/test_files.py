"""Files are what they begin with, whatever they are called."""

import pytest
from botocore.config import Config
from botocore.session import Session

from kit import aws, files
from kit.files import File


@pytest.mark.parametrize(
    ("first_bytes", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<html><script>", None),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_with(first_bytes: bytes, found: str | None) -> None:
    assert files.content_type(first_bytes) == found


@pytest.mark.parametrize(
    ("found", "key", "right"),
    [
        ("image/png", "a.png", True),
        ("image/png", "a.jpg", False),
        ("image/png", "a.png.html", False),
        (None, "a.png", False),
    ],
)
def test_a_name_says_what_the_file_is(found: str | None, key: str, right: bool) -> None:
    assert File(found, 10, key, "etag").is_named_right(key) is right


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("cn-northwest-1", "amazonaws.com.cn"),
        ("ap-southeast-1", "amazonaws.com"),
        ("us-east-1", "amazonaws.com"),
    ],
)
def test_forms_and_links_name_the_region_of_the_bucket(region: str, suffix: str) -> None:
    config = aws.S3_CONFIG.merge(Config(ignore_configured_endpoint_urls=True))
    s3 = Session().create_client(
        "s3", region, aws_access_key_id="key", aws_secret_access_key="secret", config=config
    )
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "shop-uploads", "Key": "a.webp"})
    assert link.startswith(
        f"https://shop-uploads.s3.{region}.{suffix}/a.webp?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    )
    assert s3.generate_presigned_post("shop-uploads", "a.webp")["url"] == (
        f"https://shop-uploads.s3.{region}.{suffix}/"
    )
