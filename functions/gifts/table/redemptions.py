"""Redemptions, and the addresses gifts went to."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from functions.gifts.rules.redemptions import Redemption, State
from functions.gifts.table.rows import GiftsRow, PlaceRow, RedemptionRow
from kit import pages, transaction
from kit.documents import read, read_text, write
from kit.errors import Stale
from kit.transaction import Part


def redemption(redemption_id: str) -> Redemption | None:
    """A redemption as it stands."""
    row = RedemptionRow.find(_key(redemption_id), "REDEMPTION", consistent=True)
    return _redemption(row) if row else None


def create_part(new: Redemption) -> Part:
    """Store a new redemption. Raises Stale when it exists already."""
    return transaction.create(_row(new), Stale)


def save_part(before: Redemption, after: Redemption) -> Part:
    """Store a redemption that moved on. Raises Stale."""
    return transaction.put(_row(after), RedemptionRow.version == before.version, Stale)


def of_agent(
    agent_id: str, after: dict[str, Any] | None, limit: int
) -> tuple[list[Redemption], dict[str, Any] | None]:
    """An agent's redemptions, newest first."""
    found = RedemptionRow.by_agent.query(
        agent_id, scan_index_forward=False, limit=limit, last_evaluated_key=after
    )
    return [_redemption(row) for row in found if isinstance(row, RedemptionRow)], found.last_evaluated_key


def count_since(agent_id: str, instant: str) -> int:
    """How many redemptions an agent has placed since an instant."""
    return RedemptionRow.by_agent.count(agent_id, RedemptionRow.created_at >= instant)


def in_state(
    state: State, after: dict[str, Any] | None, limit: int, wanted: Callable[[Redemption], bool]
) -> tuple[list[Redemption], dict[str, Any] | None]:
    """The redemptions of a state that are wanted, those that wait longest first."""

    def picked(row: GiftsRow) -> Redemption | None:
        held = _redemption(row) if isinstance(row, RedemptionRow) else None
        return held if held and wanted(held) else None

    found = RedemptionRow.by_state.query(state, page_size=limit, last_evaluated_key=after)
    return pages.pick(found, picked, limit)


def all_in_state(state: State) -> Iterator[Redemption]:
    """Every redemption of a state."""
    for row in RedemptionRow.by_state.query(state):
        assert isinstance(row, RedemptionRow)
        yield _redemption(row)


def place_part(place: str, agent_id: str) -> Part:
    """Note that an agent had gifts sent to an address."""
    return transaction.put(PlaceRow(f"PLACE#{place}", f"AGENT#{agent_id}"))


def agents_at(place: str) -> int:
    """How many agents had gifts sent to an address."""
    return PlaceRow.count(f"PLACE#{place}")


def redemption_from(image: Mapping[str, Any]) -> Redemption:
    """A redemption out of a stream record."""
    return read_text(Redemption, image["document"])


def _key(redemption_id: str) -> str:
    return f"REDEMPTION#{redemption_id}"


def _row(of: Redemption) -> RedemptionRow:
    return RedemptionRow(
        _key(of.redemption_id),
        "REDEMPTION",
        document=write(of),
        version=of.version,
        agent_id=of.agent_id,
        state=of.state,
        created_at=of.created_at,
    )


def _redemption(row: RedemptionRow) -> Redemption:
    return read(Redemption, row.document)
