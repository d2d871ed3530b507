"""Texts that only we can have written, each for one purpose."""

import base64
import hashlib
import hmac

from kit import secrets


def sealed(purpose: str, content: str) -> str:
    """A text with its seal; the text itself can be read by whoever holds it."""
    return f"{content}.{_seal(purpose, content)}"


def opened(purpose: str, text: str) -> str | None:
    """What was sealed for this purpose; None when the seal is not ours."""
    content, _, seal = text.rpartition(".")
    return content if hmac.compare_digest(seal.encode(), _seal(purpose, content).encode()) else None


def _seal(purpose: str, content: str) -> str:
    key = secrets.text("signing-key").encode()
    digest = hmac.new(key, f"{purpose}\0{content}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
