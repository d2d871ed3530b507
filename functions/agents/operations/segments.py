"""Segments: companies that are treated alike, by name or by what they have in common."""

from collections.abc import Collection
from typing import Any

from functions.agents import rules, table
from functions.agents.operations.companies import region_code
from functions.agents.rules import Description
from functions.agents.schemas import Company, Members, ReplaceSegment, SaveSegment, Segment, SegmentName
from kit import transaction


def segments() -> list[Segment]:
    """Every segment, by name."""
    return sorted((_view(row) for row in table.segments()), key=lambda one: (one.name, one.segment_id))


def segment_names() -> list[SegmentName]:
    """Every segment by its name, without whom it holds."""
    return [SegmentName(segment_id=one.segment_id, name=one.name) for one in segments()]


def segment(segment_id: str) -> Segment:
    """Raises SegmentNotFound."""
    row = table.segment(segment_id)
    if row is None:
        raise rules.SegmentNotFound()
    return _view(row)


def segments_of(company: Company) -> frozenset[str]:
    """The ids of the segments a company is in."""
    code = region_code(company.region)
    described = Description(company.agent_id, company.tier, code, company.salesperson_id)
    return frozenset(one.segment_id for one in segments() if holds(one.members, described))


def active_agents(
    segment_id: str | None, regions: Collection[str], start: dict[str, Any] | None, limit: int
) -> tuple[list[str], dict[str, Any] | None]:
    """A page of the active companies of a segment (None: of all) and of regions (none: all), by their ids.

    Also the position to go on from, None at the end. Raises SegmentNotFound.
    """
    members = segment(segment_id).members if segment_id else None
    rows, position = table.page(table.companies_in("active", None, start, limit, oldest_first=True))
    return [
        row.agent_id
        for row in rows
        if rules.covers(regions, row.region_code)
        and (
            members is None
            or holds(members, Description(row.agent_id, row.tier, row.region_code, row.salesperson_id))
        )
    ], position


def holds(members: Members, company: Description) -> bool:
    """Whether a segment holds a company."""
    return rules.in_segment(
        company, members.agent_ids, members.tiers, members.regions, members.salesperson_ids
    )


def add_segment(segment_id: str, form: SaveSegment) -> Segment:
    """Add a segment. Raises TooManySegments."""
    if len(table.segments()) >= rules.MOST_SEGMENTS:
        raise rules.TooManySegments()
    return _save(segment_id, form, 1)


def replace_segment(segment_id: str, form: ReplaceSegment) -> Segment:
    """Replace a segment. Raises SegmentNotFound, or Stale when it was changed since `version`."""
    return _save(segment_id, form, form.version + 1)


def delete_segment(segment_id: str) -> None:
    """Raises SegmentNotFound."""
    transaction.commit([table.delete_segment_part(segment_id)])


def _save(segment_id: str, form: SaveSegment, version: int) -> Segment:
    members = form.members.model_dump(mode="json")
    transaction.commit([table.segment_part(segment_id, form.name, members, version)])
    return Segment(segment_id=segment_id, name=form.name, members=form.members, version=version)


def _view(row: table.SegmentRow) -> Segment:
    members = Members.model_validate(row.members, strict=False)
    return Segment(segment_id=row.sk, name=row.name, members=members, version=int(row.version))
