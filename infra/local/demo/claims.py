"""Goods that dealers were not content with: after-sales in every state, the newest still waiting."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from functions.orders.operations import after_sales, after_sales_desk, after_sales_reading, reading
from functions.orders.operations.after_sales_desk import CaseCommand
from functions.orders.rules import AfterSale
from functions.orders.schemas import (
    AcceptedLine,
    ApproveAfterSale,
    ClaimGoods,
    DeclineAfterSale,
    LineBody,
    OrdersQuery,
    OrderView,
    ReceiveGoods,
    SendBack,
    StaffAfterSale,
)
from functions.payments import operations as payments
from functions.settings import operations as settings
from functions.settings.schemas import AfterSaleSettings, Change, ReturnAddress
from infra.local.demo import goods
from infra.local.demo.goods import CLERK, Ids
from infra.local.demo.people import Dealer
from kit.tokens import Principal

At = Callable[[datetime, Callable[[datetime], None]], None]


@dataclass(frozen=True)
class Story:
    """A claim so many days ago and what became of it; what lies after today has not happened yet."""

    days_ago: float
    kind: str
    reason: str
    text: str
    end: str


_STORIES = (
    Story(60, "refund_only", "missing_pieces", "整箱少了一盒，开箱视频可提供。", "refunded"),
    Story(45, "return", "quality", "茶饼边缘受潮，申请退货。", "refunded"),
    Story(33, "return", "unwanted", "门店调整品类，想退掉一部分。", "rejected"),
    Story(21, "refund_only", "damaged", "外盒压扁，客户不肯收。", "refunded"),
    Story(15, "return", "unwanted", "下错规格了。", "cancelled"),
    Story(9, "return", "not_as_described", "汤色与样品差别较大。", "disputed"),
    Story(5, "return", "wrong_goods", "收到的是另一款。", "return_shipped"),
    Story(3.2, "refund_only", "damaged", "两盒封口破损。", "refunding"),
    Story(3, "return", "quality", "有明显异味，申请退货。", "awaiting_return"),
    Story(2.4, "refund_only", "missing_pieces", "少发一盒。", "applied"),
    Story(0.3, "return", "damaged", "运输途中摔坏。", "applied"),
)


def set_return_address(now: datetime) -> None:
    """Where the demo merchant wants goods back."""
    address = ReturnAddress(
        contact_name="售后仓", phone="0871-65551234", text="云南省昆明市官渡区经开路 3 号 2 号库"
    )
    value = AfterSaleSettings(return_address=address)
    settings.change(AfterSaleSettings, Change[AfterSaleSettings](version=0, value=value), CLERK, now)


class Claiming:
    """Plays the stories; `carry` delivers the facts that refunds cause."""

    def __init__(self, dealers: list[Dealer], clerk: Principal, carry: Callable[[], None]) -> None:
        self._dealers, self._clerk, self._carry = dealers, clerk, carry
        self._chance = random.Random("claims")  # noqa: S311 - demo data
        self._ids = Ids("claims")
        self._bucket = os.environ["UPLOADS_BUCKET"]

    def plan(self, until: datetime, at: At) -> None:
        """Let each story begin at its time."""
        for number, story in enumerate(_STORIES):
            at(until - timedelta(days=story.days_ago), partial(self._claim, story, number, at))

    def _claim(self, story: Story, number: int, at: At, now: datetime) -> None:
        found = self._claimable(now)
        if found is None:
            return
        dealer, order = found
        line = next(line for line in order.lines if line.claimable)
        picture = f"agents/{dealer.agent_id}/after_sale/{self._ids.long()}.webp"
        body = ClaimGoods.model_validate(
            {
                "kind": story.kind,
                "lines": (LineBody(sku_id=line.sku_id, quantity=min(line.claimable, 2)),),
                "reason": story.reason,
                "description": story.text,
                "pictures": (goods.store_picture(picture, line.name, "茶"),),
            }
        )
        key = f"demo-claim-{number:03d}"
        buyer = _buyer(dealer)
        case_id = after_sales.claim(order.order_id, body, buyer, key, self._bucket, now).after_sale_id
        if story.end != "applied":
            at(now + timedelta(hours=7), lambda then: self._answer(story, case_id, buyer, then, at))

    def _answer(self, story: Story, case_id: str, buyer: Principal, now: datetime, at: At) -> None:
        if story.end == "cancelled":
            after_sales.cancel_claim(case_id, buyer, self._bucket, now)
            return
        if story.end == "rejected":
            no = DeclineAfterSale(version=self._version(case_id), reason="非质量问题且已拆封，不支持退货")
            after_sales_desk.reject_claim(self._command(case_id, now), no)
            return
        yes = ApproveAfterSale(version=self._version(case_id))
        approved = after_sales_desk.approve_claim(self._command(case_id, now), yes)
        if story.kind == "refund_only":
            if story.end == "refunded":
                at(now + timedelta(hours=20), lambda then: self._pay_back(approved, then))
        elif story.end != "awaiting_return":
            at(now + timedelta(hours=24), lambda then: self._send_back(story, case_id, buyer, then, at))

    def _send_back(self, story: Story, case_id: str, buyer: Principal, now: datetime, at: At) -> None:
        parcel = SendBack(carrier="yto", tracking_no=f"YT{self._chance.randrange(10**11, 10**12)}")
        after_sales.send_back(case_id, parcel, buyer, self._bucket, now)
        if story.end != "return_shipped":
            at(now + timedelta(days=3), lambda then: self._look(story, case_id, then, at))

    def _look(self, story: Story, case_id: str, now: datetime, at: At) -> None:
        version = self._version(case_id)
        if story.end == "disputed":
            no = DeclineAfterSale(version=version, reason="退回的商品缺少外盒，需与买家协商")
            after_sales_desk.dispute_goods(self._command(case_id, now), no)
            return
        lines = tuple(
            AcceptedLine(sku_id=line.sku_id, quantity=line.quantity, restock=True)
            for line in self._case(case_id).lines
        )
        taken = ReceiveGoods(version=version, lines=lines)
        received = after_sales_desk.receive_goods(self._command(case_id, now), taken)
        at(now + timedelta(hours=20), lambda then: self._pay_back(received, then))

    def _pay_back(self, case: StaffAfterSale, now: datetime) -> None:
        """Orders of the demo are paid by transfer, so finance sends the money back by hand."""
        self._carry()
        assert case.refund_id
        payments.confirm_refund(case.refund_id, f"R{case.refund_id[:16]}", self._clerk, now)
        self._carry()

    def _claimable(self, now: datetime) -> tuple[Dealer, OrderView] | None:
        for dealer in self._chance.sample(self._dealers, len(self._dealers)):
            for card in reading.list_orders(
                dealer.agent_id, OrdersQuery(status="completed", limit=10), now
            ).items:
                if "after_sale" in card.actions:
                    return dealer, reading.show_order(dealer.agent_id, card.order_id, now)
        return None

    def _case(self, case_id: str) -> AfterSale:
        return after_sales_reading.case_for_staff(case_id, self._clerk)[0]

    def _version(self, case_id: str) -> int:
        return self._case(case_id).version

    def _command(self, case_id: str, now: datetime) -> CaseCommand:
        return CaseCommand(case_id, f"demo-{now:%Y%m%d%H%M}", self._clerk, self._bucket, now)


def _buyer(dealer: Dealer) -> Principal:
    return Principal("agent", dealer.user_id, "demo", agent_id=dealer.agent_id, role="owner")
