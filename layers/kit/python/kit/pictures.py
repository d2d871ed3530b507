"""Pictures for everybody to see: forms to upload them with, and whether what came is a picture."""

import os
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from kit import files
from kit.errors import Invalid
from kit.files import EXTENSIONS, File, Form

PictureType = Literal["image/png", "image/jpeg", "image/webp"]
PictureKey = Annotated[
    str, StringConstraints(pattern=r"^public/[a-z]{1,20}/[A-Za-z0-9_-]{1,40}\.(png|jpg|webp)$")
]
MOST_BYTES = 5 * 1024 * 1024


class PictureRefused(Invalid):
    """The pictures in `keys` were never uploaded, are too large, or are not what their names say."""

    title = "图片不存在或不是有效的 PNG、JPEG、WebP 图片，请重新上传"


def upload_form(subject: str, picture_id: str, content_type: PictureType, size: int, now: datetime) -> Form:
    """A form for one picture of exactly this type and at most this size in bytes.

    Keys are short, because orders keep the pictures of their first goods; one never stands for another
    picture, so it may be kept for long.
    """
    key = f"public/{subject}/{picture_id}.{EXTENSIONS[content_type]}"
    headers = {"Content-Type": content_type, "Cache-Control": "public, max-age=31536000, immutable"}
    return files.upload_form(os.environ["UPLOADS_BUCKET"], key, headers, size, now)


def keep(keys: Iterable[str]) -> None:
    """Make sure that these are pictures that were uploaded, and keep them; none is fine too.

    Raises PictureRefused.
    """
    bucket, seen = os.environ["UPLOADS_BUCKET"], check(keys)
    if exchanged := [key for key, file in seen.items() if not files.keep(bucket, key, file)]:
        raise PictureRefused(keys=exchanged)


def check(keys: Iterable[str]) -> dict[str, File]:
    """The pictures that were uploaded under these keys, not kept for it. Raises PictureRefused."""
    wanted = [key for key in dict.fromkeys(keys) if key]
    found = {key: files.look(os.environ["UPLOADS_BUCKET"], key) for key in wanted}
    seen = {key: file for key, file in found.items() if file and _is_picture(key, file)}
    if refused := [key for key in wanted if key not in seen]:
        raise PictureRefused(keys=refused)
    return seen


def _is_picture(key: str, found: File) -> bool:
    return found.is_named_right(key) and found.size <= MOST_BYTES
