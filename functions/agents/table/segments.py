"""Segments and notes of staff."""

from typing import Any

from functions.agents import rules
from functions.agents.table.rows import NoteRow, SegmentRow, key
from kit import transaction
from kit.errors import Stale
from kit.transaction import OldRow, Part

_SEGMENTS = "SEGMENTS"


def segments() -> list[SegmentRow]:
    return list(SegmentRow.query(_SEGMENTS))


def segment(segment_id: str) -> SegmentRow | None:
    return SegmentRow.find(_SEGMENTS, segment_id, consistent=True)


def segment_part(segment_id: str, name: str, members: dict[str, Any], version: int) -> Part:
    """Write a segment as version `version`. Raises SegmentNotFound or Stale."""

    def error(old: OldRow) -> Exception:
        return Stale() if old or version == 1 else rules.SegmentNotFound()

    row = SegmentRow(_SEGMENTS, segment_id, name=name, members=members, version=version)
    unchanged = SegmentRow.pk.does_not_exist() if version == 1 else SegmentRow.version == version - 1
    return transaction.put(row, unchanged, error)


def delete_segment_part(segment_id: str) -> Part:
    row = SegmentRow(_SEGMENTS, segment_id)
    return transaction.delete(row, SegmentRow.pk.exists(), rules.SegmentNotFound)


def note_part(agent_id: str, note_id: str, at: str, actor: str, text: str) -> Part:
    row = NoteRow(key(agent_id), f"NOTE#{note_id}", note_id=note_id, at=at, actor=actor, text=text)
    return transaction.create(row)


def notes(agent_id: str) -> list[NoteRow]:
    """The newest notes first, at most fifty."""
    written = NoteRow.sk.startswith("NOTE#")
    return list(NoteRow.query(key(agent_id), written, scan_index_forward=False, limit=50))
