"""Gifts on offer: what agents see, what staff keep, stock and codes."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from functions.agents import operations as agents
from functions.agents.schemas import Company
from functions.gifts.rules import gifts as rules
from functions.gifts.rules.gifts import CATEGORIES, MOST_PIECES, Gift, GiftNotFound, GiftState, StockFromCodes
from functions.gifts.schemas import (
    ChangeStock,
    EditGift,
    GiftCard,
    GiftDetail,
    GiftQuery,
    GiftsPage,
    GiftStatistics,
    GiftTerms,
    ImportedCodes,
    MoveGift,
    MovementView,
    NewGift,
    Popularity,
    StaffGift,
    StaffGiftDetail,
    StaffGiftQuery,
)
from functions.gifts.table import gifts
from functions.gifts.table.gifts import Movement
from functions.points import operations as points
from functions.points.schemas import AccountView
from functions.pricing import operations as pricing
from kit import clock, ids, pages, pictures, transaction
from kit.errors import DomainError, Invalid, KeyReused, Stale
from kit.pages import Page, PageQuery

MOST_CODES = 1000
_CODES_AT_ONCE = 80
_LONGEST_CODE = 200
_SHOWN: tuple[GiftState, ...] = ("on_sale", "off_sale", "archived")


def offered(agent_id: str, query: GiftQuery, now: datetime) -> GiftsPage:
    """Gifts on sale by points, each with whether the agent can redeem it."""
    scope = f"gifts/{query.category or ''}"
    after = pages.read(query.cursor, scope)
    found, last = gifts.gifts_page(
        "on_sale", query.category, after, query.limit, lambda gift: not rules.is_over(gift, now)
    )
    company, account = agents.company(agent_id), points.account(agent_id, now)
    taken = gifts.taken(agent_id, (gift.gift_id for gift in found))
    return GiftsPage(
        items=[GiftCard(**_card(gift, company, account, taken.get(gift.gift_id, 0), now)) for gift in found],
        next_cursor=pages.sign(last, scope),
        available_points=account.available,
    )


def offer(agent_id: str, gift_id: str, now: datetime) -> GiftDetail:
    """One gift on sale. Raises GiftNotFound."""
    gift, text = gifts.gift_with_text(gift_id)
    if gift is None or gift.state != "on_sale":
        raise GiftNotFound()
    taken = gifts.taken(agent_id, [gift_id]).get(gift_id, 0)
    card = _card(gift, agents.company(agent_id), points.account(agent_id, now), taken, now)
    return GiftDetail(**card, images=gift.images, description=text, most_pieces=MOST_PIECES[gift.kind])


def staff_gifts(query: StaffGiftQuery) -> Page[StaffGift]:
    """Gifts of one state, by points."""
    scope = f"staff-gifts/{query.state}/{query.category or ''}"
    found, last = gifts.gifts_page(query.state, query.category, pages.read(query.cursor, scope), query.limit)
    return Page(items=[StaffGift(**_staff(gift)) for gift in found], next_cursor=pages.sign(last, scope))


def staff_gift(gift_id: str) -> StaffGiftDetail:
    """One gift in any state. Raises GiftNotFound."""
    gift, text = gifts.gift_with_text(gift_id)
    if gift is None:
        raise GiftNotFound()
    return StaffGiftDetail(**_staff(gift), description=text)


def create_gift(new: NewGift, gift_id: str, actor: str, now: datetime) -> StaffGiftDetail:
    """Draft a gift with its first stock. Raises Invalid, PictureRefused or StockFromCodes."""
    gift = replace(_gift(gift_id, new, now), stock=new.stock)
    rules.check_terms(gift)
    if gift.kind == "virtual" and new.stock:
        raise StockFromCodes()
    pictures.keep(gift.images)
    parts = [gifts.create_part(gift), gifts.text_part(gift_id, new.description)]
    if new.stock:
        first = Movement(gift_id, new.stock, "purchase", "first", actor, clock.to_text(now))
        parts.append(gifts.movement_part(first))
    transaction.commit(parts)
    return staff_gift(gift_id)


def edit_gift(gift_id: str, wanted: EditGift, now: datetime) -> StaffGiftDetail:
    """Replace a gift's terms. Raises GiftNotFound, Stale, GiftStepNotAllowed, PictureRefused or Invalid."""
    before = _seen(gift_id, wanted.version)
    after = rules.edit(before, _gift(gift_id, wanted, now))
    pictures.keep(set(after.images) - set(before.images))
    transaction.commit([gifts.edit_part(before, after), gifts.text_part(gift_id, wanted.description)])
    return staff_gift(gift_id)


