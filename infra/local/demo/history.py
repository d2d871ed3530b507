"""Nine months of business: dealers order what they like, transfer the money, and get their goods."""

import heapq
import os
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from functions.cart import operations as cart
from functions.inventory import operations as inventory
from functions.inventory.schemas import AdjustStock
from functions.orders.operations import on_behalf as ordering
from functions.orders.operations import paying, placing, reading, repricing, reviewing, shipping
from functions.orders.schemas import (
    LineBody,
    NewPrice,
    OrderForm,
    PlaceOnBehalf,
    PlaceOrder,
    Reprice,
    Ship,
)
from functions.payments import operations as payments
from functions.payments.schemas import Confirmation, Voucher
from infra.local.demo import content
from infra.local.demo.content import DemoProduct
from infra.local.demo.people import Dealer
from kit import ids
from kit.errors import DomainError
from kit.tokens import Principal

ORDERS = 300
DAYS = 270
_CARRIERS = ("sf", "zto", "yto", "jd")
_OPENING_HOURS = (9, 19)
_RESTOCK_BELOW = 40
_TAKE_BARGAIN = 0.4
_COLLEAGUE = Principal("staff", "demo", "demo", permissions=frozenset({"*"}))
Event = Callable[[datetime], object]
Placing = Callable[[Dealer, list[tuple[str, int]], datetime], None]


