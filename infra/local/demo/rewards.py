"""What the demo merchant gives for points, and the dealers who took it."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from functions.gifts import operations as gifts
from functions.gifts.operations import catalogue
from functions.gifts.schemas import MoveGift, NewGift, Redeem, ShipGift
from functions.points import operations as points
from functions.pricing.operations import terms as pricing
from functions.pricing.rules.coupons import TemplateTerms
from functions.pricing.rules.terms import Discount
from infra.local.demo import content, goods
from infra.local.demo.content import DemoGift
from infra.local.demo.goods import CLERK, Ids
from infra.local.demo.people import Dealer
from kit.errors import DomainError
from kit.tokens import Principal

_CATEGORIES = {
    "样品": "sample",
    "营销物料": "marketing",
    "电子": "electronics",
    "家居": "home",
    "优惠券": "coupon",
    "虚拟服务": "service",
}
_COUPONS = {"满 500 减 50 优惠券": (500_00, 50_00), "满 2000 减 240 优惠券": (2000_00, 240_00)}
REDEMPTIONS = 36
_LATELY = (2, 7, 21, 44)


def open_gift_shop(now: datetime) -> dict[str, DemoGift]:
    """Create the gifts and put them on sale; gift ids with what they stand for."""
    ids = Ids("gifts")
    made: dict[str, DemoGift] = {}
    for number, gift in enumerate(content.GIFTS, 1):
        gift_id = ids.short()
        terms = NewGift.model_validate(
            {
                "name": gift.name,
                "kind": gift.kind,
                "category": _CATEGORIES[gift.category],
                "points": gift.points,
                "images": [goods.picture(gift.name, gift.category, f"gifts/{number:02d}")],
                "description": gift.text,
                "per_agent_limit": gift.limit,
                "template_id": _coupon_template(gift.name, now) if gift.kind == "coupon" else None,
                "stock": 0 if gift.kind == "virtual" else gift.stock,
            }
        )
        catalogue.create_gift(terms, gift_id, CLERK, now)
        if gift.kind == "virtual":
            codes = "\n".join(f"DEMO-{ids.short()}" for _ in range(gift.stock))
            catalogue.import_codes(gift_id, codes, CLERK, now)
        version = catalogue.staff_gift(gift_id).version
        catalogue.move_gift(gift_id, MoveGift(version=version, state="on_sale"))
        made[gift_id] = gift
    return made


def _coupon_template(name: str, now: datetime) -> str:
    least_fen, off_fen = _COUPONS[name]
    terms = TemplateTerms(
        name=name, discount=Discount(off_fen=off_fen), min_spend_fen=least_fen, valid_days=60
    )
    return pricing.create_template(terms, Ids(f"coupon {name}").long(), CLERK, now).id


class Redeeming:
    """Dealers who turn points into gifts now and then; most are approved, the newest wait for review."""

    def __init__(self, dealers: list[Dealer], shop: dict[str, DemoGift], clerk: Principal) -> None:
        self._dealers, self._shop, self._clerk = dealers, shop, clerk
        self._chance = random.Random("redemptions")  # noqa: S311 - demo data
        self._count = 0

    def plan(self, until: datetime, at: Callable[[datetime, Callable[[datetime], None]], None]) -> None:
        """Spread the redemptions over the last five months; some are of the last hours."""
        ages = [timedelta(days=self._chance.uniform(0.2, 150)) for _ in range(REDEMPTIONS)]
        for age in (*ages, *(timedelta(hours=hours) for hours in _LATELY)):
            at(until - age, lambda now: self._redeem(now, now < until - timedelta(days=3)))

    def _redeem(self, now: datetime, reviewed: bool) -> None:
        dealer = self._chance.choice(self._dealers)
        available = points.account(dealer.agent_id, now).available
        wanted = [gift_id for gift_id, gift in self._shop.items() if gift.points <= available]
        if not wanted:
            return
        gift_id = self._chance.choice(wanted)
        gift = self._shop[gift_id]
        self._count += 1
        order = Redeem(
            gift_id=gift_id,
            points=gift.points,
            address_id=dealer.address_id if gift.kind == "physical" else None,
        )
        key = f"demo-gift-{self._count:04d}"
        try:
            redemption = gifts.redeem(dealer.agent_id, dealer.user_id, order, key, now)
        except DomainError:  # had as many of these as one company may have
            return
        if not reviewed:
            return
        gifts.approve(redemption.redemption_id, self._clerk, now)
        if gift.kind == "physical":
            parcel = ShipGift(
                carrier_name="圆通速递", tracking_no=f"YT{self._chance.randrange(10**11, 10**12)}"
            )
            gifts.ship(redemption.redemption_id, parcel, self._clerk, now)
