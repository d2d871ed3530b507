"""Policies of handling orders, and every version there was of them."""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.agents.rules.policies import PolicyNotFound
from functions.agents.table.rows import Row
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import OldRow, Part

_POLICIES = "POLICIES"


class PolicyRow(Row):
    """A policy as it stands, or in one of its versions."""

    document = JSONAttribute()
    version = NumberAttribute()
    changed_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()


def policies() -> list[PolicyRow]:
    """Every policy, the newest first."""
    return list(PolicyRow.query(_POLICIES, scan_index_forward=False))


def policy(policy_id: str) -> PolicyRow:
    """A policy. Raises PolicyNotFound."""
    row = PolicyRow.find(_POLICIES, policy_id, consistent=True)
    if row is None:
        raise PolicyNotFound()
    return row


def policy_parts(
    policy_id: str, document: Mapping[str, Any], version: int, actor: str, at: str
) -> list[Part]:
    """Write a version of a policy, and as the newest. Raises PolicyNotFound or Stale."""

    def error(old: OldRow) -> Exception:
        return Stale() if old or version == 1 else PolicyNotFound()

    def row(pk: str, sk: str) -> PolicyRow:
        return PolicyRow(pk, sk, document=dict(document), version=version, changed_at=at, changed_by=actor)

    unchanged = PolicyRow.pk.does_not_exist() if version == 1 else PolicyRow.version == version - 1
    return [
        transaction.put(row(_POLICIES, policy_id), unchanged, error),
        transaction.create(row(f"POLICY#{policy_id}", f"V#{version:06d}"), Stale),
    ]


def delete_policy_part(policy_id: str, version: int) -> Part:
    """Take a policy away; its versions stay. Raises PolicyNotFound or Stale."""

    def error(old: OldRow) -> Exception:
        return Stale() if old else PolicyNotFound()

    return transaction.delete(PolicyRow(_POLICIES, policy_id), PolicyRow.version == version, error)


def history(policy_id: str, query: PageQuery) -> tuple[list[PolicyRow], str | None]:
    """Versions of a policy, the newest first; and the next cursor."""
    scope = f"policies/{policy_id}"
    found = PolicyRow.query(
        f"POLICY#{policy_id}",
        scan_index_forward=False,
        limit=query.limit,
        last_evaluated_key=pages.read(query.cursor, scope),
    )
    return list(found), pages.sign(found.last_evaluated_key, scope)
