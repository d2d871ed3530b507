"""Files: who may upload what, and whether what came is what was promised."""

from datetime import datetime

from functions.agents import rules
from functions.agents.rules import Purpose
from functions.agents.schemas import Upload, UploadForm
from kit import files


def upload_form(agent_id: str, upload: Upload, upload_id: str, bucket: str, now: datetime) -> UploadForm:
    """A form that S3 takes for exactly this type and at most this size. Raises UploadRefused."""
    rules.check_upload(upload.purpose, upload.content_type, upload.size)
    extension = files.EXTENSIONS[upload.content_type]
    key = f"{_prefix(agent_id, upload.purpose)}{upload_id}.{extension}"
    # Downloads are attachments: what a stranger uploaded is never opened as a page.
    headers = {"Content-Type": upload.content_type, "Content-Disposition": "attachment"}
    form = files.upload_form(bucket, key, headers, upload.size, now)
    return UploadForm.model_validate(form, from_attributes=True)


def keep_upload(agent_id: str, key: str, purpose: Purpose, bucket: str) -> None:
    """Keep a file, if a company uploaded it for this purpose and it is what its name says.

    Raises UploadNotFound or UploadRefused.
    """
    if not key.startswith(_prefix(agent_id, purpose)):
        raise rules.UploadNotFound()
    found = files.look(bucket, key)
    if found is None:
        raise rules.UploadNotFound()
    if found.content_type is None or not found.is_named_right(key):
        raise rules.UploadRefused("图片打不开或格式不符，请重新选择图片")
    rules.check_upload(purpose, found.content_type, found.size)
    if not files.keep(bucket, key, found):
        raise rules.UploadNotFound()


def file_url(key: str, bucket: str) -> str:
    """A link to a file, good for five minutes."""
    return files.link(bucket, key)


def _prefix(agent_id: str, purpose: Purpose) -> str:
    return f"agents/{agent_id}/{purpose}/"
