"""Identities and key pairs of the fakes, made on first start and kept in one private file."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from pydantic import BaseModel

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Keys(BaseModel):
    """Everything a merchant and its providers would have agreed on in their consoles."""

    appid: str
    mini_program_secret: str
    push_token: str
    push_aes_key: str
    mchid: str
    merchant_serial: str
    merchant_key_pem: str
    public_key_id: str
    wechat_pay_key_pem: str
    apiv3_key: str
    sms_secret_id: str
    sms_secret_key: str
    sms_app_id: str
    kuaidi100_customer: str
    kuaidi100_key: str
    kuaidi100_salt: str
    smtp_user: str
    smtp_password: str
    smtp_key_pem: str
    smtp_certificate_pem: str
    union_pay_merchant: str
    union_pay_merchant_key_pem: str
    union_pay_merchant_certificate_pem: str
    union_pay_key_pem: str
    union_pay_certificate_pem: str
    union_pay_root_pem: str


def load(path: Path) -> Keys:
    """Read the keys, or make them when there are none yet."""
    if path.exists():
        return Keys.model_validate_json(path.read_bytes())
    made = _make()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(made.model_dump(), indent=1))
    return made


def private_key(pem: str) -> RSAPrivateKey:
    """The RSA key in a PEM text."""
    key = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def public_pem(private_pem: str) -> str:
    """The public half of a private key, as PEM."""
    public = private_key(private_pem).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def serial(certificate_pem: str) -> int:
    """The serial number of a certificate."""
    return x509.load_pem_x509_certificate(certificate_pem.encode()).serial_number


def _make() -> Keys:
    smtp, root, union_pay, merchant = _key(), _key(), _key(), _key()
    smtp_certificate = _certificate("localhost", smtp, "localhost", smtp, authority=True)
    root_certificate = _certificate(
        "Local Financial Root", root, "Local Financial Root", root, authority=True
    )
    union_pay_name = "041@Local@00040000:SIGN@00000001"
    union_pay_certificate = _certificate(union_pay_name, union_pay, "Local Financial Root", root)
    merchant_certificate = _certificate("local-merchant", merchant, "Local Financial Root", root)
    return Keys(
        appid="wx" + secrets.token_hex(8),
        mini_program_secret=secrets.token_hex(16),
        push_token=_text(16, _LETTERS),
        push_aes_key=_text(42, _LETTERS) + "A",
        mchid="1900" + _text(6, _DIGITS),
        merchant_serial=secrets.token_hex(20).upper(),
        merchant_key_pem=_pem(_key()),
        public_key_id="PUB_KEY_ID_011" + _text(25, _DIGITS),
        wechat_pay_key_pem=_pem(_key()),
        apiv3_key=_text(32, _LETTERS),
        sms_secret_id="AKID" + _text(32, _LETTERS),
        sms_secret_key=_text(32, _LETTERS),
        sms_app_id="1400" + _text(6, _DIGITS),
        kuaidi100_customer=secrets.token_hex(16).upper(),
        kuaidi100_key=_text(12, _LETTERS),
        kuaidi100_salt=_text(16, _LETTERS),
        smtp_user="shop@localhost",
        smtp_password=_text(20, _LETTERS),
        smtp_key_pem=_pem(smtp),
        smtp_certificate_pem=_certificate_pem(smtp_certificate),
        union_pay_merchant="777290" + _text(9, _DIGITS),
        union_pay_merchant_key_pem=_pem(merchant),
        union_pay_merchant_certificate_pem=_certificate_pem(merchant_certificate),
        union_pay_key_pem=_pem(union_pay),
        union_pay_certificate_pem=_certificate_pem(union_pay_certificate),
        union_pay_root_pem=_certificate_pem(root_certificate),
    )


def _text(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _certificate_pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _certificate(
    name: str, key: RSAPrivateKey, issuer: str, issuer_key: RSAPrivateKey, *, authority: bool = False
) -> x509.Certificate:
    today = datetime.now(UTC)
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=365))
        .not_valid_after(today + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
