"""WeChat Pay's side of the signatures: believes the merchant, signs answers and seals notices."""

import json
import re
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from infra.local.providers.keys import Keys, private_key
from infra.local.providers.web import Refusal

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = timedelta(minutes=5)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


class Seals:
    """Checks requests of the merchant and signs in WeChat Pay's name."""

    def __init__(self, keys: Keys, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._now = now
        self._merchant = private_key(keys.merchant_key_pem).public_key()
        self._platform = private_key(keys.wechat_pay_key_pem)
        self._nonces: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def check_request(self, method: str, target: str, body: bytes, authorization: str) -> None:
        """Refuse a request that the merchant did not sign just now."""
        scheme, _, rest = authorization.partition(" ")
        fields = dict(_FIELD.findall(rest))
        expected = {"mchid": self._keys.mchid, "serial_no": self._keys.merchant_serial}
        if scheme != SCHEME or any(fields.get(name) != value for name, value in expected.items()):
            raise Refusal("SIGN_ERROR", "Http头Authorization值格式错误或商户信息不符", 401)
        timestamp, nonce = fields.get("timestamp", ""), fields.get("nonce_str", "")
        if not timestamp.isdigit() or abs(self._now().timestamp() - int(timestamp)) > WINDOW.total_seconds():
            raise Refusal("SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟", 401)
        message = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        if not self._signed_by_merchant(fields.get("signature", ""), message):
            raise Refusal("SIGN_ERROR", "错误的签名，验签失败", 401)
        self._use_nonce(nonce)

    def check_sheet(self, parameters: dict[str, str]) -> str:
        """The prepay id in the parameters of `wx.requestPayment`, when the merchant signed them."""
        lines = [parameters.get(name, "") for name in ("appId", "timeStamp", "nonceStr", "package")]
        message = "".join(f"{line}\n" for line in lines).encode()
        genuine = lines[0] == self._keys.appid and parameters.get("signType") == "RSA"
        if not genuine or not self._signed_by_merchant(parameters.get("paySign", ""), message):
            raise Refusal("SIGN_ERROR", "支付验证签名失败")
        return lines[3].removeprefix("prepay_id=")

    def headers(self, body: bytes, *, at: datetime | None = None) -> dict[str, str]:
        """The signature headers of an answer or a notice."""
        timestamp, nonce = str(int((at or self._now()).timestamp())), secrets.token_hex(16)
        signature = self._platform.sign(
            f"{timestamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256()
        )
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": b64encode(signature).decode(),
            "Wechatpay-Signature-Type": SCHEME,
            "Wechatpay-Serial": self._keys.public_key_id,
        }

    def seal(self, document: dict[str, Any], kind: str) -> dict[str, str]:
        """The `resource` of a notice: the document, readable with the APIv3 key only."""
        nonce = secrets.token_hex(6)
        plain = json.dumps(document, ensure_ascii=False).encode()
        ciphertext = AESGCM(self._keys.apiv3_key.encode()).encrypt(nonce.encode(), plain, kind.encode())
        return {
            "original_type": kind,
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": b64encode(ciphertext).decode(),
            "associated_data": kind,
            "nonce": nonce,
        }

    def request_id(self) -> str:
        """The name WeChat Pay gives an answer."""
        return f"{secrets.token_hex(12).upper()}-0"

    def _signed_by_merchant(self, signature: str, message: bytes) -> bool:
        try:
            self._merchant.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _use_nonce(self, nonce: str) -> None:
        with self._lock:
            while self._nonces and next(iter(self._nonces.values())) < self._now() - 2 * WINDOW:
                del self._nonces[next(iter(self._nonces))]
            if not nonce or nonce in self._nonces:
                raise Refusal("SIGN_ERROR", "Http头Authorization中的nonce_str重复", 401)
            self._nonces[nonce] = self._now()
