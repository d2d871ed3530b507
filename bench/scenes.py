"""The operations that matter, each as a list of things to do once, on a shop in memory."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions.catalog import api as catalog_api
from functions.catalog.operations import editing, grouping, indexing, searching
from functions.catalog.schemas.staff import NewCategory, NewProduct, SkuBody
from functions.gifts import api as gifts_api
from functions.gifts.operations import catalogue
from functions.gifts.schemas import MoveGift, NewGift
from functions.payments import api as payments_api
from functions.points import api as points_api
from functions.points import operations as points
from functions.points.schemas import OrderPaid, PaidLine
from functions.points.table.rows import AccountRow
from infra.local.providers import Providers
from kit import clock, ids, secrets
from tests.kit.buyers import ADDRESS, Buyer, offer_payment_methods
from tests.kit.companies import company
from tests.kit.goods import sell
from tests.kit.http import call
from tests.kit.people import AGENT, agent_token, sign_with_test_key
from tests.kit.time import Clock

Act = Callable[[], object]


@dataclass
class Scene:
    """`acts(n)` prepares n repetitions; only carrying them out is measured."""

    name: str
    acts: Callable[[int], list[Act]]


@dataclass
class _Letterbox:
    """Takes WeChat Pay's notices without acting on them."""

    letters: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    @contextmanager
    def opened(self) -> Iterator[str]:
        letters = self.letters

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                letters.append((self.path, body, dict(self.headers.items())))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


