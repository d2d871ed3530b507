"""WeChat Pay signatures against published vectors and an independent implementation."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509 import load_pem_x509_certificate
from wechatpayv3.utils import build_authorization, load_private_key

from functions.payments.providers.signing import (
    SignatureInvalid,
    Signer,
    StaleTimestamp,
    Verifier,
    decrypt,
    message,
)
from infra.local.providers.keys import Keys, load, public_pem
from infra.local.providers.wechat_pay.seals import Seals

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BODY = '{"summary":"支付成功"}'.encode()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load(tmp_path_factory.mktemp("providers") / "keys.json")


@pytest.fixture(scope="module")
def seals(keys: Keys) -> Seals:
    return Seals(keys, lambda: NOW)


@pytest.fixture(scope="module")
def verifier(keys: Keys) -> Verifier:
    return Verifier({keys.public_key_id: public_pem(keys.wechat_pay_key_pem)})


# What we sign


def merchant_signed(name: str) -> dict[str, str]:
    return next(v for v in VECTORS["wechatpay_docs"]["signed_by_merchant"] if v["id"] == name)


@pytest.mark.parametrize("vector", VECTORS["wechatpay_docs"]["signed_by_merchant"], ids=lambda v: v["id"])
def test_published_merchant_signatures_cover_our_message(vector: dict[str, str]) -> None:
    ours = message(*vector["message"].split("\n")[:-1])
    key = serialization.load_pem_public_key(VECTORS["wechatpay_docs"]["merchant_public_key_pem"].encode())
    key.verify(b64decode(vector["signature"]), ours, PKCS1v15(), hashes.SHA256())


def test_request_message_has_the_published_lines() -> None:
    vector = merchant_signed("doc-request-jsapi-post")
    nonce = "593BEC0C930BF1AFEB40B4A08C8FB242"
    lines = message("POST", "/v3/pay/transactions/jsapi", "1554208460", nonce, vector["body"])
    assert lines == vector["message"].encode()


@pytest.mark.parametrize(("method", "body"), [("GET", ""), ("POST", '{"description":"中文"}')])
def test_authorization_equals_that_of_an_independent_client(keys: Keys, method: str, body: str) -> None:
    target = "/v3/pay/transactions/out-trade-no/a%7Cb?mchid=1900000109"
    theirs = build_authorization(
        target, method, keys.mchid, keys.merchant_serial, load_private_key(keys.merchant_key_pem), data=body
    )
    timestamp, nonce = (
        re.search(f'{field}="(.*?)"', theirs)[1]  # type: ignore[index]
        for field in ("timestamp", "nonce_str")
    )
    signer = Signer(keys.mchid, keys.merchant_serial, keys.merchant_key_pem)
    assert signer.authorization(method, target, body, int(timestamp), nonce) == theirs


# What we believe


def test_published_answer_is_believed() -> None:
    vector = VECTORS["wechatpay_docs"]["signed_by_wechatpay"][0]
    headers = {
        "wechatpay-serial": "PUB_KEY_ID_1",
        "wechatpay-timestamp": vector["timestamp"],
        "wechatpay-nonce": vector["nonce"],
        "wechatpay-signature": vector["signature"],
    }
    signed_at = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    Verifier({"PUB_KEY_ID_1": vector["public_key_pem"]}).verify(headers, vector["body"].encode(), signed_at)


@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.title])
def test_header_names_are_found_in_any_spelling(seals: Seals, verifier: Verifier, spelling: object) -> None:
    headers = {spelling(name): value for name, value in seals.headers(BODY).items()}  # type: ignore[operator]
    verifier.verify(headers, BODY, NOW)


def test_empty_body_of_a_204_is_signed_too(seals: Seals, verifier: Verifier) -> None:
    verifier.verify(seals.headers(b""), b"", NOW)


@pytest.mark.parametrize("seconds", [-299, 299])
def test_five_minutes_either_way_are_accepted(seals: Seals, verifier: Verifier, seconds: int) -> None:
    verifier.verify(seals.headers(BODY), BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-300, 300, 7200])
def test_older_and_future_messages_are_stale(seals: Seals, verifier: Verifier, seconds: int) -> None:
    headers = seals.headers(BODY)
    with pytest.raises(StaleTimestamp):
        verifier.verify(headers, BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "missing", ["Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature"]
)
def test_missing_header_is_refused(seals: Seals, verifier: Verifier, missing: str) -> None:
    headers = {name: value for name, value in seals.headers(BODY).items() if name != missing}
    with pytest.raises(SignatureInvalid):
        verifier.verify(headers, BODY, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"Wechatpay-Serial": "PUB_KEY_ID_0"},
        {"Wechatpay-Timestamp": "soon"},
        {"Wechatpay-Timestamp": "١٢٣"},
        {"Wechatpay-Nonce": "other"},
        {"Wechatpay-Signature": "not base64"},
        {"Wechatpay-Signature": "AAAA"},
        {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"},
    ],
    ids=str,
)
def test_changed_header_is_refused(seals: Seals, verifier: Verifier, changed: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verifier.verify(seals.headers(BODY) | changed, BODY, NOW)


def test_signature_probe_is_refused(seals: Seals, verifier: Verifier) -> None:
    headers = seals.headers(BODY)
    headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]
    with pytest.raises(SignatureInvalid):
        verifier.verify(headers, BODY, NOW)


def test_tampered_body_is_refused(seals: Seals, verifier: Verifier) -> None:
    with pytest.raises(SignatureInvalid):
        verifier.verify(seals.headers(BODY), BODY + b" ", NOW)


def test_signature_of_another_key_is_refused(keys: Keys, seals: Seals) -> None:
    imposter = Verifier({keys.public_key_id: public_pem(keys.merchant_key_pem)})
    with pytest.raises(SignatureInvalid):
        imposter.verify(seals.headers(BODY), BODY, NOW)


def test_no_pinned_key_believes_nobody(seals: Seals) -> None:
    with pytest.raises(SignatureInvalid):
        Verifier({}).verify(seals.headers(BODY), BODY, NOW)


# What we can read


def test_published_envelope_is_opened() -> None:
    vector = VECTORS["wechatpay_aes"]["aes_256_gcm"]
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": vector["nonce"],
        "associated_data": vector["aad"],
        "ciphertext": vector["ciphertext_b64"],
    }
    assert decrypt(resource, [VECTORS["wechatpay_aes"]["apiv3_key"]]).decode() == vector["plaintext"]


def test_platform_certificate_can_be_opened_and_pinned() -> None:
    download = VECTORS["wechatpay_aes"]["certificate_download"]
    resource = json.loads(download["body"])["data"][0]["encrypt_certificate"]
    pem = decrypt(resource, [VECTORS["wechatpay_aes"]["apiv3_key"]])
    serial = f"{load_pem_x509_certificate(pem).serial_number:X}"
    assert serial == download["expected_serial"]
    with pytest.raises(SignatureInvalid):
        Verifier({serial: pem.decode()}).verify({"Wechatpay-Serial": serial}, BODY, NOW)


def test_sealed_document_is_opened(keys: Keys, seals: Seals) -> None:
    document = {"out_trade_no": "T1", "trade_state_desc": "支付成功"}
    assert json.loads(decrypt(seals.seal(document, "transaction"), [keys.apiv3_key])) == document


def test_former_key_opens_while_keys_are_replaced(keys: Keys, seals: Seals) -> None:
    assert decrypt(seals.seal({"a": 1}, "refund"), ["n" * 32, keys.apiv3_key]) == b'{"a": 1}'


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "AEAD_SM4_GCM"},
        {"ciphertext": "AAAA"},
        {"ciphertext": "%"},
        {"nonce": "short"},
        {"associated_data": "refund"},
    ],
    ids=str,
)
def test_changed_envelope_stays_shut(keys: Keys, seals: Seals, changed: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        decrypt(seals.seal({"a": 1}, "transaction") | changed, [keys.apiv3_key])


def test_wrong_key_opens_nothing(seals: Seals) -> None:
    with pytest.raises(SignatureInvalid):
        decrypt(seals.seal({"a": 1}, "transaction"), ["w" * 32])
