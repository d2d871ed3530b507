"""Sections: one row as it stands, one for every version."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from functions.settings.table.rows import Row
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

CURRENT = "CURRENT"


class SectionRow(Row):
    """One version of a section."""

    document = JSONAttribute()
    version = NumberAttribute()
    changed_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()


def current(name: str) -> SectionRow | None:
    """The section as it stands, if it was ever changed."""
    return SectionRow.find(_pk(name), CURRENT, consistent=True)


def history(name: str, before: int | None, limit: int) -> list[SectionRow]:
    """Versions of a section below `before`, newest first."""
    last = _version_key(before - 1 if before is not None else 99_999_999)
    within = SectionRow.sk.between(_version_key(0), last)
    return list(SectionRow.query(_pk(name), within, scan_index_forward=False, limit=limit))


def change_parts(
    name: str, document: dict[str, Any], version: int, changed_at: str, actor: str
) -> list[Part]:
    """Replace version `version - 1` by `version`; raises Stale when it is no longer the current one."""

    def row(sk: str) -> SectionRow:
        return SectionRow(
            _pk(name), sk, document=document, version=version, changed_at=changed_at, changed_by=actor
        )

    unchanged = SectionRow.version == version - 1 if version > 1 else SectionRow.pk.does_not_exist()
    return [
        transaction.put(row(CURRENT), unchanged, Stale),
        transaction.create(row(_version_key(version)), Stale),
    ]


def _pk(name: str) -> str:
    return f"SECTION#{name}"


def _version_key(version: int) -> str:
    return f"VERSION#{version:08d}"