def move_gift(gift_id: str, wanted: MoveGift) -> StaffGiftDetail:
    """Put a gift on sale, off sale, or away. Raises GiftNotFound, Stale or GiftStepNotAllowed."""
    before = _seen(gift_id, wanted.version)
    transaction.commit([gifts.edit_part(before, rules.move(before, wanted.state))])
    return staff_gift(gift_id)


def change_stock(
    gift_id: str, wanted: ChangeStock, command_id: str, actor: str, now: datetime
) -> MovementView:
    """Change a gift's stock by hand, once per command.

    Raises GiftNotFound, StockFromCodes, GiftOutOfStock, KeyReused or Invalid.
    """
    if wanted.change == 0:
        raise Invalid(errors=[{"field": "change", "message": "增减数量不能为 0"}])
    if _found(gift_id).kind == "virtual":
        raise StockFromCodes()
    return _movement(transaction.retry_stale(lambda: _change(gift_id, wanted, command_id, actor, now)))


def movements(gift_id: str, query: PageQuery) -> Page[MovementView]:
    """Changes of a gift's stock, newest first."""
    scope = f"gift-movements/{gift_id}"
    found, last = gifts.movements(gift_id, pages.read(query.cursor, scope), query.limit)
    return Page(items=[_movement(each) for each in found], next_cursor=pages.sign(last, scope))


def import_codes(gift_id: str, codes_text: str, actor: str, now: datetime) -> ImportedCodes:
    """Add codes to a virtual gift, one a line; codes imported before are left out.

    Raises GiftNotFound, GiftStepNotAllowed or Invalid.
    """
    if _found(gift_id).kind != "virtual":
        raise rules.GiftStepNotAllowed("只有虚拟服务类礼品才有兑换码")
    lines = [line.strip() for line in codes_text.splitlines() if line.strip()]
    if len(lines) > MOST_CODES or any(len(line) > _LONGEST_CODE for line in lines):
        message = f"每次最多 {MOST_CODES} 个兑换码，每个最长 {_LONGEST_CODE} 字"
        raise Invalid(errors=[{"field": "codes_text", "message": message}])
    codes = {ids.derived_id("code", gift_id, line): line for line in lines}
    imported = sum(
        transaction.retry_stale(lambda some=some: _import(gift_id, some, actor, now))  # type: ignore[misc]
        for some in _chunks(codes)
    )
    return ImportedCodes(imported=imported, duplicates=len(lines) - imported, stock=_found(gift_id).stock)


def statistics() -> GiftStatistics:
    """How popular every gift is that is or was on sale, the most redeemed first."""
    found = [gift for state in _SHOWN for gift in gifts.all_gifts(state)]
    found.sort(key=lambda gift: (-gift.redeemed, gift.gift_id))
    return GiftStatistics(
        items=[_popularity(gift) for gift in found],
        redeemed=sum(gift.redeemed for gift in found),
        points_spent=sum(gift.points_spent for gift in found),
    )


def _change(gift_id: str, wanted: ChangeStock, command_id: str, actor: str, now: datetime) -> Movement:
    fingerprint = ids.fingerprint(wanted)
    if done := gifts.command(gift_id, command_id):
        if done[0] != fingerprint:
            raise KeyReused()
        return done[1]
    movement = Movement(
        gift_id, wanted.change, wanted.reason, f"stock#{command_id}", actor, clock.to_text(now), wanted.note
    )
    transaction.commit(
        [
            gifts.command_part(movement, command_id, fingerprint),
            gifts.change_stock_part(gift_id, wanted.change),
            gifts.movement_part(movement),
        ]
    )
    return movement


