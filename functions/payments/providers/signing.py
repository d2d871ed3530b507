"""WeChat Pay API v3 signatures: how we sign, what we believe and how notices are opened."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.errors import Unauthenticated

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = timedelta(minutes=5)
ENVELOPE = "AEAD_AES_256_GCM"


class SignatureInvalid(Unauthenticated):
    """The message does not come from the provider, or was changed on its way."""

    title = "签名无效"


class StaleTimestamp(SignatureInvalid):
    """The message was signed more than five minutes away from now: it may be a replay."""

    title = "签名时间已过期"


def message(*lines: str) -> bytes:
    """What is signed: the lines, each ended by a newline."""
    return "".join(f"{line}\n" for line in lines).encode()


class Signer:
    """Signs as the merchant."""

    def __init__(self, mchid: str, serial: str, private_key_pem: str) -> None:
        # The key is our own; proving it prime costs a cold start 40 ms and more.
        key = serialization.load_pem_private_key(
            private_key_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("the merchant key must be an RSA key")
        self._key = key
        self._mchid = mchid
        self._serial = serial

    def sign(self, *lines: str) -> str:
        """The signature over the lines, in base64."""
        return b64encode(self._key.sign(message(*lines), PKCS1v15(), hashes.SHA256())).decode()

    def authorization(self, method: str, target: str, body: str, timestamp: int, nonce: str) -> str:
        """The Authorization header of a request; `target` is path and query exactly as sent."""
        fields = {
            "mchid": self._mchid,
            "nonce_str": nonce,
            "signature": self.sign(method, target, str(timestamp), nonce, body),
            "timestamp": str(timestamp),
            "serial_no": self._serial,
        }
        return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in fields.items())


class Verifier:
    """Believes only what was signed with one of the pinned keys, within five minutes of now."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """`keys`: PEM public key or certificate by the serial that Wechatpay-Serial names it with."""
        self._keys = {serial: _public_key(pem) for serial, pem in keys.items()}

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Check an answer or a notice on its raw bytes; raises SignatureInvalid, StaleTimestamp."""
        given = {name.lower(): value for name, value in headers.items()}
        serial, timestamp, nonce, signature = (
            given.get(f"wechatpay-{name}", "") for name in ("serial", "timestamp", "nonce", "signature")
        )
        key = self._keys.get(serial)
        if key is None or given.get("wechatpay-signature-type", SCHEME) != SCHEME:
            raise SignatureInvalid
        if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not nonce:
            raise SignatureInvalid
        try:
            key.verify(
                b64decode(signature, validate=True),
                message(timestamp, nonce) + body + b"\n",
                PKCS1v15(),
                hashes.SHA256(),
            )
        except (InvalidSignature, ValueError) as failure:
            raise SignatureInvalid from failure
        if abs(now.timestamp() - int(timestamp)) >= WINDOW.total_seconds():
            raise StaleTimestamp


def _public_key(pem: str) -> RSAPublicKey:
    certified = "BEGIN CERTIFICATE" in pem
    key = (
        x509.load_pem_x509_certificate(pem.encode()).public_key()
        if certified
        else serialization.load_pem_public_key(pem.encode())
    )
    if not isinstance(key, RSAPublicKey):
        raise TypeError("a WeChat Pay key must be an RSA key")
    return key


def decrypt(resource: Mapping[str, Any], apiv3_keys: Iterable[str]) -> bytes:
    """Decrypt a notice's `resource` with the first key that fits (two are valid while one is replaced).

    Raises SignatureInvalid when none does.
    """
    try:
        nonce = str(resource["nonce"]).encode()
        ciphertext = b64decode(str(resource["ciphertext"]), validate=True)
    except (KeyError, ValueError) as failure:
        raise SignatureInvalid from failure
    if resource.get("algorithm") != ENVELOPE:
        raise SignatureInvalid
    associated = str(resource.get("associated_data") or "").encode()
    for key in apiv3_keys:
        try:
            return AESGCM(key.encode()).decrypt(nonce, ciphertext, associated)
        except (InvalidTag, ValueError):
            continue
    raise SignatureInvalid
