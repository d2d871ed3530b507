"""Address books."""

from typing import Any

from functions.agents import rules
from functions.agents.table.rows import AddressesRow, AddressRow, key
from kit import transaction
from kit.errors import Stale
from kit.transaction import Part

_SUMMARY = "ADDRESSES"


def addresses(agent_id: str) -> tuple[AddressesRow | None, list[AddressRow]]:
    """A company's address book."""
    book = AddressesRow.find(key(agent_id), _SUMMARY, consistent=True)
    found = AddressRow.query(key(agent_id), AddressRow.sk.startswith("ADDRESS#"), consistent_read=True)
    return book, list(found)


def address(agent_id: str, address_id: str) -> AddressRow | None:
    return AddressRow.find(key(agent_id), f"ADDRESS#{address_id}", consistent=True)


def book(agent_id: str) -> AddressesRow | None:
    """How many addresses there are and which is the default."""
    return AddressesRow.find(key(agent_id), _SUMMARY, consistent=True)


def book_part(agent_id: str, read: AddressesRow | None, count: int, default_id: str | None) -> Part:
    """Write the address book's summary; raises Stale when it was changed since it was read."""
    row = AddressesRow(key(agent_id), _SUMMARY, entries=count, default_id=default_id)
    row.version = read.version + 1 if read else 1
    unchanged = AddressesRow.version == read.version if read else AddressesRow.pk.does_not_exist()
    return transaction.put(row, unchanged, Stale)


def address_part(agent_id: str, address_id: str, values: dict[str, Any], version: int) -> Part:
    """Write an address as version `version`; raises Stale when the one before is no longer there."""
    row = AddressRow(key(agent_id), f"ADDRESS#{address_id}", address_id=address_id, version=version, **values)
    unchanged = AddressRow.pk.does_not_exist() if version == 1 else AddressRow.version == version - 1
    return transaction.put(row, unchanged, Stale)


def delete_address_part(agent_id: str, address_id: str) -> Part:
    row = AddressRow(key(agent_id), f"ADDRESS#{address_id}")
    return transaction.delete(row, AddressRow.pk.exists(), rules.AddressNotFound)


def delete_addresses(agent_id: str) -> None:
    """Empty a company's address book; may be repeated."""
    book, rows = addresses(agent_id)
    with AddressRow.batch_write() as batch:
        for row in rows:
            batch.delete(row)
    if book:
        book.delete()
