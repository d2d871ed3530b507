"""Failures as RFC 9457 problem details."""

import json
from typing import Any

from chalice.app import Request, Response
from pydantic import BaseModel

from kit.errors import DomainError


class InternalError(DomainError):
    """A bug of ours: logged, alarmed, and never described to the caller."""

    status = 500
    title = "系统开小差了，请稍后再试"


def problem(error: DomainError, request: Request | None) -> Response:
    """Render a failure as RFC 9457 problem details."""
    details = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request.context.get("requestId") if request else None,
    } | error.data
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
    }
    if "retry_after" in error.data:
        headers["Retry-After"] = str(error.data["retry_after"])
    body = json.dumps(details, ensure_ascii=False, default=_plain)
    return Response(body=body, status_code=error.status, headers=headers)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} does not belong in a problem")
