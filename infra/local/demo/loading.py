"""Loads the demo data through the product's own operations, with a clock that runs through the past."""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from functions.insights import operations as insights
from functions.points.operations import programme
from functions.points.schemas.programme import CampaignTerms, ScopeModel
from functions.pricing.operations import terms as pricing
from functions.pricing.rules.terms import Audience, PriceListTerms, Window
from functions.pricing.schemas import EditPriceEntries, PriceEntry, SetTermsState
from functions.settings import operations as settings
from functions.settings.schemas import (
    BankAccount,
    Change,
    OrderSettings,
    PaymentMethod,
    PaymentSettings,
    ShopInfo,
)
from infra.local.demo import claims, content, goods, people, relations, rewards
from infra.local.demo.bargains import Bargains
from infra.local.demo.express import Express, quiet_logs
from infra.local.demo.goods import CLERK, Ids
from infra.local.demo.history import DAYS, ORDERS, History
from infra.local.demo.people import Dealer
from infra.local.demo.wire import WireConnection
from infra.local.place import Place
from infra.local.store import Store
from kit import aws, clock, ids, money
from kit.tokens import Principal

_GOLD_OFF_BPS = 800
_SILVER_OFF_BPS = 400


def load(place: Place, say: Callable[[str], None]) -> list[dict[str, str]]:
    """Fill an empty shop; returns the accounts to show to people."""
    present = clock.now()
    with (
        _past(present) as set_clock,
        contextlib.closing(Store(os.environ["AWS_ENDPOINT_URL_DYNAMODB"])) as store,
    ):
        aws.use_dynamodb(WireConnection(store))
        express = Express(place, store)
        with express.instead_of_the_bus():
            beginning = present - timedelta(days=DAYS)
            set_clock(beginning)
            _open_shop(beginning)
            owner = people.hire(beginning)
            relations.begin(owner, beginning)
            skus = goods.stock_catalogue(beginning, say)
            express.carry()
            dealers: list[Dealer] = []
            for number, demo in enumerate(content.DEALERS, 1):
                host = dealers[people.HOSTS[number] - 1] if number in people.HOSTS else None
                dealers.append(people.admit(number, demo, owner, beginning, host))
            say(f"代理商 {len(dealers)} 家")
            claims.set_return_address(beginning)
            _price(skus, beginning)
            _campaigns(beginning, present)
            shop = rewards.open_gift_shop(beginning)
            history = History(dealers, skus, _clerks(owner), express.carry, set_clock)
            rewards.Redeeming(dealers, shop, owner).plan(present, history.at)
            claims.Claiming(dealers, owner, express.carry).plan(present, history.at)
            Bargains(history, express.carry).plan(present)
            history.fill_desk(present)
            history.play(present, lambda placed: say(f"历史订单 {placed}/{ORDERS}"))
            people.apply_only(present)
            relations.enliven(dealers, skus, owner, present)
            goods.limit_regions(skus, Ids("limits").short, present)
            goods.send_goods_on_their_way(skus, Ids("arrivals").long, present)
            express.carry()
            insights.advise(ids.new_id(present), present)
            insights.learn(ids.new_id(present), present)
    return _accounts(dealers)


@contextlib.contextmanager
def _past(present: datetime) -> Iterator[Callable[[datetime], None]]:
    """Let this process live at another instant for a while."""
    shown = [present]
    clock.use(lambda: shown[0])
    wake_logs = quiet_logs()

    def set_clock(instant: datetime) -> None:
        shown[0] = instant

    try:
        yield set_clock
    finally:
        clock.use(lambda: datetime.now(UTC))
        wake_logs()


def _clerks(owner: Principal) -> tuple[Principal, Principal]:
    return owner, owner


