"""Access tokens: who is calling, signed, for fifteen minutes (HS256, RFC 7519)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt

from kit import secrets
from kit.errors import Unauthenticated

LIFETIME = timedelta(minutes=15)
_ISSUER = "dealer-shop"


@dataclass(frozen=True)
class Principal:
    """Who is calling: an agent's user, or a member of the merchant's staff."""

    kind: Literal["agent", "staff"]
    user_id: str
    session_id: str
    agent_id: str | None = None
    role: str | None = None
    permissions: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()

    @property
    def agent(self) -> str:
        """The agent company this principal acts for; only agents' users have one."""
        if self.agent_id is None:
            raise Unauthenticated()
        return self.agent_id


class TokenExpired(Unauthenticated):
    """The access token is over its time; refresh and try again."""

    title = "登录已过期"


def issue(principal: Principal, now: datetime) -> str:
    """Sign an access token for a principal."""
    claims: dict[str, Any] = {
        "iss": _ISSUER,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "knd": principal.kind,
        "sub": principal.user_id,
        "sid": principal.session_id,
    }
    if principal.agent_id:
        claims["agt"] = principal.agent_id
    if principal.role:
        claims["rol"] = principal.role
    if principal.permissions:
        claims["prm"] = sorted(principal.permissions)
    if principal.regions:
        claims["reg"] = list(principal.regions)
    return jwt.encode(claims, secrets.text("signing-key"), algorithm="HS256")


def read(token: str, now: datetime) -> Principal:
    """Verify a token against `now`. Raises Unauthenticated or TokenExpired."""
    try:
        claims = jwt.decode(
            token,
            secrets.text("signing-key"),
            algorithms=["HS256"],
            issuer=_ISSUER,
            # The time is compared below against the injected clock, not the library's.
            options={"verify_exp": False, "verify_iat": False, "require": ["exp", "sub", "sid", "knd"]},
        )
    except jwt.InvalidTokenError:
        raise Unauthenticated() from None
    if now.timestamp() >= claims["exp"]:
        raise TokenExpired()
    return Principal(
        kind=claims["knd"],
        user_id=claims["sub"],
        session_id=claims["sid"],
        agent_id=claims.get("agt"),
        role=claims.get("rol"),
        permissions=frozenset(claims.get("prm", ())),
        regions=tuple(claims.get("reg", ())),
    )
