"""Redemptions as agents make them: one transaction takes points and stock and stores the redemption."""

from datetime import datetime

from functions.agents import operations as agents
from functions.agents.schemas import Address
from functions.gifts.operations.steps import give_back_parts
from functions.gifts.rules import gifts as offers
from functions.gifts.rules import redemptions as rules
from functions.gifts.rules.gifts import Gift, GiftChanged, GiftNotFound
from functions.gifts.rules.redemptions import Redemption, RedemptionNotFound
from functions.gifts.schemas import Redeem, RedemptionCard, RedemptionView, Step
from functions.gifts.table import gifts, redemptions
from functions.gifts.table.gifts import Movement
from functions.points import operations as points
from kit import clock, ids, pages, transaction
from kit.errors import KeyReused
from kit.pages import Page, PageQuery
from kit.transaction import Part

ACTIONS = {"pending_review": ["cancellation"], "shipped": ["receipt"]}


def redeem(agent_id: str, user_id: str, wanted: Redeem, key: str, now: datetime) -> RedemptionView:
    """Exchange points for a gift, once per key.

    Raises KeyReused, GiftNotFound, GiftChanged, GiftNotOpen, TierTooLow, LimitReached, GiftOutOfStock,
    NotEnoughPoints, InDebt, CompanyNotActive, AddressNotFound or Invalid.
    """
    redemption_id = ids.derived_id("gifts", agent_id, key)
    return _view(transaction.retry_stale(lambda: _redeem(agent_id, user_id, wanted, redemption_id, now)))


def of_agent(agent_id: str, query: PageQuery) -> Page[RedemptionCard]:
    """An agent's redemptions, newest first."""
    scope = f"redemptions/{agent_id}"
    found, last = redemptions.of_agent(agent_id, pages.read(query.cursor, scope), query.limit)
    return Page(items=[RedemptionCard(**card(each)) for each in found], next_cursor=pages.sign(last, scope))


def show(agent_id: str, redemption_id: str) -> RedemptionView:
    """One of an agent's redemptions, with its codes. Raises RedemptionNotFound."""
    return _view(_own(agent_id, redemption_id))


def cancel(agent_id: str, redemption_id: str, now: datetime) -> RedemptionView:
    """Take a redemption back before it is reviewed: points return to their old expiry. Once; again says so.

    Raises RedemptionNotFound or RedemptionStepNotAllowed.
    """

    def command() -> Redemption:
        held = _own(agent_id, redemption_id)
        if held.state == "cancelled":
            return held
        cancelled = rules.move(held, "cancelled", now)
        transaction.commit(give_back_parts(held, cancelled, agent_id, now))
        return cancelled

    return _view(transaction.retry_stale(command))


def receive(agent_id: str, redemption_id: str, now: datetime) -> RedemptionView:
    """Confirm that a gift has arrived. Raises RedemptionNotFound or RedemptionStepNotAllowed."""

    def command() -> Redemption:
        held = _own(agent_id, redemption_id)
        received = rules.move(held, "received", now)
        transaction.commit([redemptions.save_part(held, received)])
        return received

    return _view(transaction.retry_stale(command))


def card(redemption: Redemption) -> dict[str, object]:
    """What lists show of a redemption."""
    shown = {name: getattr(redemption, name) for name in RedemptionCard.model_fields if name != "actions"}
    return shown | {"actions": ACTIONS.get(redemption.state, [])}


def history(redemption: Redemption) -> list[Step]:
    """The states a redemption went through."""
    return [Step.model_validate({"state": state, "at": at}) for state, at in redemption.history]


def address(redemption: Redemption) -> Address | None:
    """Where the gift goes, as it was when it was redeemed."""
    return Address.model_validate(redemption.address) if redemption.address else None


def _redeem(agent_id: str, user_id: str, wanted: Redeem, redemption_id: str, now: datetime) -> Redemption:
    fingerprint = ids.fingerprint(wanted)
    if done := redemptions.redemption(redemption_id):
        if done.fingerprint != fingerprint:
            raise KeyReused()
        return done
    gift = gifts.gift(wanted.gift_id)
    if gift is None:
        raise GiftNotFound()
    company = agents.require_open(agent_id, "redeem")
    taken = gifts.taken(agent_id, [gift.gift_id]).get(gift.gift_id, 0)
    offers.check_redeemable(gift, company.tier, taken, wanted.quantity, now)
    total = gift.points * wanted.quantity
    if total != wanted.points:
        raise GiftChanged(f"现在需要 {total} 积分，请确认后再兑换", points=total)
    rules.check_address(gift.kind, wanted.address_id)
    destination = agents.address(agent_id, wanted.address_id) if wanted.address_id else None
    spending, allocation = points.spend_parts(agent_id, total, redemption_id, now, note=gift.name)
    new = _new(redemption_id, agent_id, user_id, gift, wanted, destination, allocation, fingerprint, now)
    transaction.commit([*_parts(new, gift, taken), *spending])
    return new


def _parts(new: Redemption, gift: Gift, taken: int) -> list[Part]:
    movement = Movement(
        gift.gift_id, -new.quantity, "redeemed", f"redeem#{new.redemption_id}", new.agent_id, new.created_at
    )
    parts = [
        redemptions.create_part(new),
        gifts.take_part(gift, new.quantity, new.points, first=not taken),
        gifts.taken_part(new.agent_id, gift.gift_id, taken, taken + new.quantity),
        gifts.movement_part(movement),
    ]
    return [*parts, redemptions.place_part(new.place, new.agent_id)] if new.place else parts


def _new(
    redemption_id: str,
    agent_id: str,
    user_id: str,
    gift: Gift,
    wanted: Redeem,
    destination: Address | None,
    allocation: dict[str, int],
    fingerprint: str,
    now: datetime,
) -> Redemption:
    instant = clock.to_text(now)
    return Redemption(
        redemption_id=redemption_id,
        agent_id=agent_id,
        user_id=user_id,
        gift_id=gift.gift_id,
        gift_version=gift.version,
        gift_name=gift.name,
        kind=gift.kind,
        image=next(iter(gift.images), ""),
        quantity=wanted.quantity,
        points=wanted.points,
        allocation=allocation,
        state="pending_review",
        created_at=instant,
        changed_at=instant,
        fingerprint=fingerprint,
        template_id=gift.template_id,
        address=destination.model_dump(mode="json") if destination else None,
        place=_place(destination) if destination else "",
        history=(("pending_review", instant),),
    )


def _place(destination: Address) -> str:
    region = destination.region
    text = "".join(destination.text.split()).lower()
    return ids.derived_id("place", region.district_code or region.city_code, text)


def _own(agent_id: str, redemption_id: str) -> Redemption:
    found = redemptions.redemption(redemption_id)
    if found is None or found.agent_id != agent_id:
        raise RedemptionNotFound()
    return found


def _view(redemption: Redemption) -> RedemptionView:
    return RedemptionView(
        **card(redemption),
        address=address(redemption),
        reason=redemption.reason,
        carrier_name=redemption.carrier_name,
        tracking_no=redemption.tracking_no,
        coupon_ids=redemption.coupon_ids,
        codes=gifts.codes(redemption.gift_id, redemption.code_ids),
        history=history(redemption),
    )
