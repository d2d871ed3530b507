"""Files: who may upload what, and whether what came is what was promised."""

from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from functions.agents import rules
from functions.agents.rules import Purpose
from functions.agents.schemas import Upload, UploadForm
from kit import aws, clock

_FORM_LIFETIME = timedelta(minutes=10)
_LINK_LIFETIME = timedelta(minutes=5)
_LONGEST_MARK = 16


def upload_form(agent_id: str, upload: Upload, upload_id: str, bucket: str, now: datetime) -> UploadForm:
    """A form that S3 takes for exactly this type and at most this size. Raises UploadRefused."""
    rules.check_upload(upload.purpose, upload.content_type, upload.size)
    extension = rules.EXTENSIONS[upload.content_type]
    key = f"{_prefix(agent_id, upload.purpose)}{upload_id}.{extension}"
    # Downloads are attachments: what a stranger uploaded is never opened as a page.
    fields = {"Content-Type": upload.content_type, "Content-Disposition": "attachment"}
    post = aws.client("s3").generate_presigned_post(
        bucket,
        key,
        Fields=dict(fields),
        Conditions=[
            *({name: value} for name, value in fields.items()),
            ["content-length-range", 1, upload.size],
        ],
        ExpiresIn=int(_FORM_LIFETIME.total_seconds()),
    )
    expires_at = clock.to_text(now + _FORM_LIFETIME)
    return UploadForm(key=key, url=post["url"], fields=post["fields"], expires_at=expires_at)


def verify_upload(agent_id: str, key: str, purpose: Purpose, bucket: str) -> None:
    """Make sure that a company uploaded this file for this purpose, and that it is what its name says.

    Raises UploadNotFound or UploadRefused.
    """
    if not key.startswith(_prefix(agent_id, purpose)):
        raise rules.UploadNotFound()
    try:
        first = aws.client("s3").get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{_LONGEST_MARK - 1}")
    except ClientError as failure:
        if failure.response["Error"]["Code"] not in {"NoSuchKey", "404", "InvalidRange"}:
            raise
        raise rules.UploadNotFound() from None
    found = rules.content_type(first["Body"].read())
    if found is None or not key.endswith(f".{rules.EXTENSIONS[found]}"):
        raise rules.UploadRefused("文件内容与类型不符")
    rules.check_upload(purpose, found, int(first["ContentRange"].rpartition("/")[2]))


def file_url(key: str, bucket: str) -> str:
    """A link to a file, good for five minutes."""
    link: str = aws.client("s3").generate_presigned_url(
        "get_object",
        Params={"Bucket": bucket, "Key": key},
        ExpiresIn=int(_LINK_LIFETIME.total_seconds()),
    )
    return link


def _prefix(agent_id: str, purpose: Purpose) -> str:
    return f"agents/{agent_id}/{purpose}/"
