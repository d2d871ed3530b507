"""Pictures for everybody to see: where they are kept and which are taken."""

from typing import Literal

from kit.errors import Invalid

Subject = Literal["products", "categories", "brands", "gifts"]
PictureType = Literal["image/png", "image/jpeg", "image/webp"]
MOST_BYTES = 5 * 1024 * 1024


class PictureRefused(Invalid):
    """The pictures in `keys` were never uploaded, are too large, or are not what their names say."""

    title = "图片不存在或不是有效的 PNG、JPEG、WebP 图片，请重新上传"


def place(subject: Subject, picture_id: str, extension: str) -> str:
    """The key of a new picture; short, because orders keep the pictures of their first goods."""
    return f"public/{subject}/{picture_id}.{extension}"