class History:
    """Plays events in the order of time; `carry` delivers the facts they caused."""

    def __init__(
        self,
        dealers: list[Dealer],
        skus: dict[str, list[str]],
        clerks: tuple[Principal, Principal],
        carry: Callable[[], None],
        set_clock: Callable[[datetime], None],
    ) -> None:
        self._dealers, self._skus, self._carry, self._set_clock = dealers, skus, carry, set_clock
        self._reviewer, self._warehouse = clerks
        self._chance = random.Random("history")  # noqa: S311 - demo data
        self._events: list[tuple[datetime, int, Event]] = []
        self._count = 0
        self._paid_unheard: set[str] = set()
        self.bargains: dict[str, int] = {}  # pieces that many order while a SKU costs less
        self.placed = 0

    def at(self, instant: datetime, event: Event) -> None:
        """Let something happen at an instant."""
        heapq.heappush(self._events, (instant, self._count, event))
        self._count += 1

    def play(self, until: datetime, say: Callable[[int], None]) -> None:
        """Let everything happen that happens before `until`."""
        for instant, dealer in self._visits(until):
            self.at(instant, self._order_of(dealer))
        while self._events and self._events[0][0] < until:
            instant, _, event = heapq.heappop(self._events)
            self._set_clock(instant)
            before = self.placed
            event(instant)
            if self.placed != before and self.placed % 50 == 0:
                say(self.placed)
        self._set_clock(until)
        self._carry()

    def fill_desk(self, until: datetime) -> None:
        """Plan a last day whose orders still wait at its end: to be paid, matched or shipped."""
        for turn, dealer in enumerate(self._dealers):
            self.at(until - timedelta(hours=2 * turn + 1), self._order_of(dealer, self._place_lately))

    def _visits(self, until: datetime) -> Iterator[tuple[datetime, Dealer]]:
        """Each dealer comes in a rhythm of its own; together they come ORDERS times."""
        whole = sum(dealer.demo.appetite for dealer in self._dealers)
        for dealer in self._dealers:
            times = round(ORDERS * dealer.demo.appetite / whole)
            for turn in range(times):
                days_ago = (turn + self._chance.uniform(0.1, 0.9)) * (DAYS - 2) / times + 0.2
                day = (until - timedelta(days=days_ago)).replace(minute=0, second=0, microsecond=0)
                hour = self._chance.randint(*_OPENING_HOURS) - 8  # Shanghai's hours, in UTC
                yield day.replace(hour=hour) + timedelta(minutes=self._chance.randrange(60)), dealer

    def _order_of(self, dealer: Dealer, place: Placing | None = None) -> Event:
        def order(now: datetime) -> None:
            placing = place or self._place
            lines = self._basket(dealer, now)
            try:
                placing(dealer, lines, now)
            except DomainError:
                self._restock(lines, now)
                placing(dealer, lines, now)

        return order

    def _place(self, dealer: Dealer, lines: list[tuple[str, int]], now: datetime) -> None:
        order_id = self._submit(dealer, lines, now)
        if self.placed % 30 == 0:  # some dealers bargain before they pay
            self.at(now + timedelta(minutes=10), self._discount_of(order_id))
        if self._chance.random() < 0.96:  # the others forget to pay
            paid = now + timedelta(hours=self._chance.uniform(0.5, 30))
            self.at(paid, self._payment_of(dealer, order_id))

    def _place_lately(self, dealer: Dealer, lines: list[tuple[str, int]], now: datetime) -> None:
        order_id = self._submit(dealer, lines, now)
        soon, turn = now + timedelta(minutes=20), self.placed % 4
        if turn == 1:
            self.at(soon, lambda then: self._transfer(dealer, order_id, then))
        elif turn > 1:
            self.at(soon, self._payment_of(dealer, order_id))

    def _submit(self, dealer: Dealer, lines: list[tuple[str, int]], now: datetime) -> str:
        quote = cart.quote(dealer.agent_id, lines, None, now)
        form = OrderForm(
            lines=tuple(LineBody(sku_id=sku_id, quantity=quantity) for sku_id, quantity in lines),
            quote_hash=quote.hash,
            address_id=dealer.address_id,
            payment_method="bank_transfer",
            remark=self._chance.choice(("", "", "", "请随货附质检报告", "工作日送货")),
        )
        order_id = self._ordered(dealer, form, f"demo-{self.placed:06d}", now)
        self.placed += 1
        return order_id

    def _ordered(self, dealer: Dealer, form: OrderForm, key: str, now: datetime) -> str:
        """Some dealers order by telephone: then staff write it down."""
        if self.placed % 20 == 7:
            on_behalf = PlaceOnBehalf(**dict(form), agent_id=dealer.agent_id)
            return ordering.place_on_behalf(on_behalf, key, self._reviewer, now).order_id
        body = PlaceOrder(**dict(form))
        return placing.place(body, dealer.agent_id, dealer.user_id, key, now).order_id

    def _discount_of(self, order_id: str) -> Event:
        def reprice(now: datetime) -> None:
            order = reading.of_anybody(order_id)
            dearest = max(order.lines, key=lambda line: line.unit_price_fen)
            price = NewPrice(sku_id=dearest.sku_id, unit_price_fen=dearest.unit_price_fen * 95 // 100)
            wanted = Reprice(version=order.version, lines=(price,), reason="老客户让利 5%")
            repricing.reprice(order_id, wanted, self._reviewer, now)

        return reprice

    def _transfer(self, dealer: Dealer, order_id: str, now: datetime) -> str:
        """The dealer transfers the money and sends a picture of it; gives the payment's id."""
        attempt = paying.open_payment(
            dealer.agent_id, dealer.user_id, order_id, "bank_transfer", f"demo-{order_id}", now
        )
        voucher = Voucher(upload_key=dealer.voucher, payer_name=dealer.demo.company)
        payments.submit_voucher(
            attempt.payment_id, dealer.agent_id, voucher, os.environ["UPLOADS_BUCKET"], now
        )
        return attempt.payment_id

    def _payment_of(self, dealer: Dealer, order_id: str) -> Event:
        def pay(now: datetime) -> None:
            total_fen = reading.of_agent(dealer.agent_id, order_id).total_fen
            payment_id = self._transfer(dealer, order_id, now)
            found = Confirmation(received_fen=total_fen, bank_reference=f"B{order_id[:16]}")
            payments.confirm_transfer(payment_id, found, self._reviewer, now)
            self._paid_unheard.add(order_id)
            self.at(now + timedelta(hours=self._chance.uniform(6, 48)), self._shipment_of(dealer, order_id))

        return pay

    def _shipment_of(self, dealer: Dealer, order_id: str) -> Event:
        def ship(now: datetime) -> None:
            if order_id in self._paid_unheard:  # one delivery serves all that were paid since the last
                self._carry()
                self._paid_unheard.clear()
            order = reading.of_agent(dealer.agent_id, order_id)
            if order.state == "pending_review":
                own = self._reviewer.user_id in (order.terms.created_by, order.repriced_by)
                reviewing.approve(order_id, _COLLEAGUE if own else self._reviewer, now)
            carrier = self._chance.choice(_CARRIERS)
            number = f"{carrier.upper()}{self._chance.randrange(10**11, 10**12)}"
            shipping.ship(
                order_id, Ship(carrier=carrier, tracking_no=number), "demo-ship", self._warehouse, now
            )
            received = now + timedelta(days=self._chance.uniform(2, 9))
            self.at(received, self._receipt_of(dealer, order_id))

        return ship

    def _receipt_of(self, dealer: Dealer, order_id: str) -> Event:
        def receive(now: datetime) -> None:
            shipping.receive(dealer.agent_id, order_id, now)

        return receive

    def _basket(self, dealer: Dealer, now: datetime) -> list[tuple[str, int]]:
        liking = random.Random(dealer.demo.company)  # noqa: S311 - demo data
        favourites = liking.sample(content.PRODUCTS, 16)
        chosen = self._chance.sample(favourites, self._chance.randint(2, 6))
        if self._chance.random() < 0.3:
            chosen.append(self._chance.choice(content.PRODUCTS))
        if now.month in (1, 9, 12) and self._chance.random() < 0.5:
            chosen.append(self._chance.choice([each for each in content.PRODUCTS if "送礼" in each.tags]))
        lines = {}
        for product in chosen:
            sku_id, quantity = self._line(product, dealer)
            lines[sku_id] = quantity
        bargains = self.bargains.items()
        lines |= {sku_id: pieces for sku_id, pieces in bargains if self._chance.random() < _TAKE_BARGAIN}
        return list(lines.items())

    def _line(self, product: DemoProduct, dealer: Dealer) -> tuple[str, int]:
        index = self._chance.randrange(len(product.skus))
        sku = product.skus[index]
        steps = int(self._chance.expovariate(0.4) * dealer.demo.appetite)
        return self._skus[product.name][index], sku.minimum + sku.multiple * min(steps, 20)

    def _restock(self, lines: list[tuple[str, int]], now: datetime) -> None:
        """New goods come in for what has run short."""
        stock = inventory.stock(sku_id for sku_id, _ in lines)
        for sku_id, quantity in lines:
            if stock[sku_id].available < quantity + _RESTOCK_BELOW:
                order = AdjustStock(reason="purchase", change=quantity * 8 + 60, note="到货入库")
                inventory.adjust(sku_id, order, ids.derived_id("demo", sku_id, str(now)), "demo", now)
