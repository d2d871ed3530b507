"""Our UnionPay client and the fake: cashier, back notice, query, refund."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.payments.providers.signing import SignatureInvalid
from functions.payments.providers.union_pay import Form, Merchant, UnionPay
from infra.local.providers import Providers
from kit import clock, http_client
from kit.http_client import ProviderRefused, ProviderUnsure
from tests.integration.providers.conftest import Shop
from tests.kit.time import Clock

NUMBER = "P2026112200000001"
TOTAL = 88_800


@pytest.fixture
def merchant(providers: Providers) -> Merchant:
    return Merchant.model_validate(providers.credentials()["union-pay"])


@pytest.fixture
def union_pay(merchant: Merchant, session: http_client.Session) -> UnionPay:
    return UnionPay(merchant, session)


@pytest.fixture
def made_at(at: Clock) -> datetime:
    return clock.now()


@pytest.fixture
def form(union_pay: UnionPay, made_at: datetime, shop: Shop) -> Form:
    return union_pay.cashier(
        order_id=NUMBER,
        amount_fen=TOTAL,
        made_at=made_at,
        expires_at=made_at + timedelta(minutes=30),
        front_url="http://127.0.0.1:1/#/orders/1",
        back_url=f"{shop.url}/callbacks/unionpay",
    )


@pytest.fixture
def paid(form: Form, providers: Providers, session: http_client.Session) -> str:
    """A paid order whose notice waits; gives the notice's id."""
    assert "888.00" in session.post(form.action, data=form.fields).text
    notice = providers.union_pay.pay(NUMBER)
    assert notice
    return notice


def refund(client: UnionPay, shop: Shop, made_at: datetime, number: str, fen: int, query_id: str) -> None:
    client.refund(
        refund_id=number,
        payment_query_id=query_id,
        amount_fen=fen,
        made_at=made_at,
        back_url=f"{shop.url}/refunds",
    )


def refused(code: str) -> Any:
    return pytest.raises(ProviderRefused, check=lambda refusal: refusal.provider_code == code)


def test_buyer_pays_at_the_cashier(
    form: Form,
    union_pay: UnionPay,
    providers: Providers,
    session: http_client.Session,
    shop: Shop,
    made_at: datetime,
) -> None:
    assert union_pay.query(NUMBER, made_at) is None
    session.post(form.action, data=form.fields)
    waiting = union_pay.query(NUMBER, made_at)
    assert waiting
    assert waiting.undecided

    page = providers.urls()["union_pay"] + "/cashier"
    back = session.post(page, data={"order_id": NUMBER, "result": "ok"})
    assert back.headers["Location"] == form.fields["frontUrl"]
    providers.run_due()
    notice = union_pay.read_notice(shop.received[0].body)
    assert notice.succeeded
    assert (notice.order_id, notice.amount_fen) == (NUMBER, TOTAL)
    assert union_pay.query(NUMBER, made_at) == notice


def test_changed_notice_is_refused(paid: str, union_pay: UnionPay, providers: Providers, shop: Shop) -> None:
    providers.union_pay.forge(paid)
    with pytest.raises(SignatureInvalid):
        union_pay.read_notice(shop.received[0].body)


@pytest.mark.parametrize(
    "changed", [{"signer": "别家银行"}, {"authorities": []}, {"merchant_id": "1"}], ids=str
)
def test_notice_of_somebody_else_is_refused(
    paid: str, merchant: Merchant, providers: Providers, shop: Shop, changed: dict[str, Any]
) -> None:
    providers.run_due()
    with pytest.raises(SignatureInvalid):
        UnionPay(merchant.model_copy(update=changed)).read_notice(shop.received[0].body)


def test_expired_certificate_is_refused(
    paid: str, merchant: Merchant, providers: Providers, shop: Shop
) -> None:
    providers.run_due()
    later = UnionPay(merchant, now=lambda: clock.now() + timedelta(days=365 * 12))
    with pytest.raises(SignatureInvalid):
        later.read_notice(shop.received[0].body)


def test_our_signature_is_checked(merchant: Merchant, providers: Providers, made_at: datetime) -> None:
    stolen = merchant.model_copy(update={"private_key_pem": providers.keys.merchant_key_pem})
    with refused("11"):
        UnionPay(stolen).query(NUMBER, made_at)


def test_cashier_closes_at_its_deadline(
    form: Form, providers: Providers, session: http_client.Session, at: Clock
) -> None:
    session.post(form.action, data=form.fields)
    at.advance(minutes=30)
    with pytest.raises(Exception, match="已超时"):
        providers.union_pay.pay(NUMBER)


def test_refunds_never_exceed_the_payment(
    paid: str, union_pay: UnionPay, providers: Providers, shop: Shop, made_at: datetime
) -> None:
    trade = union_pay.query(NUMBER, made_at)
    assert trade
    for _ in range(2):
        refund(union_pay, shop, made_at, "R20261122000001", 800, trade.query_id)
    with refused("12"):
        refund(union_pay, shop, made_at, "R20261122000001", 801, trade.query_id)
    with refused("36"):
        refund(union_pay, shop, made_at, "R20261122000002", TOTAL, trade.query_id)
    with refused("40"):
        refund(union_pay, shop, made_at, "R20261122000003", 1, "0")
    providers.run_due()
    notices = [union_pay.read_notice(r.body) for r in shop.received if r.path == "/refunds"]
    assert [(notice.order_id, notice.amount_fen, notice.succeeded) for notice in notices] == [
        ("R20261122000001", 800, True)
    ]
    assert union_pay.query("R20261122000001", made_at) == notices[0]


def test_lost_answer_is_unsure(union_pay: UnionPay, providers: Providers, made_at: datetime) -> None:
    for kind in ("error", "disconnect"):
        providers.union_pay.fail_next(kind)  # type: ignore[arg-type]
        with pytest.raises(ProviderUnsure):
            union_pay.query(NUMBER, made_at)
    providers.union_pay.fail_next("refuse", code="05")
    with pytest.raises(ProviderUnsure):
        union_pay.query(NUMBER, made_at)
