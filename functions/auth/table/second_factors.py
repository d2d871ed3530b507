"""Second factors of staff."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from functions.auth import rules
from functions.auth.rules import Proof
from functions.auth.table.rows import SecondFactorRow, epoch_of
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

_SK = "SECOND_FACTOR"
_UNCONFIRMED = timedelta(hours=1)


def second_factor(user_id: str) -> SecondFactorRow | None:
    return SecondFactorRow.find(_pk(user_id), _SK, consistent=True)


def second_factors(user_ids: Iterable[str]) -> list[SecondFactorRow]:
    """Those of several people, in no promised order."""
    return list(SecondFactorRow.batch_get([(_pk(user_id), _SK) for user_id in user_ids]))


def begin_second_factor_part(user_id: str, nonce: str, now: datetime) -> Part:
    """A second factor to be confirmed, instead of one that never was. Raises SecondFactorOn."""
    row = SecondFactorRow(_pk(user_id), _SK, user_id=user_id, nonce=nonce)
    row.expires_at_epoch = epoch_of(now + _UNCONFIRMED)
    return transaction.put(row, ~_is_on() | SecondFactorRow.pk.does_not_exist(), rules.SecondFactorOn)


def confirm_second_factor_part(row: SecondFactorRow, step: int, recovery: set[str]) -> Part:
    """Let the one that was read count from now on. Raises Stale."""
    actions: list[Action] = [
        SecondFactorRow.confirmed.set(True),
        SecondFactorRow.last_step.set(step),
        SecondFactorRow.recovery.set(recovery),
        SecondFactorRow.expires_at_epoch.remove(),
    ]
    unchanged = ~_is_on() & (SecondFactorRow.nonce == row.nonce)
    return transaction.update(SecondFactorRow, row.pk, _SK, actions, unchanged, Stale)


def use_second_factor_part(user_id: str, proof: Proof, recovery: set[str] | None = None) -> Part:
    """Use up a code; new recovery codes take the place of all others. Raises SecondFactorWrong."""
    actions: list[Action] = []
    if isinstance(proof, int):
        actions.append(SecondFactorRow.last_step.set(proof))
    elif not recovery:
        actions.append(SecondFactorRow.recovery.delete({proof}))
    if recovery:
        actions.append(SecondFactorRow.recovery.set(recovery))
    return transaction.update(
        SecondFactorRow, _pk(user_id), _SK, actions, _is_unused(proof), rules.SecondFactorWrong
    )


def remove_second_factor_part(user_id: str, proof: Proof | None = None) -> Part:
    """Remove a second factor; with a proof only while that is unused. Raises SecondFactorWrong."""
    row = SecondFactorRow(_pk(user_id), _SK)
    return transaction.delete(row, None if proof is None else _is_unused(proof), rules.SecondFactorWrong)


def _is_unused(proof: Proof) -> Condition:
    is_unused: Condition = (
        SecondFactorRow.last_step < proof
        if isinstance(proof, int)
        else SecondFactorRow.recovery.contains(proof)
    )
    both: Condition = _is_on() & is_unused
    return both


def _is_on() -> Condition:
    is_on: Condition = SecondFactorRow.confirmed == True  # noqa: E712
    return is_on


def _pk(user_id: str) -> str:
    return f"USER#{user_id}"