class Stage:
    """A shop with goods, a dealer with an order history, points and a gift."""

    def __init__(self, providers: Providers, letterbox: _Letterbox) -> None:
        self._providers, self._letterbox = providers, letterbox
        self._count = 0
        offer_payment_methods()
        self.sku_ids = [f"SKX00002{number:02d}" for number in range(20)]
        for number, sku_id in enumerate(self.sku_ids):
            sell(sku_id, 1_000_000, name=f"高山云雾茶 {number} 号", base_price_fen=12_300 + number)
        self.buyer = Buyer().settle_in()
        self._award(1_000_000)()
        self.gift_id = self._gift()
        self._publish_products(60)

    def scenes(self) -> list[Scene]:
        return [
            Scene("place order, 5 lines", lambda n: self._orders(n, 5)),
            Scene("place order, 20 lines", lambda n: self._orders(n, 20)),
            Scene("payment callback", self._callbacks),
            Scene("award points", lambda n: [self._award(123_00) for _ in range(n)]),
            Scene("redeem a gift", self._redemptions),
            Scene("order list, 20", lambda n: [lambda: self._get(None, "/orders")] * n),
            Scene("points page", lambda n: [lambda: self._get(points_api.app, "/points")] * n),
            Scene("search", lambda n: [lambda: self._get(catalog_api.app, "/products?q=云雾茶")] * n),
            Scene("expiry of 1 account", lambda n: [self._expiry(1, at) for at in range(n)]),
            Scene("expiry of 100 accounts", lambda n: [self._expiry(100, n + at) for at in range(n)]),
        ]

    def _publish_products(self, count: int) -> None:
        """Goods that search knows; a made-up catalogue of 100,000 is measured by `bench/search.py`."""
        category = grouping.create("category", NewCategory(name="绿茶"), ids.short_id())
        for number in range(count):
            body = NewProduct(
                name=f"高山云雾茶 {number} 号",
                category_id=category.group_id,
                spec_names=["规格"],
                skus=[
                    SkuBody(code=f"S-{number:03d}", values=["250g"], base_price_fen=100_00, opening_stock=9)
                ],
            )
            made = editing.create(body, ids.short_id, "bench", clock.now())
            editing.change_state(made.product_id, made.version, "on_sale", "bench", clock.now())
        indexing.refresh(clock.now())
        searching.forget()

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _orders(self, times: int, kinds: int) -> list[Act]:
        form = self.buyer.form(*[(sku_id, 2) for sku_id in self.sku_ids[:kinds]])

        def place() -> None:
            answer = self.buyer.ask("POST", "/orders", form, key=f"bench-{self._next():08d}")
            assert answer.status == 201, answer.text

        return [place] * times

    def _callbacks(self, times: int) -> list[Act]:
        acts: list[Act] = []
        for _ in range(times):
            order = self.buyer.place((self.sku_ids[0], 1))
            payment = self.buyer.open_payment(order["order_id"]).json
            self._providers.wechat_pay.pay(payment["payment_id"])
            self._providers.run_due()
            path, body, headers = self._letterbox.letters.pop()
            acts.append(lambda path=path, body=body, headers=headers: self._deliver(path, body, headers))  # type: ignore[misc]
        return acts

    def _deliver(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        answer = call(payments_api.app, "POST", path, body, headers=headers)
        assert answer.status in (200, 204), answer.text

    def _award(self, paid_fen: int) -> Act:
        order_id, instant = ids.derived_id("bench", str(self._next())), clock.to_text(clock.now())
        line = PaidLine(
            sku_id="SKX0000200",
            product_id="PRODUCT001",
            category_path=("CATEGORY01",),
            brand_id="BRAND00001",
            tags=(),
            quantity=1,
            net_fen=paid_fen,
            points_eligible=True,
        )
        fact = OrderPaid(
            event_id=order_id,
            occurred_at=instant,
            order_id=order_id,
            order_no=order_id,
            agent_id=AGENT,
            tier="gold",
            paid_at=instant,
            lines=(line,),
        )
        return lambda: points.award(fact, clock.now())

    def _gift(self) -> str:
        terms = NewGift(name="茶具", kind="physical", category="home", points=1, stock=100_000)
        made = catalogue.create_gift(terms, ids.short_id(), "bench", clock.now())
        catalogue.move_gift(made.gift_id, MoveGift(version=made.version, state="on_sale"))
        return made.gift_id

    def _redemptions(self, times: int) -> list[Act]:
        body = {"gift_id": self.gift_id, "quantity": 1, "points": 1, "address_id": ADDRESS}

        def redeem() -> None:
            token, key = agent_token(), f"bench-{self._next():08d}"
            answer = call(gifts_api.app, "POST", "/redemptions", body, token=token, key=key)
            assert answer.status == 201, answer.text

        return [redeem] * times

    def _get(self, app: Any, path: str) -> None:
        answer = self.buyer.ask("GET", path) if app is None else call(app, "GET", path, token=agent_token())
        assert answer.status == 200, answer.text

    def _expiry(self, accounts: int, turn: int) -> Act:
        """Each repetition finds its own accounts due, on a day of its own."""
        day = clock.business_day(clock.now()) + timedelta(days=1000 + turn)
        for number in range(accounts):
            agent_id = company(f"0EXPIRES{turn:04d}{number:04d}")
            AccountRow(
                f"AGENT#{agent_id}",
                "SUMMARY",
                available=5,
                pending=0,
                debt=0,
                buckets={day.isoformat(): 5},
                totals={},
                entries=0,
                version=1,
                next_expiry=day.isoformat(),
                due_shard=str(number % 4),
            ).save()
        return lambda: points.expire_due(clock.start_of_day(day + timedelta(days=1)))


@contextmanager
def staged() -> Iterator[Stage]:
    """A stage whose clock stands still; the engines must be running."""
    standing, letterbox = Clock(), _Letterbox()
    clock.use(standing.read)
    sign_with_test_key()
    with TemporaryDirectory(prefix="dealer-shop-bench-") as folder, letterbox.opened() as address:
        providers = Providers(Path(folder), standing.read, in_background=False)
        providers.start()
        for name, document in providers.credentials().items():
            secrets.store(name, document)
        secrets.store("public-url", address)
        try:
            yield Stage(providers, letterbox)
        finally:
            providers.stop()
            clock.use(lambda: datetime.now(UTC))
