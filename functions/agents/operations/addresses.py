"""The address book: at most fifty addresses, one of them the default."""

from functions.agents import rules, table
from functions.agents.operations.companies import require_open
from functions.agents.schemas import Address, EditAddress, SaveAddress
from functions.auth.schemas import Region
from kit import transaction
from kit.errors import Stale


def addresses(agent_id: str) -> list[Address]:
    """A company's addresses, the default first."""
    book, rows = table.addresses(agent_id)
    found = [_view(row, book) for row in rows]
    return sorted(found, key=lambda one: not one.is_default)


def address(agent_id: str, address_id: str) -> Address:
    """One of a company's addresses. Raises AddressNotFound, also for another company's."""
    return _view(_row_of(agent_id, address_id), table.book(agent_id))


def add_address(agent_id: str, form: SaveAddress, address_id: str) -> Address:
    """Add an address; the first is the default, and one that is there already stays the only one.

    Raises TooManyAddresses or CompanyNotActive.
    """
    require_open(agent_id, "browse")

    def add() -> Address:
        book, rows = table.addresses(agent_id)
        known = next((_view(row, book) for row in rows if _is_same(row, form)), None)
        if known and known.is_default >= form.is_default:
            return known
        count = int(book.entries) if book else 0
        if count >= rules.MOST_ADDRESSES:
            raise rules.TooManyAddresses()
        default_id = address_id if form.is_default or not (book and book.default_id) else book.default_id
        values = form.model_dump(mode="json", exclude={"is_default"})
        transaction.commit(
            [
                table.book_part(agent_id, book, count + 1, default_id),
                table.address_part(agent_id, address_id, values, 1),
            ]
        )
        return Address(
            **form.model_dump(exclude={"is_default", "region"}),
            region=form.region,
            address_id=address_id,
            is_default=default_id == address_id,
            version=1,
        )

    return transaction.retry_stale(add)


def edit_address(agent_id: str, address_id: str, edit: EditAddress) -> Address:
    """Change an address.

    Raises AddressNotFound, CompanyNotActive, or Stale when it was changed since `version`.
    """
    require_open(agent_id, "browse")
    row, book = _row_of(agent_id, address_id), table.book(agent_id)
    if row.version != edit.version:
        raise Stale()
    changes = edit.model_dump(mode="json", exclude_none=True, exclude={"version", "is_default"})
    before = {name: getattr(row, name) for name in ("contact_name", "phone", "region", "text")}
    parts = [table.address_part(agent_id, address_id, before | changes, edit.version + 1)]
    if edit.is_default and book and book.default_id != address_id:
        parts.append(table.book_part(agent_id, book, int(book.entries), address_id))
    transaction.commit(parts)
    return address(agent_id, address_id)


def delete_address(agent_id: str, address_id: str) -> None:
    """Take an address out of the book; orders keep their own copy. Raises AddressNotFound."""

    def delete() -> None:
        book = table.book(agent_id)
        if book is None:
            raise rules.AddressNotFound()
        default_id = None if book.default_id == address_id else book.default_id
        transaction.commit(
            [
                table.delete_address_part(agent_id, address_id),
                table.book_part(agent_id, book, int(book.entries) - 1, default_id),
            ]
        )

    transaction.retry_stale(delete)


def _is_same(row: table.AddressRow, form: SaveAddress) -> bool:
    values = form.model_dump(mode="json", exclude={"is_default"})
    return all(getattr(row, name) == value for name, value in values.items())


def _row_of(agent_id: str, address_id: str) -> table.AddressRow:
    row = table.address(agent_id, address_id)
    if row is None:
        raise rules.AddressNotFound()
    return row


def _view(row: table.AddressRow, book: table.AddressesRow | None) -> Address:
    return Address(
        address_id=row.address_id,
        contact_name=row.contact_name,
        phone=row.phone,
        region=Region.model_validate(row.region),
        text=row.text,
        is_default=bool(book and book.default_id == row.address_id),
        version=int(row.version),
    )
