"""The second factor of staff: codes of an authenticator app (RFC 6238), recovery codes for when it is lost.

The app's secret is derived from a key of the service and a number in the row, so no table or backup has it.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex
from typing import NoReturn

import pyotp

from functions.auth import rules, table
from functions.auth.operations import log, passwords, seals, tries
from functions.auth.rules import Address, Proof, Visit
from functions.auth.schemas import RecoveryCodes, SecondFactorSecret
from kit import secrets, transaction
from kit.tokens import Principal
from kit.transaction import Part

_ISSUER = "dealer-shop"


def is_on(user_id: str) -> bool:
    """Whether somebody needs a code besides the password."""
    row = table.second_factor(user_id)
    return row is not None and bool(row.confirmed)


def who_have(user_ids: Iterable[str]) -> set[str]:
    """Those of several people who need a code besides the password."""
    return {row.user_id for row in table.second_factors(user_ids) if row.confirmed}


def recovery_codes_left(user_id: str) -> int | None:
    """How many recovery codes somebody still has; None without a second factor."""
    row = table.second_factor(user_id)
    return len(row.recovery or ()) if row and row.confirmed else None


def begin(user_id: str, password: str, visit: Visit) -> SecondFactorSecret:
    """A secret for an authenticator app; it counts once a code of it was confirmed.

    Raises SignInFailed, SignInBlocked or SecondFactorOn.
    """
    user = table.require_user(user_id)
    parts = _prove_password(user, password, visit)
    nonce = token_hex(16)
    transaction.commit([*parts, table.begin_second_factor_part(user_id, nonce, visit.now)])
    app = pyotp.TOTP(_secret(user_id, nonce))
    return SecondFactorSecret(
        secret=app.secret, secret_uri=app.provisioning_uri(name=user.email, issuer_name=_ISSUER)
    )


def confirm(caller: Principal, code: str, visit: Visit) -> RecoveryCodes:
    """Ask for codes from now on; all other sessions end.

    Raises SecondFactorOff without a secret to confirm, SecondFactorOn or SecondFactorWrong.
    """
    user, row = table.require_user(caller.user_id), _row(caller.user_id)
    if row.confirmed:
        raise rules.SecondFactorOn()
    tries.count(user.kind, Address("email", user.email), visit)
    step = _step(row, code, visit.now)
    if step is None:
        _refuse(user, visit)
    codes, epoch = _recovery_codes(), int(user.epoch)
    transaction.commit(
        [
            table.confirm_second_factor_part(row, step, _digests(user.user_id, codes)),
            _forget(user),
            table.change_user_part(user.user_id, {}, end_sessions=True, condition=table.epoch_is(epoch)),
            table.renew_session_part(user.user_id, caller.session_id, epoch + 1),
        ]
    )
    return RecoveryCodes(recovery_codes=codes)


def renew_recovery_codes(user_id: str, code: str, visit: Visit) -> RecoveryCodes:
    """New recovery codes; those before are worth nothing. Raises SecondFactorOff or SecondFactorWrong."""
    user, row = table.require_user(user_id), _confirmed(user_id)
    tries.count(user.kind, Address("email", user.email), visit)
    proof, codes = _proof(user, row, code, visit), _recovery_codes()
    transaction.commit(
        [table.use_second_factor_part(user_id, proof, _digests(user_id, codes)), _forget(user)]
    )
    return RecoveryCodes(recovery_codes=codes)


def remove(user_id: str, password: str, code: str, visit: Visit) -> None:
    """Ask for no codes any more.

    Raises SignInFailed, SignInBlocked, SecondFactorOff or SecondFactorWrong.
    """
    user, row = table.require_user(user_id), _confirmed(user_id)
    forget = _prove_password(user, password, visit)
    proof = _proof(user, row, code, visit)
    transaction.commit([table.remove_second_factor_part(user_id, proof), *forget])


def reset_parts(user_id: str) -> list[Part]:
    """Take the second factor from somebody who lost it, and end their sessions."""
    return [
        table.remove_second_factor_part(user_id),
        table.change_user_part(user_id, {}, end_sessions=True),
    ]


def ask(user: table.UserRow, visit: Visit) -> NoReturn:
    """Raises SecondFactorNeeded with the text that shows, for a few minutes, that the password was right."""
    transaction.commit([log.part(user, "password", "SecondFactorNeeded", visit)])
    until = visit.now + rules.CHALLENGE_LIFETIME
    content = f"{user.user_id}.{int(user.epoch)}.{int(until.timestamp())}"
    raise rules.SecondFactorNeeded(
        challenge=seals.sealed("challenge", content), valid_for=rules.seconds(rules.CHALLENGE_LIFETIME)
    )


def asked(challenge: str, now: datetime) -> table.UserRow:
    """Whose password was right. Raises SessionEnded."""
    content = seals.opened("challenge", challenge)
    if content is None:
        raise rules.SessionEnded()
    user_id, epoch, until = content.split(".")
    user = table.user(user_id)
    if user is None or int(until) <= now.timestamp() or int(epoch) != user.epoch:
        raise rules.SessionEnded()
    return user


def prove(user: table.UserRow, code: str, visit: Visit) -> list[Part]:
    """What uses up a right code.

    Raises SecondFactorWrong, SignInBlocked, or SessionEnded when no code is asked for any more.
    """
    row = table.second_factor(user.user_id)
    if row is None or not row.confirmed:
        raise rules.SessionEnded()
    tries.count(user.kind, Address("email", user.email), visit)
    return [table.use_second_factor_part(user.user_id, _proof(user, row, code, visit)), _forget(user)]


def _proof(user: table.UserRow, row: table.SecondFactorRow, code: str, visit: Visit) -> Proof:
    """What a code proves; it is used up in the write. Raises SecondFactorWrong."""
    proof = _step(row, code, visit.now) or _digest(row.user_id, code)
    if isinstance(proof, str) and proof not in (row.recovery or ()):
        _refuse(user, visit)
    return proof


def _refuse(user: table.UserRow, visit: Visit) -> NoReturn:
    transaction.commit([log.part(user, "second_factor", "SecondFactorWrong", visit)])
    raise rules.SecondFactorWrong()


def _step(row: table.SecondFactorRow, code: str, now: datetime) -> int | None:
    """The half-minute a code of the app belongs to: this one or a neighbour."""
    app = pyotp.TOTP(_secret(row.user_id, row.nonce))
    present = app.timecode(now)
    nearby = range(present - rules.STEPS_ASIDE, present + rules.STEPS_ASIDE + 1)
    return next((step for step in nearby if hmac.compare_digest(app.generate_otp(step), code)), None)


def _prove_password(user: table.UserRow, password: str, visit: Visit) -> list[Part]:
    tries.count(user.kind, Address("email", user.email), visit)
    if not passwords.matches(user.password_hash, password):
        transaction.commit([log.part(user, "password", "SignInFailed", visit)])
        raise rules.SignInFailed("密码不正确")
    return [_forget(user)]


def _forget(user: table.UserRow) -> Part:
    return table.forget_attempts_part(user.kind, Address("email", user.email))


def _row(user_id: str) -> table.SecondFactorRow:
    row = table.second_factor(user_id)
    if row is None:
        raise rules.SecondFactorOff()
    return row


def _confirmed(user_id: str) -> table.SecondFactorRow:
    row = _row(user_id)
    if not row.confirmed:
        raise rules.SecondFactorOff()
    return row


def _recovery_codes() -> list[str]:
    drawn = [token_hex(5).upper() for _ in range(rules.RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def _digests(user_id: str, codes: list[str]) -> set[str]:
    return {_digest(user_id, code) for code in codes}


def _digest(user_id: str, code: str) -> str:
    return hmac.new(_key(), f"recovery\0{user_id}\0{code}".encode(), hashlib.sha256).hexdigest()


def _secret(user_id: str, nonce: str) -> str:
    digest = hmac.new(_key(), f"app\0{user_id}\0{nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def _key() -> bytes:
    return secrets.text("second-factor-key").encode()
