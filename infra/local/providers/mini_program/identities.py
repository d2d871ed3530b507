"""Users of the mini-program, their one-time codes, and the merchant's access token."""

import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from infra.local.providers.keys import Keys
from infra.local.providers.store import Store
from infra.local.providers.web import Refusal

CODE_LIFETIME = timedelta(minutes=5)
TOKEN_LIFETIME = timedelta(hours=2)
OVERLAP = timedelta(minutes=5)
BETWEEN_FORCED = timedelta(seconds=30)
FORCED_A_DAY = 20


class Identities:
    """What WeChat knows about who is who."""

    def __init__(self, keys: Keys, store: Store, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._store = store
        self._now = now

    def issue_code(self, kind: Literal["login", "phone"], **about: str) -> str:
        """A code as `wx.login` or the phone button gives it."""
        code = secrets.token_hex(16)
        self._store.put(kind, code, {**about, "until": (self._now() + CODE_LIFETIME).timestamp()})
        return code

    def redeem_code(self, kind: Literal["login", "phone"], code: str) -> dict[str, Any]:
        """What a code stands for; it serves once."""
        with self._store.lock:
            found = self._store.get(kind, code)
            if found is None or found["until"] <= self._now().timestamp():
                raise Refusal("40029", "invalid code", 200)
            self._store.put(kind, code, {**found, "until": 0})
        return found

    def sign_in(self, code: str) -> dict[str, str]:
        """openid and a fresh session key."""
        openid = self.redeem_code("login", code)["openid"]
        session_key = b64encode(secrets.token_bytes(16)).decode()
        self._store.put("user", openid, {"openid": openid, "session_key": session_key})
        return {"openid": openid, "session_key": session_key}

    def token(self, *, force: bool) -> dict[str, Any]:
        """The same token until its last five minutes; then a new one beside it."""
        with self._store.lock:
            now = self._now().timestamp()
            held = self._store.get("token", "current")
            if force:
                held = self._forced(now)
            elif held is None or held["until"] - OVERLAP.total_seconds() <= now:
                former = held["token"] if held and held["until"] > now else None
                held = {"token": _token(), "until": now + TOKEN_LIFETIME.total_seconds(), "former": former}
                held["former_until"] = now + OVERLAP.total_seconds()
            self._store.put("token", "current", held)
        return {"access_token": held["token"], "expires_in": int(held["until"] - now)}

    def _forced(self, now: float) -> dict[str, Any]:
        earlier = self._store.get("token", "forced") or {"at": []}
        today = [at for at in earlier["at"] if at > now - 86_400]
        if len(today) >= FORCED_A_DAY or (today and today[-1] > now - BETWEEN_FORCED.total_seconds()):
            raise Refusal("45009", "reach max api daily quota limit", 200)
        self._store.put("token", "forced", {"at": [*today, now]})
        until = now + TOKEN_LIFETIME.total_seconds()
        return {"token": _token(), "until": until, "former": None, "former_until": 0}

    def check_token(self, token: str) -> None:
        """Refuse calls without a valid token."""
        held, now = self._store.get("token", "current"), self._now().timestamp()
        if held and token == held["token"]:
            if held["until"] <= now:
                raise Refusal("42001", "access_token expired", 200)
            return
        if not held or token != held["former"] or held["former_until"] <= now:
            raise Refusal("40001", "invalid credential, access_token is invalid or not latest", 200)

    def check_secret(self, appid: str, secret: str) -> None:
        """Refuse strangers."""
        if appid != self._keys.appid:
            raise Refusal("40013", "invalid appid", 200)
        if not secrets.compare_digest(secret, self._keys.mini_program_secret):
            raise Refusal("40125", "invalid appsecret", 200)

    def forget_token(self) -> None:
        """Make the token in use invalid, as another system's forced refresh would."""
        self._store.put(
            "token",
            "current",
            {
                "token": _token(),
                "until": (self._now() + TOKEN_LIFETIME).timestamp(),
                "former": None,
                "former_until": 0,
            },
        )


def _token() -> str:
    return secrets.token_urlsafe(120)
