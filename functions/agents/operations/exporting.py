"""Companies as a file for a spreadsheet, written in the background by one message.

A repeated message writes the same file again, so an interrupted one is simply done anew.
"""

from datetime import datetime, timedelta
from tempfile import TemporaryFile

from functions.agents import rules
from functions.agents.operations.lists import every_company
from functions.agents.operations.segments import segment
from functions.agents.operations.tiers import tiers
from functions.agents.rules import sheet
from functions.agents.schemas import CompanyExport, CompanySearch, ExportAgents, ExportCompanies
from functions.agents.table import exports as table
from functions.agents.table.exports import ExportRow
from kit import clock, files, ids, transaction
from kit.errors import KeyReused
from kit.tokens import Principal

_KEPT = timedelta(days=3)  # as the bucket keeps the files
_A_STEP = 500  # companies between two notes of how far it came


def start_export(body: ExportCompanies, key: str, staff: Principal, now: datetime) -> ExportAgents:
    """Begin a file, once per idempotency key; says what is to be done for it.

    Raises SegmentNotFound, KeyReused.
    """
    if body.segment:
        segment(body.segment)
    export_id = ids.derived_id("agents-export", staff.user_id, key)
    wanted, regions = body.model_dump(mode="json"), sorted(staff.regions)
    fingerprint = ids.fingerprint(wanted | {"regions": regions})

    def attempt() -> None:
        row = table.find_export(staff.user_id, export_id)
        if row and row.fingerprint != fingerprint:
            raise KeyReused()
        if row is None:
            at = clock.to_text(now)
            transaction.commit(
                [table.export_part(staff.user_id, export_id, wanted, regions, fingerprint, at)]
            )

    transaction.retry_stale(attempt)
    return ExportAgents(user_id=staff.user_id, export_id=export_id)


def company_export(export_id: str, staff: Principal, bucket: str, now: datetime) -> CompanyExport:
    """How one's own file is coming along. Raises ExportNotFound."""
    row = _found(staff.user_id, export_id)
    is_kept = row.finished_at and now <= clock.from_text(row.finished_at) + _KEPT
    return CompanyExport(
        export_id=export_id,
        stage="running" if row.finished_at is None else "complete" if is_kept else "lapsed",
        companies=int(row.companies),
        started_at=row.started_at,
        finished_at=row.finished_at,
        url=files.link(bucket, _file(export_id)) if is_kept else None,
    )


def export_companies(command: ExportAgents, bucket: str, now: datetime) -> None:
    """Write a file; one that is complete is left alone. Raises ExportNotFound."""
    row = _found(command.user_id, command.export_id)
    if row.finished_at:
        return
    search = CompanySearch.model_validate(row.wanted, strict=False)
    asker = Principal("staff", command.user_id, "", regions=tuple(row.regions))
    names = {tier.code: tier.name for tier in tiers()}
    companies = 0
    with TemporaryFile() as file:
        file.write(sheet.head().encode())
        for company, scale in every_company(search, asker, now):
            file.write(
                sheet.row(company.attribute_values, scale, names.get(company.tier, company.tier)).encode()
            )
            companies += 1
            if companies % _A_STEP == 0:
                table.note_progress(row, companies)
        file.seek(0)
        files.write_sheet(bucket, _file(command.export_id), file)
    table.note_progress(row, companies, clock.to_text(now))


def _found(user_id: str, export_id: str) -> ExportRow:
    row = table.find_export(user_id, export_id)
    if row is None:
        raise rules.ExportNotFound()
    return row


def _file(export_id: str) -> str:
    return f"agents/agents-{export_id}.csv"
