"""Files of companies on their way: STAFF#<user_id> / EXPORT#<export_id>."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from functions.agents.table.rows import Row
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part


class ExportRow(Row):
    """One file: what is wanted, and how many companies are in it so far."""

    wanted = JSONAttribute()
    regions = JSONAttribute()
    fingerprint = UnicodeAttribute()
    started_at = UnicodeAttribute()
    companies = NumberAttribute(default=0)
    finished_at = UnicodeAttribute(null=True)

    @property
    def export_id(self) -> str:
        return str(self.sk.removeprefix("EXPORT#"))


def find_export(user_id: str, export_id: str) -> ExportRow | None:
    """A file of a member of staff."""
    return ExportRow.find(_pk(user_id), _sk(export_id), consistent=True)


def export_part(
    user_id: str, export_id: str, wanted: object, regions: list[str], fingerprint: str, started_at: str
) -> Part:
    """Note a file that is wanted; Stale when it was before."""
    row = ExportRow(
        _pk(user_id),
        _sk(export_id),
        wanted=wanted,
        regions=regions,
        fingerprint=fingerprint,
        started_at=started_at,
    )
    return transaction.create(row, Stale)


def note_progress(row: ExportRow, companies: int, finished_at: str | None = None) -> None:
    """Note how many companies are in a file, and when it was complete."""
    actions: list[Action] = [ExportRow.companies.set(companies)]
    if finished_at:
        actions.append(ExportRow.finished_at.set(finished_at))
    row.update(actions)


def _pk(user_id: str) -> str:
    return f"STAFF#{user_id}"


def _sk(export_id: str) -> str:
    return f"EXPORT#{export_id}"
