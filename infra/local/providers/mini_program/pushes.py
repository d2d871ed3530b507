"""Message push in the secure mode: signed, sealed with AES-256-CBC, repeated when unanswered."""

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

import requests
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from infra.local.providers.deliveries import UNREACHABLE, Deliveries
from infra.local.providers.keys import Keys
from infra.local.providers.store import Store
from kit import http_client

REPEATS = (timedelta(seconds=5), timedelta(seconds=5))
BLOCK = 32
Forgery = Literal["signature", "appid", "body"]


class Pushes:
    """Sends events to the address set in the console."""

    def __init__(
        self, keys: Keys, store: Store, now: Callable[[], datetime], session: requests.Session
    ) -> None:
        self._keys = keys
        self._now = now
        self._session = session
        self.deliveries = Deliveries(store, "wechat-push", now, self._send, REPEATS)

    def announce(self, url: str, message: dict[str, Any]) -> str:
        """Push a message; `ToUserName` and `CreateTime` are filled in."""
        event = {
            "ToUserName": "gh_local",
            "CreateTime": int(self._now().timestamp()),
            "MsgType": "event",
            **message,
        }
        return self.deliveries.add({"url": url, "message": event})

    def forge(self, url: str, message: dict[str, Any], forgery: Forgery) -> int:
        """Push a message as an attacker would; gives the HTTP status."""
        appid = "wx0000000000000000" if forgery == "appid" else self._keys.appid
        sealed = self._seal(message, appid)
        query = self._query(sealed)
        if forgery == "signature":
            query["msg_signature"] = "0" * 40
        if forgery == "body":
            sealed = self._seal({"Event": "forged"}, appid)
        return self._post(url, query, sealed)

    def verify_address(self, url: str) -> bool:
        """Ask the address to echo a text, as the console does when it is saved."""
        query, echo = self._query(), secrets.token_hex(8)
        answer = http_client.ask(self._session, "GET", f"{url}?{urlencode({**query, 'echostr': echo})}")
        return answer.status_code == 200 and answer.text == echo

    def _send(self, name: str, document: dict[str, Any]) -> int:
        sealed = self._seal(document["message"], self._keys.appid)
        return self._post(document["url"], self._query(sealed), sealed)

    def _post(self, url: str, query: dict[str, str], sealed: str) -> int:
        body = json.dumps({"ToUserName": "gh_local", "Encrypt": sealed}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            answer = http_client.ask(
                self._session, "POST", f"{url}?{urlencode(query)}", data=body, headers=headers
            )
        except http_client.ProviderUnsure:
            return UNREACHABLE
        # Anything but an empty body or "success" counts as unanswered.
        understood = answer.status_code != 200 or answer.text in ("", "success")
        return answer.status_code if understood else UNREACHABLE

    def _query(self, *sealed: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._now().timestamp())), str(secrets.randbelow(10**9))
        query = {"timestamp": timestamp, "nonce": nonce, "signature": self._signature(timestamp, nonce)}
        if sealed:
            signature = self._signature(timestamp, nonce, *sealed)
            query |= {"encrypt_type": "aes", "msg_signature": signature}
        return query

    def _signature(self, *parts: str) -> str:
        joined = "".join(sorted((self._keys.push_token, *parts)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def _seal(self, message: dict[str, Any], appid: str) -> str:
        content = json.dumps(message, ensure_ascii=False).encode()
        plain = secrets.token_bytes(16) + len(content).to_bytes(4, "big") + content + appid.encode()
        fill = BLOCK - len(plain) % BLOCK
        key = b64decode(self._keys.push_aes_key + "=")
        encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
        return b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()
