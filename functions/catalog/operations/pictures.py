"""Pictures: where staff upload them, and whether what came is a picture."""

from collections.abc import Iterable
from datetime import datetime

from functions.agents.schemas import UploadForm
from functions.catalog import storage
from functions.catalog.rules import pictures as rules
from functions.catalog.rules.pictures import PictureType, Subject
from kit import files


def prepare(
    subject: Subject, content_type: PictureType, size: int, picture_id: str, now: datetime
) -> UploadForm:
    """A form for one picture of exactly this type and at most this size in bytes."""
    key = rules.place(subject, picture_id, files.EXTENSIONS[content_type])
    return UploadForm.model_validate(storage.picture_form(key, content_type, size, now), from_attributes=True)


def check(keys: Iterable[str]) -> None:
    """Make sure that these are pictures that were uploaded. Raises PictureRefused."""
    if refused := [key for key in dict.fromkeys(keys) if key and not _is_picture(key)]:
        raise rules.PictureRefused(keys=refused)


def _is_picture(key: str) -> bool:
    found = storage.picture(key)
    return found is not None and found.is_named_right(key) and found.size <= rules.MOST_BYTES
