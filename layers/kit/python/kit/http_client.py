"""Outgoing HTTP with time-outs, connection reuse and no redirects, and how a provider can fail us."""

from typing import Any, ClassVar

import requests

from kit.errors import DomainError

TIMEOUT_SECONDS = (2.0, 5.0)


class ProviderRefused(DomainError):
    """The provider understood the request and said no; `provider_code` is its own name for the reason.

    Its `message` is for the log, not for the person.
    """

    status: ClassVar[int] = 502
    title: ClassVar[str] = "对方服务拒绝了请求"

    def __init__(self, provider_code: str, message: str = "") -> None:
        super().__init__(provider_code=provider_code)
        self.provider_code = provider_code
        self.message = message

    def __str__(self) -> str:
        return f"{self.provider_code}: {self.message}"


class ProviderUnsure(DomainError):
    """No usable answer came: whether the request took effect is unknown, so ask before trying again."""

    status: ClassVar[int] = 503
    title: ClassVar[str] = "对方服务暂时没有应答，请稍后查看结果"


class ProviderUnreachable(ProviderUnsure):
    """The connection could not be made or broke; another address of the same provider may do."""


class Session(requests.Session):
    """A session whose every call has a time-out (connect, read) and follows no redirect."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        options.setdefault("timeout", TIMEOUT_SECONDS)
        options.setdefault("allow_redirects", False)
        return super().request(method, url, **options)


def session() -> Session:
    """A new session; keep one per provider so that connections are reused."""
    made = Session()
    made.trust_env = False
    return made


def ask(session: requests.Session, method: str, url: str, **options: Any) -> requests.Response:
    """Send one request to a provider.

    Raises ProviderUnreachable when the connection fails, ProviderUnsure on a time-out and on 5xx.
    """
    # The causes are not chained: their texts carry addresses, and some providers want secrets in those.
    try:
        response = session.request(method, url, **options)
    except requests.ConnectionError as failure:
        raise ProviderUnreachable(reason=type(failure).__name__) from None
    except requests.RequestException as failure:
        raise ProviderUnsure(reason=type(failure).__name__) from None
    if response.status_code >= 500:
        raise ProviderUnsure(reason=f"HTTP {response.status_code}")
    return response
