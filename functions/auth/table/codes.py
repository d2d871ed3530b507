"""Registrations, codes, and the counters that limit them."""

from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from functions.auth import rules
from functions.auth.rules import Address, Kind
from functions.auth.table.rows import AttemptsRow, CodeRow, CounterRow, RegistrationRow, SendingRow, epoch_of
from kit import clock, transaction
from kit.errors import Stale
from kit.transaction import Part

_A_DAY = timedelta(days=1)


def registration(registration_id: str) -> RegistrationRow | None:
    return RegistrationRow.find(f"REGISTRATION#{registration_id}", "REGISTRATION", consistent=True)


def create_registration_part(registration_id: str, row: RegistrationRow, valid_until: datetime) -> Part:
    row.pk, row.sk = f"REGISTRATION#{registration_id}", "REGISTRATION"
    row.valid_until, row.expires_at_epoch = clock.to_text(valid_until), epoch_of(valid_until)
    return transaction.create(row)


def finish_registration_part(registration_id: str) -> Part:
    """Forget a registration that became an account. Raises RegistrationGone when it already did."""
    row = RegistrationRow(f"REGISTRATION#{registration_id}", "REGISTRATION")
    return transaction.delete(row, RegistrationRow.pk.exists(), rules.RegistrationGone)


def sending(where: Address) -> SendingRow | None:
    return SendingRow.find(f"ADDRESS#{where}", "SENDING", consistent=True)


def sending_part(where: Address, read: SendingRow | None, sent: list[str], now: datetime) -> Part:
    """Note that a code goes to an address; refused when another one has gone since it was read."""
    row = SendingRow(f"ADDRESS#{where}", "SENDING", sent=sent, version=read.version + 1 if read else 1)
    row.expires_at_epoch = epoch_of(now + _A_DAY)
    unchanged = SendingRow.version == read.version if read else SendingRow.pk.does_not_exist()
    wait = rules.seconds(rules.RESEND_AFTER)
    return transaction.put(row, unchanged, rules.CodesLimited(retry_after=wait))


def code_part(purpose: str, where: Address, mac: str, valid_until: datetime) -> Part:
    """Keep a code's HMAC; the code sent before for the same purpose is worth nothing any more."""
    row = CodeRow(*_code_key(purpose, where), mac=mac, tries=0, valid_until=clock.to_text(valid_until))
    row.expires_at_epoch = epoch_of(valid_until + _A_DAY)
    return transaction.put(row)


def count_try(purpose: str, where: Address, now: datetime) -> CodeRow:
    """Spend one try at a code, before it is looked at. Raises CodeExpired when none is left."""
    row = CodeRow(*_code_key(purpose, where))
    may_try = (
        (CodeRow.tries < rules.CODE_TRIES)
        & (CodeRow.used == False)  # noqa: E712  a DynamoDB condition
        & (CodeRow.valid_until > clock.to_text(now))
    )
    if not row.change_if(may_try, [CodeRow.tries.set(CodeRow.tries + 1)]):
        raise rules.CodeExpired()
    return row


def use_code_part(purpose: str, where: Address, mac: str) -> Part:
    """Use up a code. Raises CodeExpired when it was used already."""
    unused = (CodeRow.used == False) & (CodeRow.mac == mac)  # noqa: E712  a DynamoDB condition
    return transaction.update(
        CodeRow, *_code_key(purpose, where), [CodeRow.used.set(True)], unused, rules.CodeExpired
    )


def _code_key(purpose: str, where: Address) -> tuple[str, str]:
    return f"CODE#{purpose}#{where}", "CODE"


def attempts(kind: Kind, where: Address) -> AttemptsRow | None:
    return AttemptsRow.find(f"ATTEMPTS#{kind}#{where}", "ATTEMPTS", consistent=True)


def attempts_part(
    kind: Kind,
    where: Address,
    read: AttemptsRow | None,
    failures: int,
    blocked_until: datetime,
    now: datetime,
) -> Part:
    """Count a try as failed until it proves right. Raises Stale when another try came first."""
    row = AttemptsRow(f"ATTEMPTS#{kind}#{where}", "ATTEMPTS", failures=failures, last_at=clock.to_text(now))
    row.blocked_until = clock.to_text(blocked_until)
    row.version = read.version + 1 if read else 1
    row.expires_at_epoch = epoch_of(now + rules.FAILURES_FORGOTTEN_AFTER)
    unchanged = AttemptsRow.version == read.version if read else AttemptsRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def forget_attempts_part(kind: Kind, where: Address) -> Part:
    return transaction.delete(AttemptsRow(f"ATTEMPTS#{kind}#{where}", "ATTEMPTS"))


def count(name: str, who: str, window: str) -> int:
    """How often something happened in a window so far."""
    row = CounterRow.find(f"LIMIT#{name}#{who}", window, consistent=True)
    return int(row.times) if row else 0


def count_part(name: str, who: str, window: str, limit: int, ends_at: datetime, error: Exception) -> Part:
    """Count one more in a window; fails with the error at the limit."""
    actions: list[Action] = [
        CounterRow.times.set((CounterRow.times | 0) + 1),
        CounterRow.expires_at_epoch.set(epoch_of(ends_at + _A_DAY)),
    ]
    below = CounterRow.times.does_not_exist() | (CounterRow.times < limit)
    return transaction.update(CounterRow, f"LIMIT#{name}#{who}", window, actions, below, error)
