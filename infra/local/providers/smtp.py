"""An SMTP server that keeps every e-mail instead of sending it."""

import asyncio
import ssl
import tempfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from infra.local.providers.keys import Keys
from infra.local.providers.outbox import Outbox

NO_SUCH_MAILBOX = "550 5.1.1 mailbox unavailable"
REFUSED_DOMAIN = "@bounce.invalid"


class PortChosen(Controller):
    """A controller that learns which port it got."""

    def _trigger_server(self) -> None:
        # Asked for port 0, the system chose one.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Smtp:
    """Takes e-mail after STARTTLS and a password; addresses at bounce.invalid do not exist."""

    def __init__(self, keys: Keys, outbox: Outbox, host: str) -> None:
        self._keys = keys
        self._outbox = outbox
        self._host = host
        self._controller: PortChosen | None = None

    def start(self, port: int) -> None:
        """Listen; 0 takes any free port."""
        self._controller = PortChosen(
            self,
            hostname=self._host,
            port=port,
            tls_context=_tls(self._keys),
            require_starttls=True,
            authenticator=self._authenticate,
            auth_required=True,
        )
        self._controller.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._controller
        return int(self._controller.port)

    def stop(self) -> None:
        """Stop listening."""
        if self._controller:
            self._controller.stop()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        known = isinstance(given, LoginPassword) and (given.login, given.password) == (
            self._keys.smtp_user.encode(),
            self._keys.smtp_password.encode(),
        )
        return AuthResult(success=known, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.endswith(REFUSED_DOMAIN):
            return NO_SUCH_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        for address in envelope.rcpt_tos:
            self._outbox.add(
                "email",
                address,
                _part(message, "plain"),
                title=str(message["Subject"]),
                sender=str(message["From"]),
                html=_part(message, "html"),
            )
        return "250 Message accepted for delivery"


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).strip() if part else ""


def _tls(keys: Keys) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The standard library reads certificates from files only.
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "server.pem"
        path.touch(mode=0o600)
        path.write_text(keys.smtp_certificate_pem + keys.smtp_key_pem)
        context.load_cert_chain(path)
    return context
