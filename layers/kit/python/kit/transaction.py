"""One command, one write: parts handed over by several contexts, committed as one TransactWriteItems.

Each part carries the error its failed condition means, so the caller learns the cause by name.
Conflicts between transactions and throttling are retried with jitter; a failed condition never is.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from tenacity import Retrying, retry_if_exception, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from kit import actor, aws, rows
from kit.errors import Busy, Conflict, Stale

MOST_ACTIONS = 100
_ATTEMPTS = 8
_TRANSIENT_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_TRANSIENT_CODES = {
    "TransactionInProgressException",
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
}
# PynamoDB sends a transaction's actions grouped in this order, whatever order they were given in.
_SENT_ORDER = ("check", "delete", "put", "update")

OldRow = dict[str, Any] | None
PartError = Exception | type[Exception] | Callable[[OldRow], Exception]
Result = TypeVar("Result")

wait = wait_random_exponential(multiplier=0.02, max=1.0)


@dataclass(frozen=True)
class Part:
    """One action of a transaction and what it means when its condition fails."""

    kind: str
    arguments: dict[str, Any]
    error: PartError


def put(item: Model, condition: Condition | None = None, error: PartError = Conflict) -> Part:
    """Write a whole row, if the condition holds on what is there."""
    arguments = item.get_save_kwargs_from_instance(
        condition=condition, return_values_on_condition_failure="ALL_OLD"
    )
    return Part("put", arguments, error)


def create(item: Model, error: PartError = Conflict) -> Part:
    """Write a row that must not exist yet."""
    return put(item, type(item).pk.does_not_exist(), error)  # type: ignore[attr-defined]


def update(
    model: type[Model],
    hash_key: str,
    range_key: str,
    actions: Sequence[Action],
    condition: Condition | None = None,
    error: PartError = Conflict,
) -> Part:
    """Change attributes of a row, if the condition holds."""
    arguments = model(hash_key, range_key).get_update_kwargs_from_instance(
        actions=list(actions),
        condition=condition,
        return_values_on_condition_failure="ALL_OLD",
    )
    return Part("update", arguments, error)


def delete(item: Model, condition: Condition | None = None, error: PartError = Conflict) -> Part:
    """Remove a row, if the condition holds."""
    if (acting := actor.present()) and isinstance(item, rows.Row) and (image := item.image()):
        # A removed row carries no mark, so the operation keeps what it was.
        acting.removals.append(actor.Removal(item.Meta.table_name, image))
    arguments = item.get_delete_kwargs_from_instance(
        condition=condition, return_values_on_condition_failure="ALL_OLD"
    )
    return Part("delete", arguments, error)


def check(
    model: type[Model], hash_key: str, range_key: str, condition: Condition, error: PartError = Conflict
) -> Part:
    """Write nothing; the whole transaction fails if the condition does not hold."""
    arguments = model(hash_key, range_key).get_delete_kwargs_from_instance(
        condition=condition, return_values_on_condition_failure="ALL_OLD"
    )
    return Part("check", arguments, error)


def commit(parts: Sequence[Part], token: str | None = None) -> None:
    """Write all parts or none.

    Raises the error of the first part (in the given order) whose condition failed, or Busy when
    writers kept meeting on the same rows. One token spans all attempts, so that an answer lost on
    the way is not written twice.
    """
    if not 0 < len(parts) <= MOST_ACTIONS:
        raise ValueError(f"a transaction has 1 to {MOST_ACTIONS} actions, not {len(parts)}")
    sent = sorted(parts, key=lambda part: _SENT_ORDER.index(part.kind))
    token = token or str(uuid.uuid4())
    retrying = Retrying(
        retry=retry_if_exception(_is_transient), wait=wait, stop=stop_after_attempt(_ATTEMPTS), reraise=True
    )
    try:
        retrying(_write, sent, token)
    except TransactWriteError as failure:
        if _is_transient(failure):
            raise Busy() from failure
        raise _meaning(failure, sent, parts) from failure


def _write(sent: Sequence[Part], token: str) -> None:
    grouped = {kind: [part.arguments for part in sent if part.kind == kind] for kind in _SENT_ORDER}
    aws.dynamodb().transact_write_items(
        condition_check_items=grouped["check"],
        delete_items=grouped["delete"],
        put_items=grouped["put"],
        update_items=grouped["update"],
        client_request_token=token,
    )


def _is_transient(failure: BaseException) -> bool:
    if not isinstance(failure, TransactWriteError):
        return False
    reasons = {reason.code for reason in failure.cancellation_reasons if reason}
    if "ConditionalCheckFailed" in reasons:
        return False
    return bool(reasons & _TRANSIENT_REASONS) or failure.cause_response_code in _TRANSIENT_CODES


def _meaning(failure: TransactWriteError, sent: Sequence[Part], given: Sequence[Part]) -> Exception:
    reasons = {
        id(part): reason
        for part, reason in zip(sent, failure.cancellation_reasons, strict=False)
        if reason and reason.code == "ConditionalCheckFailed"
    }
    for part in given:
        if reason := reasons.get(id(part)):
            return _error_of(part, rows.plain(reason.raw_item) if reason.raw_item else None)
    return failure


def _error_of(part: Part, old_row: OldRow) -> Exception:
    if isinstance(part.error, Exception):
        return part.error
    if isinstance(part.error, type):
        return cast(type[Exception], part.error)()
    return part.error(old_row)


def retry_stale(command: Callable[[], Result], attempts: int = 12) -> Result:
    """Run load → decide → save again while somebody else changed the rows in between.

    The command must load afresh each time and raise Stale when its optimistic version was outrun.
    Raises Busy when it was outrun every time.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(Stale), wait=wait, stop=stop_after_attempt(attempts), reraise=True
    )
    try:
        return retrying(command)
    except Stale as outrun:
        raise Busy() from outrun
