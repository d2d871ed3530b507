"""UnionPay ACP 5.1.0: the hosted bank-card cashier, its notices, queries and refunds."""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, unquote_plus

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict

from functions.payments.providers.signing import SignatureInvalid
from kit import clock, http_client, secrets
from kit.http_client import ProviderRefused, ProviderUnsure

VERSION = "5.1.0"
PAID = ("00", "A6")
UNDECIDED = ("03", "04", "05")
UNKNOWN_ORDER = "34"
_PAY, _REFUND, _QUERY = "01", "04", "00"


class Merchant(BaseModel):
    """The secret `union-pay`: `authorities` are the CFCA certificates that may issue UnionPay's own.

    `cert_id` is the decimal serial of our signing certificate; `signer` is the third part of the name in
    UnionPay's certificate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    merchant_id: str
    cert_id: str
    private_key_pem: str
    authorities: list[str]
    signer: str = "中国银联股份有限公司"
    base_url: str = "https://gateway.95516.com/gateway/api"


@dataclass(frozen=True)
class Form:
    """A form the buyer's browser posts to UnionPay's cashier."""

    action: str
    fields: dict[str, str]


@dataclass(frozen=True)
class BankTrade:
    """A payment or refund as UnionPay sees it; `query_id` is needed to refund a payment."""

    order_id: str
    query_id: str
    amount_fen: int
    code: str

    @property
    def succeeded(self) -> bool:
        return self.code in PAID

    @property
    def undecided(self) -> bool:
        """Whether UnionPay does not know yet: ask again."""
        return self.code in UNDECIDED


def digest(fields: Mapping[str, str]) -> str:
    """What is signed: the hex SHA-256 of the sorted, non-empty fields."""
    joined = "&".join(
        f"{name}={fields[name]}" for name in sorted(fields) if name != "signature" and fields[name]
    )
    return hashlib.sha256(joined.encode()).hexdigest()


def check_signature(fields: Mapping[str, str], key: RSAPublicKey) -> None:
    """Believe fields only with the signature of this key. Raises SignatureInvalid."""
    try:
        signature = b64decode(fields.get("signature", ""), validate=True)
        key.verify(signature, digest(fields).encode(), PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError) as failure:
        raise SignatureInvalid from failure


class UnionPay:
    """One merchant at UnionPay."""

    def __init__(
        self,
        merchant: Merchant,
        session: requests.Session | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        key = serialization.load_pem_private_key(
            merchant.private_key_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("the merchant key must be an RSA key")
        self._key = key
        self._merchant = merchant
        self._authorities = [x509.load_pem_x509_certificate(pem.encode()) for pem in merchant.authorities]
        self._session = session or http_client.session()
        self._now = now

    def cashier(
        self,
        *,
        order_id: str,
        amount_fen: int,
        made_at: datetime,
        expires_at: datetime,
        front_url: str,
        back_url: str,
    ) -> Form:
        """The form that opens the cashier; `made_at` belongs to the order and is needed to query it."""
        fields = self._signed(
            _PAY,
            "01",
            orderId=order_id,
            txnTime=_beijing(made_at),
            txnAmt=str(amount_fen),
            currencyCode="156",
            payTimeout=_beijing(expires_at),
            frontUrl=front_url,
            backUrl=back_url,
        )
        return Form(f"{self._merchant.base_url}/frontTransReq.do", fields)

    def read_notice(self, body: bytes) -> BankTrade:
        """Verify and read a back notice. Raises SignatureInvalid."""
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        self._verify(fields)
        return _trade(fields, fields.get("respCode", ""))

    def query(self, order_id: str, made_at: datetime) -> BankTrade | None:
        """The payment or refund as it stands, or None when UnionPay never heard of it."""
        fields = self._signed(_QUERY, "00", orderId=order_id, txnTime=_beijing(made_at))
        answer = self._ask("queryTrans.do", fields)
        if answer["respCode"] == UNKNOWN_ORDER:
            return None
        if answer["respCode"] != "00":
            raise _failure(answer)
        return _trade(answer, answer.get("origRespCode", ""))

    def refund(
        self, *, refund_id: str, payment_query_id: str, amount_fen: int, made_at: datetime, back_url: str
    ) -> None:
        """Ask for a refund; the result comes by notice or query. Retry with the same numbers only.

        Raises ProviderRefused, ProviderUnsure.
        """
        fields = self._signed(
            _REFUND,
            "00",
            orderId=refund_id,
            txnTime=_beijing(made_at),
            txnAmt=str(amount_fen),
            currencyCode="156",
            origQryId=payment_query_id,
            backUrl=back_url,
        )
        answer = self._ask("backTransReq.do", fields)
        if answer["respCode"] != "00":
            raise _failure(answer)

    def _signed(self, kind: str, sub_kind: str, **more: str) -> dict[str, str]:
        fields = {
            "version": VERSION,
            "encoding": "UTF-8",
            "signMethod": "01",
            "certId": self._merchant.cert_id,
            "txnType": kind,
            "txnSubType": sub_kind,
            "bizType": "000201",
            "channelType": "07",
            "accessType": "0",
            "merId": self._merchant.merchant_id,
            **more,
        }
        signature = self._key.sign(digest(fields).encode(), PKCS1v15(), hashes.SHA256())
        return {**fields, "signature": b64encode(signature).decode()}

    def _ask(self, name: str, fields: dict[str, str]) -> dict[str, str]:
        response = http_client.ask(self._session, "POST", f"{self._merchant.base_url}/{name}", data=fields)
        if response.status_code != 200:
            raise ProviderUnsure(reason=f"HTTP {response.status_code}")
        answer = _answer(response.content.decode("utf-8", "replace"))
        self._verify(answer)
        return answer

    def _verify(self, fields: Mapping[str, str]) -> None:
        check_signature(fields, self._trusted_key(fields.get("signPubKeyCert", "")))
        if fields.get("merId") != self._merchant.merchant_id or fields.get("currencyCode", "156") != "156":
            raise SignatureInvalid

    def _trusted_key(self, pem: str) -> RSAPublicKey:
        """The key of a certificate that is UnionPay's own, valid now, and issued by a pinned authority."""
        try:
            certificate = x509.load_pem_x509_certificate(pem.encode())
        except ValueError as failure:
            raise SignatureInvalid from failure
        valid = certificate.not_valid_before_utc <= self._now() <= certificate.not_valid_after_utc
        issued = any(_issued_by(certificate, authority) for authority in self._authorities)
        key = certificate.public_key()
        if not (valid and issued and _signer(certificate) == self._merchant.signer):
            raise SignatureInvalid
        if not isinstance(key, RSAPublicKey):
            raise SignatureInvalid
        return key


