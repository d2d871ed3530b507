"""UnionPay's published notice: what is signed, and whom we believe."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from functions.payments.providers.signing import SignatureInvalid
from functions.payments.providers.union_pay import Merchant, UnionPay, check_signature, digest
from infra.local.providers.keys import Keys, load

VECTOR = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))[
    "unionpay_acp_5_1_0_notify"
]
FIELDS = dict(parse_qsl(VECTOR["form_body"], keep_blank_values=True))
THEN = datetime(2018, 7, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load(tmp_path_factory.mktemp("providers") / "keys.json")


@pytest.fixture(scope="module")
def key() -> RSAPublicKey:
    found = load_pem_x509_certificate(FIELDS["signPubKeyCert"].encode()).public_key()
    assert isinstance(found, RSAPublicKey)
    return found


def test_published_notice_has_its_digest_and_signature(key: RSAPublicKey) -> None:
    assert digest(FIELDS) == VECTOR["sha256_hex"]
    check_signature(FIELDS, key)


@pytest.mark.parametrize(
    "changed", [{"txnAmt": "1"}, {"respCode": "01"}, {"signature": "AAAA"}, {"new": "x"}], ids=str
)
def test_changed_notice_is_refused(key: RSAPublicKey, changed: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        check_signature(FIELDS | changed, key)


def test_empty_fields_are_not_signed(key: RSAPublicKey) -> None:
    check_signature(FIELDS | {"reserved": ""}, key)


def test_notice_is_refused_without_a_pinned_issuer(keys: Keys) -> None:
    merchant = Merchant(
        merchant_id="700000000000001",
        cert_id="1",
        private_key_pem=keys.union_pay_merchant_key_pem,
        authorities=[keys.union_pay_root_pem],
        signer="00040000:SIGN",
    )
    with pytest.raises(SignatureInvalid):
        UnionPay(merchant, now=lambda: THEN).read_notice(VECTOR["form_body"].encode())
