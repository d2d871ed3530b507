"""E-mail through any SMTP server."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from functions.notifications.channels.failures import Undeliverable
from kit import clock, secrets
from kit.http_client import ProviderRefused, ProviderUnsure

TIMEOUT_SECONDS = 10


class Account(BaseModel):
    """The secret `smtp`; `ca_pem` pins a private authority, otherwise the public ones count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    user: str = ""
    password: str = ""
    sender: str
    sender_name: str
    ca_pem: str | None = None


class Mailbox:
    """The address our e-mail comes from."""

    def __init__(self, account: Account, now: Callable[[], datetime] = clock.now) -> None:
        self._account = account
        self._now = now

    def send(self, address: str, title: str, text: str) -> None:
        """Send a text, also as HTML. Raises Undeliverable, ProviderRefused, ProviderUnsure."""
        message = self._message(address, title, text)
        try:
            with self._connected() as connection:
                if self._account.user:
                    connection.login(self._account.user, self._account.password)
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _refused_recipient(refusal) from None
        except smtplib.SMTPResponseException as refusal:
            raise _refused(refusal) from None
        except (OSError, smtplib.SMTPException) as failure:
            raise ProviderUnsure(reason=type(failure).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        account, own_name = self._account, self._account.sender.partition("@")[2]
        if account.security == "tls":
            return smtplib.SMTP_SSL(
                account.host, account.port, own_name, timeout=TIMEOUT_SECONDS, context=self._trust()
            )
        connection = smtplib.SMTP(account.host, account.port, own_name, timeout=TIMEOUT_SECONDS)
        if account.security == "starttls":
            connection.starttls(context=self._trust())
        return connection

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self._account.ca_pem)

    def _message(self, address: str, title: str, text: str) -> EmailMessage:
        user, _, domain = self._account.sender.partition("@")
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self._account.sender_name, user, domain)
        message["To"] = Address(addr_spec=address)
        message["Subject"] = " ".join(title.split())
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = f"<{uuid4().hex}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, charset="utf-8")
        message.add_alternative(_html(title, text), subtype="html", charset="utf-8")
        return message


def _html(title: str, text: str) -> str:
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>"
        '<body style="margin:0;padding:24px;background:#f5f6f8;color:#1f2329;'
        "font:16px/1.7 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif\">"
        '<div style="max-width:560px;margin:0 auto;padding:24px;background:#fff;border-radius:8px">'
        f'<h1 style="margin:0 0 12px;font-size:20px">{escape(title)}</h1>\n{paragraphs}</div></body></html>'
    )


def _refused_recipient(refusal: smtplib.SMTPRecipientsRefused) -> Undeliverable | ProviderUnsure:
    [(code, _)] = refusal.recipients.values()
    return Undeliverable(f"SMTP {code}") if code >= 500 else ProviderUnsure(reason=f"SMTP {code}")


def _refused(refusal: smtplib.SMTPResponseException) -> ProviderRefused | ProviderUnsure:
    code = refusal.smtp_code
    return ProviderRefused(f"SMTP {code}") if code >= 500 else ProviderUnsure(reason=f"SMTP {code}")


def mailbox() -> Mailbox:
    """The merchant's mailbox, from the secret `smtp`."""
    return _made(secrets.text("smtp"))


@lru_cache(maxsize=1)
def _made(document: str) -> Mailbox:
    return Mailbox(Account.model_validate_json(document))