def _issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _signer(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    parts = str(names[0].value).split("@") if names else []
    return parts[2] if len(parts) > 2 else ""


def _answer(text: str) -> dict[str, str]:
    """The fields of an answer, which may or may not be form-encoded, as its certificate shows."""
    encoded = "BEGIN+CERTIFICATE" in text
    pairs = (part.partition("=") for part in text.strip().split("&"))
    return {name: unquote_plus(value) if encoded else value for name, _, value in pairs}


def _trade(fields: Mapping[str, str], code: str) -> BankTrade:
    amount = fields.get("txnAmt", "")
    return BankTrade(
        order_id=fields.get("orderId", ""),
        query_id=fields.get("queryId", ""),
        amount_fen=int(amount) if re.fullmatch(r"[0-9]{1,12}", amount) else 0,
        code=code,
    )


def _failure(answer: Mapping[str, str]) -> ProviderRefused | ProviderUnsure:
    code = answer["respCode"]
    if code in UNDECIDED:
        return ProviderUnsure(reason=code)
    return ProviderRefused(code, answer.get("respMsg", ""))


def _beijing(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%Y%m%d%H%M%S")


def union_pay() -> UnionPay:
    """The merchant at UnionPay, from the secret `union-pay`; keeps its parsed keys between calls."""
    return _made(secrets.text("union-pay"))


@lru_cache(maxsize=1)
def _made(merchant: str) -> UnionPay:
    return UnionPay(Merchant.model_validate_json(merchant))
