"""Registration: a form, a code by e-mail, and then an account. Until then nobody's address is taken."""

from dataclasses import dataclass
from datetime import datetime

from functions.auth import rules, table
from functions.auth.operations import codes, log, passwords, sessions
from functions.auth.operations.codes import Send
from functions.auth.rules import Address, Visit
from functions.auth.schemas import Application, CodeSent, Register, RegistrationStarted
from kit import clock, transaction
from kit.errors import Stale
from kit.transaction import Part


@dataclass(frozen=True)
class Proved:
    """A registration whose e-mail address has just been proved."""

    registration_id: str
    form: Application
    password_hash: str
    consent: dict[str, str]
    use_code: Part


def start_registration(form: Register, visit: Visit, send: Send) -> RegistrationStarted:
    """Keep the form and send the code; the answer is the same if the address has an account already.

    Raises PasswordWeak or CodesLimited.
    """
    rules.check_password(form.password, [form.email.partition("@")[0], form.phone])
    where = Address("email", form.email)
    known = table.user_by("agent", str(where)) is not None
    code, parts = codes.issue_parts(_purpose(visit.id), where, visit)
    row = table.RegistrationRow(
        form=form.model_dump(mode="json", exclude={"password"}),
        email=form.email,
        password_hash=passwords.hashed(form.password),
        consent={"version": form.consent_version, "at": clock.to_text(visit.now), "ip": visit.ip},
    )
    valid_until = visit.now + rules.REGISTRATION_LIFETIME
    transaction.commit([table.create_registration_part(visit.id, row, valid_until), *parts])
    _send_code(where, code, known, send)
    return RegistrationStarted(
        registration_id=visit.id,
        email=rules.masked(where),
        valid_for=codes.SENT.valid_for,
        resend_after=codes.SENT.resend_after,
    )


def resend_code(registration_id: str, visit: Visit, send: Send) -> CodeSent:
    """Send a new code for a registration. Raises RegistrationGone or CodesLimited."""
    where = Address("email", _row(registration_id, visit.now).email)
    known = table.user_by("agent", str(where)) is not None
    code, parts = codes.issue_parts(_purpose(registration_id), where, visit)
    transaction.commit(parts)
    _send_code(where, code, known, send)
    return codes.SENT


def prove_registration(registration_id: str, code: str, now: datetime) -> Proved:
    """Try the code of a registration. Raises RegistrationGone, CodeWrong or CodeExpired."""
    row = _row(registration_id, now)
    use_code = codes.try_code(_purpose(registration_id), Address("email", row.email), code, now)
    form = Application.model_validate(row.form)
    return Proved(registration_id, form, row.password_hash, row.consent, use_code)


def register_parts(
    proved: Proved, user_id: str, agent_id: str, role: str, permissions: frozenset[str], visit: Visit
) -> tuple[sessions.Opened, list[Part]]:
    """Make the account of a proved registration and sign it in, in the caller's transaction.

    The phone signs in this account too unless it signs in another one already. Raises AlreadyRegistered,
    CodeExpired, or Stale for `transaction.retry_stale`.
    """
    form = proved.form
    user = table.UserRow(
        user_id=user_id,
        kind="agent",
        agent_id=agent_id,
        role=role,
        permissions=sorted(permissions),
        name=form.contact_name,
        email=form.email,
        phone=form.phone,
        password_hash=proved.password_hash,
        created_at=clock.to_text(visit.now),
    )
    opened, open_part = sessions.open_part(user, visit)
    email, phone = str(Address("email", form.email)), str(Address("sms", form.phone))
    parts = [
        table.finish_registration_part(proved.registration_id),
        proved.use_code,
        table.create_user_part(user),
        table.claim_part("agent", email, user_id, proven=True, error=rules.AlreadyRegistered),
        open_part,
        log.part(user, "registration", log.OK, visit),
    ]
    if table.identifier("agent", phone) is None:
        parts.append(table.claim_part("agent", phone, user_id, proven=False, error=Stale))
    return opened, parts


def _row(registration_id: str, now: datetime) -> table.RegistrationRow:
    row = table.registration(registration_id)
    if row is None or clock.from_text(row.valid_until) <= now:
        raise rules.RegistrationGone()
    return row


def _purpose(registration_id: str) -> str:
    return f"registration#{registration_id}"


def _send_code(where: Address, code: str, known: bool, send: Send) -> None:
    send(codes.message(where, "already_registered") if known else codes.message(where, "registration", code))
