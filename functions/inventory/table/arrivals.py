"""Goods on their way to the warehouse."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from functions.inventory import rules
from functions.inventory.rules import Arrival
from functions.inventory.table.rows import Row
from kit import pages, transaction
from kit.errors import Stale
from kit.pages import PageQuery
from kit.transaction import Part


class ExpectedByDay(GlobalSecondaryIndex["ArrivalRow"]):
    """Arrivals still expected, the next ones first."""

    class Meta:
        index_name = "by_alert"
        projection = AllProjection()

    alert = UnicodeAttribute(hash_key=True)
    available_sort = UnicodeAttribute(range_key=True)


class ArrivalRow(Row):
    """Pieces of a SKU that are to arrive."""

    quantity = NumberAttribute()
    received = NumberAttribute()
    expected_on = UnicodeAttribute()
    note = UnicodeAttribute()
    state = UnicodeAttribute()
    version = NumberAttribute()
    fingerprint = UnicodeAttribute()
    alert = UnicodeAttribute(null=True)
    available_sort = UnicodeAttribute(null=True)
    by_alert = ExpectedByDay()


def arrival(sku_id: str, arrival_id: str) -> Arrival | None:
    """An arrival, as of this moment."""
    row = ArrivalRow.find(*_key(sku_id, arrival_id), consistent=True)
    return _arrival(row) if row else None


def expected(query: PageQuery) -> tuple[list[Arrival], str | None]:
    """What is still expected, the next ones first; and the next cursor."""
    found = ArrivalRow.by_alert.query(
        rules.EXPECTED, limit=query.limit, last_evaluated_key=pages.read(query.cursor, "arrivals")
    )
    items = [_arrival(row) for row in found]
    return items, pages.sign(found.last_evaluated_key, "arrivals")


def expected_of(sku_id: str) -> list[Arrival]:
    """What is still expected of a SKU, the next ones first."""
    rows = ArrivalRow.query(f"SKU#{sku_id}", ArrivalRow.sk.startswith("ARRIVAL#"), consistent_read=True)
    found = [one for one in map(_arrival, rows) if one.state == rules.EXPECTED]
    return sorted(found, key=lambda one: (one.expected_on, one.arrival_id))


def arrival_part(arrival: Arrival) -> Part:
    """Write an arrival; raises Stale unless the version before it is the stored one."""
    is_open = arrival.state == rules.EXPECTED
    row = ArrivalRow(
        *_key(arrival.sku_id, arrival.arrival_id),
        quantity=arrival.quantity,
        received=arrival.received,
        expected_on=arrival.expected_on,
        note=arrival.note,
        state=arrival.state,
        version=arrival.version,
        fingerprint=arrival.fingerprint,
        alert=rules.EXPECTED if is_open else None,
        available_sort=f"{arrival.expected_on}#{arrival.arrival_id}" if is_open else None,
    )
    if arrival.version == 1:
        return transaction.create(row, Stale)
    return transaction.put(row, ArrivalRow.version == arrival.version - 1, Stale)


def _key(sku_id: str, arrival_id: str) -> tuple[str, str]:
    return f"SKU#{sku_id}", f"ARRIVAL#{arrival_id}"


def _arrival(row: ArrivalRow) -> Arrival:
    return Arrival(
        sku_id=row.pk.partition("#")[2],
        arrival_id=row.sk.partition("#")[2],
        quantity=int(row.quantity),
        received=int(row.received),
        expected_on=row.expected_on,
        note=row.note,
        state=row.state,  # type: ignore[arg-type]
        version=int(row.version),
        fingerprint=row.fingerprint,
    )
