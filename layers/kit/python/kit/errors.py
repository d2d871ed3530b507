"""Failures we expect, each a named class with a status; anything else is a bug and becomes a 500.

A failure says three things: `code` (the class name, stable, for programs), `title` and `detail`
(Chinese, for the person) and `data` (what the client needs to go on, such as `available`). What an address
names and nobody has is `…NotFound` (404); what a body names and nobody knows is `…Unknown` (422).
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """Base of every expected failure."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "请求有误"

    def __init__(self, detail: str | None = None, **data: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.data = data

    @property
    def code(self) -> str:
        return type(self).__name__


class Malformed(DomainError):
    """The request cannot be read."""

    status = 400
    title = "请求格式不正确"


class Unauthenticated(DomainError):
    """Nobody is signed in, or the token is no longer valid."""

    status = 401
    title = "请先登录"


class Forbidden(DomainError):
    """The principal may not do this."""

    status = 403
    title = "没有权限"


class BeyondRegions(Forbidden):
    """What a member of staff limited to regions would do concerns others too."""

    title = "此操作涉及您负责区域以外的客户，请联系不限区域的同事"


class NotFound(DomainError):
    """It does not exist, or it is not yours."""

    status = 404
    title = "没有找到"


class Conflict(DomainError):
    """The present state does not allow it."""

    status = 409
    title = "当前状态不允许此操作"


class Stale(Conflict):
    """Somebody else changed the row since it was read."""

    title = "内容已被他人更新，请刷新后重试"


class KeyReused(Conflict):
    """The idempotency key was used before with another body."""

    title = "刚才已经提交过，内容与这次不同，请刷新查看后再试"


class Busy(Conflict):
    """Too many writers met on the same rows; trying again later will work."""

    title = "操作繁忙，请稍后重试"


class Invalid(DomainError):
    """Fields are out of bounds; `errors` lists them as {field, message}."""

    status = 422
    title = "填写的内容有误"


class TooMany(DomainError):
    """The caller is over a limit; `retry_after` seconds tell when to come back."""

    status = 429
    title = "操作过于频繁，请稍后再试"