def _import(gift_id: str, codes: dict[str, str], actor: str, now: datetime) -> int:
    known = gifts.known_codes(gift_id, codes)
    new = {code_id: code for code_id, code in codes.items() if code_id not in known}
    if new:
        reference = f"codes#{ids.derived_id(*sorted(new))}"
        movement = Movement(gift_id, len(new), "codes", reference, actor, clock.to_text(now))
        transaction.commit(
            [
                *(gifts.import_code_part(gift_id, code_id, code) for code_id, code in new.items()),
                gifts.change_stock_part(gift_id, len(new)),
                gifts.movement_part(movement),
            ]
        )
    return len(new)


def _chunks(codes: dict[str, str]) -> Iterator[dict[str, str]]:
    pairs = list(codes.items())
    for start in range(0, len(pairs), _CODES_AT_ONCE):
        yield dict(pairs[start : start + _CODES_AT_ONCE])


def _found(gift_id: str) -> Gift:
    found = gifts.gift(gift_id)
    if found is None:
        raise GiftNotFound()
    return found


def _seen(gift_id: str, version: int) -> Gift:
    found = _found(gift_id)
    if found.version != version:
        raise Stale()
    return found


def _gift(gift_id: str, terms: GiftTerms, now: datetime) -> Gift:
    for tier in terms.tiers:
        agents.check_tier(tier)
    if terms.template_id:
        _check_template(terms.template_id, now)
    return Gift(
        gift_id=gift_id,
        name=terms.name,
        kind=terms.kind,
        category=terms.category,
        points=terms.points,
        images=tuple(terms.images),
        per_agent_limit=terms.per_agent_limit,
        tiers=tuple(terms.tiers),
        starts_at=clock.to_text(terms.starts_at) if terms.starts_at else None,
        ends_at=clock.to_text(terms.ends_at) if terms.ends_at else None,
        template_id=terms.template_id,
        cost_fen=terms.cost_fen,
    )


def _check_template(template_id: str, now: datetime) -> None:
    """Raises Invalid unless coupons of a template could be issued now; nothing is issued."""
    try:
        pricing.issue_coupon_parts("nobody", template_id, "none", "gift", now)
    except DomainError as refusal:
        raise Invalid(errors=[{"field": "template_id", "message": refusal.detail}]) from None


def _card(gift: Gift, company: Company, account: AccountView, taken: int, now: datetime) -> dict[str, Any]:
    obstacle = _obstacle(gift, company, taken, now)
    short_by = max(0, gift.points - account.available)
    if obstacle is None and account.debt:
        obstacle = f"还需抵扣 {account.debt} 积分后才能兑换"
    if obstacle is None and short_by:
        obstacle = f"还差 {short_by} 分"
    return {
        "gift_id": gift.gift_id,
        "name": gift.name,
        "image": next(iter(gift.images), ""),
        "kind": gift.kind,
        "category": gift.category,
        "category_name": CATEGORIES[gift.category],
        "points": gift.points,
        "stock": gift.stock,
        "per_agent_limit": gift.per_agent_limit,
        "taken": taken,
        "starts_at": gift.starts_at,
        "ends_at": gift.ends_at,
        "affordable": not short_by,
        "short_by": short_by,
        "can_redeem": obstacle is None,
        "obstacle": obstacle,
    }


def _obstacle(gift: Gift, company: Company, taken: int, now: datetime) -> str | None:
    if company.state != "active":
        return "企业通过审核后才能兑换"
    try:
        rules.check_redeemable(gift, company.tier, taken, 1, now)
    except DomainError as refusal:
        return refusal.detail
    return None


def _staff(gift: Gift) -> dict[str, Any]:
    return asdict(gift) | {"category_name": CATEGORIES[gift.category]}


def _popularity(gift: Gift) -> Popularity:
    return Popularity(**{name: getattr(gift, name) for name in Popularity.model_fields})


def _movement(movement: Movement) -> MovementView:
    return MovementView(**{name: getattr(movement, name) for name in MovementView.model_fields})
