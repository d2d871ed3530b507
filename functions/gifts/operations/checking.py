"""Whether stock, movements, codes and redemptions of a gift agree."""

from collections.abc import Iterator

from functions.gifts.rules.gifts import GiftNotFound
from functions.gifts.rules.redemptions import Redemption, State
from functions.gifts.table import gifts, redemptions

_WAITING: tuple[State, ...] = ("pending_review", "approved", "issuing", "issue_failed")


def check_stock(gift_id: str) -> int:
    """By how much a gift's stock differs from the sum of its movements: 0 when all is well."""
    return _stock(gift_id) - sum(movement.change for movement in gifts.all_movements(gift_id))


def check_codes(gift_id: str) -> list[str]:
    """Where codes, the redemptions that have them, and the stock of a virtual gift do not agree."""
    codes, findings = gifts.all_codes(gift_id), []
    free = sum(1 for redemption_id in codes.values() if redemption_id is None)
    promised = sum(held.quantity for held in _waiting(gift_id))
    if _stock(gift_id) != free - promised:
        findings.append(f"stock {_stock(gift_id)}, but {free} codes are free and {promised} promised")
    by_redemption: dict[str, set[str]] = {}
    for code_id, redemption_id in codes.items():
        if redemption_id:
            by_redemption.setdefault(redemption_id, set()).add(code_id)
    for redemption_id, taken in by_redemption.items():
        held = redemptions.redemption(redemption_id)
        if held is None or set(held.code_ids) != taken or len(taken) != held.quantity:
            findings.append(f"redemption {redemption_id} has {len(taken)} codes that it does not list")
    return findings


def _waiting(gift_id: str) -> Iterator[Redemption]:
    for state in _WAITING:
        yield from (held for held in redemptions.all_in_state(state) if held.gift_id == gift_id)


def _stock(gift_id: str) -> int:
    found = gifts.gift(gift_id)
    if found is None:
        raise GiftNotFound()
    return found.stock
