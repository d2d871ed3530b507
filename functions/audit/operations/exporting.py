"""The log as a file for a spreadsheet."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from tempfile import TemporaryFile

from functions.audit import rules, table
from functions.audit.operations.reading import entry_view
from functions.audit.schemas import EntryView, Export, ExportView
from kit import clock, files, sheets

_LONGEST = timedelta(days=31)
_HEAD = (
    "日期",
    "序号",
    "时间",
    "类型",
    "人员",
    "操作",
    "对象类型",
    "对象",
    "结果",
    "错误",
    "来源地址",
    "变更",
    "操作编号",
    "校验值",
)


def export(wanted: Export, export_id: str, bucket: str, now: datetime) -> ExportView:
    """Write the log of some days into a file, a day's page at a time. Raises RangeTooLong."""
    if wanted.last - wanted.first >= _LONGEST:
        raise rules.RangeTooLong()
    key, rows = f"operations/{export_id}.csv", 0
    with TemporaryFile() as file:
        file.write(sheets.head(_HEAD).encode())
        for row in _rows(wanted.first, wanted.last):
            file.write(sheets.row(row).encode())
            rows += 1
        file.seek(0)
        files.write_sheet(bucket, key, file)
    until = now + files.LINK_LIFETIME
    return ExportView(url=files.link(bucket, key), rows=rows, expires_at=clock.to_text(until))


def _rows(first: date, last: date) -> Iterator[tuple[str, ...]]:
    day = first
    while day <= last:
        for link in table.links(day.isoformat()):
            yield (*_cells(entry_view(link)), link.hash)
        day += timedelta(days=1)


def _cells(view: EntryView) -> tuple[str, ...]:
    return (
        view.day,
        str(view.sequence),
        view.at,
        view.kind,
        view.user_id or "",
        view.action,
        view.object_type,
        view.object_id,
        view.result or "",
        view.code or "",
        view.ip or "",
        json.dumps(view.fields, ensure_ascii=False) if view.fields else "",
        view.operation_id or "",
    )
