"""Messages WeChat pushes to us in its secure mode: signed with a token, sealed with AES-256-CBC."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from kit import wechat
from kit.errors import Unauthenticated

BLOCK = 32
_OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class PushInvalid(Unauthenticated):
    """The push does not come from WeChat, or is meant for another mini-program."""

    title = "推送签名无效"


class MessagePush:
    """The push settings of one mini-program."""

    def __init__(self, appid: str, token: str, aes_key: str) -> None:
        """`aes_key`: the 43 characters of EncodingAESKey."""
        self._appid = appid.encode()
        self._token = token
        self._key = b64decode(aes_key + "=")

    def check_address(self, query: Mapping[str, str]) -> str:
        """Answer WeChat's question whether this address is ours: gives the `echostr`. Raises PushInvalid."""
        self._check(query.get("signature", ""), query)
        return query.get("echostr", "")

    def read(self, query: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Verify and open a push. Raises PushInvalid."""
        try:
            sealed = str(_OBJECT.validate_json(body)["Encrypt"])
        except (ValueError, KeyError) as failure:
            raise PushInvalid from failure
        self._check(query.get("msg_signature", ""), query, sealed)
        return _OBJECT.validate_json(self._open(sealed))

    def seal(self, content: bytes, random: bytes) -> str:
        """Seal an answer; `random` are 16 bytes nobody can guess."""
        plain = random + len(content).to_bytes(4, "big") + content + self._appid
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def signature(self, timestamp: str, nonce: str, *more: str) -> str:
        """WeChat's signature over the sorted parts."""
        parts = "".join(sorted((self._token, timestamp, nonce, *more)))
        return hashlib.sha1(parts.encode(), usedforsecurity=False).hexdigest()

    def _check(self, given: str, query: Mapping[str, str], *more: str) -> None:
        expected = self.signature(query.get("timestamp", ""), query.get("nonce", ""), *more)
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise PushInvalid

    def _open(self, sealed: str) -> bytes:
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(b64decode(sealed, validate=True)) + decryptor.finalize()
        except ValueError as failure:
            raise PushInvalid from failure
        plain = padded[: -padded[-1]] if padded else b""
        end = 20 + int.from_bytes(plain[16:20], "big")
        if not hmac.compare_digest(plain[end:], self._appid):
            raise PushInvalid
        return plain[20:end]

    def _cipher(self) -> Any:
        # Imported when first needed: most functions of notifications run without the layer that has it.
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import CBC

        return Cipher(AES(self._key), CBC(self._key[:16]))


def message_push() -> MessagePush:
    """The push settings of the merchant's mini-program, from the secret `wechat-mini-program`."""
    account = wechat.account()
    return MessagePush(account.appid, account.push_token, account.push_aes_key)