def _open_shop(now: datetime) -> None:
    icon = goods.picture(content.SHOP_NAME, "茶", "shop/icon")
    shop = ShopInfo(
        name=content.SHOP_NAME,
        icon=icon,
        intro=content.SHOP_INTRO,
        service_phone=content.SERVICE_PHONE,
        service_hours="工作日 9:00–18:00",
    )
    orders = OrderSettings(
        freight_fen=30_00, free_freight_from_fen=1000_00, minimum_order_fen=300_00, review_from_fen=50_000_00
    )
    account = BankAccount(
        holder="云岭优选商贸有限公司", bank="招商银行昆明分行营业部", number="8719 0123 4567 890"
    )
    payments = PaymentSettings(
        methods=(
            PaymentMethod(kind="wechat", enabled=True, title="微信支付"),
            PaymentMethod(
                kind="bank_transfer",
                enabled=True,
                title="对公转账",
                note="转账时请备注付款码",
                account=account,
            ),
            PaymentMethod(kind="union_pay", title="银行卡支付"),
            PaymentMethod(kind="credit", title="账期支付"),
        )
    )
    settings.change(ShopInfo, Change[ShopInfo](version=0, value=shop), CLERK, now)
    settings.change(OrderSettings, Change[OrderSettings](version=0, value=orders), CLERK, now)
    settings.change(PaymentSettings, Change[PaymentSettings](version=0, value=payments), CLERK, now)


def _price(skus: dict[str, list[str]], now: datetime) -> None:
    """Gold and silver dealers pay less for most goods."""
    for tier, name, off_bps in (("gold", "金牌价", _GOLD_OFF_BPS), ("silver", "银牌价", _SILVER_OFF_BPS)):
        list_id = Ids(f"price list {tier}").short()
        audience, window = Audience(tiers=(tier,)), Window(starts_at=clock.to_text(now))
        pricing.create_price_list(
            PriceListTerms(name=name, audience=audience, window=window), list_id, CLERK, now
        )
        entries = [
            PriceEntry(sku_id=sku_id, price_fen=sku.price_fen - money.part_of(sku.price_fen, off_bps))
            for product in content.PRODUCTS
            for sku_id, sku in zip(skus[product.name], product.skus, strict=True)
        ]
        for start in range(0, len(entries), 40):
            pricing.edit_entries(
                list_id, EditPriceEntries(set=tuple(entries[start : start + 40])), CLERK, now
            )
        version = pricing.price_list(list_id, now).version
        pricing.set_price_list_state(list_id, SetTermsState(version=version, state="published"), CLERK, now)


def _campaigns(beginning: datetime, present: datetime) -> None:
    def days(after_beginning: int = 0, before_present: int = 0) -> datetime:
        return (
            beginning + timedelta(after_beginning) if after_beginning else present - timedelta(before_present)
        )

    wanted = (
        ("春茶上市双倍积分", "multiplier", 20_000, 0, days(30), days(60)),
        ("满 5000 元加赠 300 分", "bonus", 10_000, 300, days(before_present=45), days(before_present=-30)),
        ("年末冲刺 1.5 倍积分", "multiplier", 15_000, 0, days(before_present=10), days(before_present=-35)),
    )
    for name, kind, bps, bonus, starts_at, ends_at in wanted:
        terms = CampaignTerms(
            name=name,
            kind="bonus" if kind == "bonus" else "multiplier",
            multiplier_bps=bps,
            bonus_points=bonus,
            starts_at=starts_at,
            ends_at=ends_at,
            scope=ScopeModel(),
            minimum_fen=5000_00 if bonus else 0,
            budget=200_000,
        )
        made = programme.create_campaign(terms, Ids(name).short(), beginning)
        programme.step_campaign(made.campaign_id, "publication", made.version, beginning)


def _accounts(dealers: list[Dealer]) -> list[dict[str, str]]:
    boss = {"who": "后台 负责人", "sign_in": people.OWNER_EMAIL, "password": people.PASSWORD}
    shown = [
        {"who": f"代理商 {dealer.demo.company}", "sign_in": dealer.demo.phone, "password": people.PASSWORD}
        for dealer in dealers[:3]
    ]
    return [boss, *shown]
