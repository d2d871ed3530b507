"""The addresses of api.weixin.qq.com, and what a test or a developer may make happen."""

import secrets
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import requests
from PIL import Image, ImageDraw
from werkzeug.wrappers import Request, Response

from infra.local.providers.keys import Keys
from infra.local.providers.mini_program.identities import Identities
from infra.local.providers.mini_program.pushes import Forgery, Pushes
from infra.local.providers.mini_program.shipping import FindPayment, Shipping
from infra.local.providers.mini_program.templates import first_wrong_field, kind_of
from infra.local.providers.outbox import Outbox
from infra.local.providers.store import Store
from infra.local.providers.web import Fake, Refusal, as_json
from kit import clock

RISKY_WORDS = ("赌博", "代开发票", "色情")
DOUBTFUL_WORDS = ("加微信", "最便宜")
SCENE = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$&'()*+,/:;=?@-._~")


class MiniProgram(Fake):
    """WeChat's server interface for one mini-program; `push_url` is set in its console."""

    routes = (
        ("GET", "/sns/jscode2session", "code_to_session"),
        ("POST", "/cgi-bin/stable_token", "stable_token"),
        ("POST", "/wxa/business/getuserphonenumber", "phone_number"),
        ("POST", "/cgi-bin/message/subscribe/send", "send_message"),
        ("POST", "/wxa/msg_sec_check", "check_text"),
        ("POST", "/wxa/getwxacodeunlimit", "code_image"),
        ("POST", "/wxa/sec/order/upload_shipping_info", "upload_shipping"),
        ("POST", "/_control/login-codes", "control_login_code"),
        ("POST", "/_control/phone-codes", "control_phone_code"),
        ("POST", "/_control/consents", "control_consent"),
        ("POST", "/_control/pushes", "control_push"),
        ("POST", "/_control/receipts", "control_receipt"),
    )

    def __init__(
        self,
        keys: Keys,
        store: Store,
        outbox: Outbox,
        now: Callable[[], datetime],
        session: requests.Session,
        find_payment: FindPayment,
        push_url: str = "",
    ) -> None:
        super().__init__(outbox)
        self._store = store
        self._now = now
        self._find_payment = find_payment
        self.push_url = push_url
        self.identities = Identities(keys, store, now)
        self.shipping = Shipping(store, find_payment)
        self.pushes = Pushes(keys, store, now, session)

    # What a user does

    def login_code(self, openid: str | None = None) -> str:
        """The code `wx.login` gives; a new user when no openid is named."""
        return self.identities.issue_code("login", openid=openid or f"o{secrets.token_urlsafe(20)[:27]}")

    def phone_code(self, phone: str, openid: str) -> str:
        """The code the phone button gives."""
        return self.identities.issue_code("phone", phone=phone, openid=openid)

    def consent(self, openid: str, template_id: str, times: int = 1) -> None:
        """The user accepts subscription messages of a template."""
        with self._store.lock:
            left = (self._store.get("consent", f"{openid} {template_id}") or {"left": 0})["left"]
            self._store.put("consent", f"{openid} {template_id}", {"left": left + times})

    def push(self, message: dict[str, Any]) -> str:
        """Push an event such as trade_manage_order_settlement; gives the id of the delivery."""
        return self.pushes.announce(self.push_url, message)

    def confirm_receipt(self, transaction_id: str, *, by_buyer: bool = True) -> str:
        """The buyer confirms the goods in WeChat, or time does; gives the id of the push."""
        payment = self._find_payment({"transaction_id": transaction_id})
        uploads = self.shipping.uploads(transaction_id)
        if payment is None or not uploads:
            raise Refusal("10060028", "订单未发货", 200)
        now = int(self._now().timestamp())
        return self.push(
            {
                "Event": "trade_manage_order_settlement",
                "transaction_id": transaction_id,
                "merchant_id": payment["request"]["mchid"],
                "merchant_trade_no": payment["request"]["out_trade_no"],
                "pay_time": int(clock.from_text(payment["paid_at"]).timestamp()),
                "shipped_time": int(clock.from_text(uploads[-1]["upload_time"]).timestamp()),
                "confirm_receive_method": 2 if by_buyer else 1,
                "confirm_receive_time": now,
                "settlement_time": now,
            }
        )

    def forge_push(self, message: dict[str, Any], forgery: Forgery) -> int:
        """Push an event as an attacker would; gives the HTTP status."""
        return self.pushes.forge(self.push_url, message, forgery)

    def run_due(self) -> None:
        self.pushes.deliveries.run_due()

    # Interface of merchants

    def refuse(self, refusal: Refusal) -> Response:
        code = int(refusal.code) if refusal.code.lstrip("-").isdigit() else -1
        status = refusal.status if code == -1 and refusal.status >= 500 else 200
        return as_json({"errcode": code, "errmsg": f"{refusal.message} rid: {secrets.token_hex(4)}"}, status)

    def code_to_session(self, request: Request) -> Response:
        asked = request.args
        self.identities.check_secret(asked.get("appid", ""), asked.get("secret", ""))
        if asked.get("grant_type") != "authorization_code":
            raise Refusal("40002", "invalid grant_type", 200)
        answer = as_json(self.identities.sign_in(asked.get("js_code", "")))
        answer.content_type = "text/plain"
        return answer

    def stable_token(self, request: Request) -> Response:
        asked = request.get_json()
        self.identities.check_secret(asked["appid"], asked["secret"])
        return as_json(self.identities.token(force=asked.get("force_refresh", False)))

    def phone_number(self, request: Request) -> Response:
        asked = self._body(request)
        found = self.identities.redeem_code("phone", asked.get("code", ""))
        if asked.get("openid") not in (None, found["openid"]):
            raise Refusal("40029", "invalid code", 200)
        phone = {"phoneNumber": found["phone"], "purePhoneNumber": found["phone"], "countryCode": "86"}
        return _done(phone_info=phone)

    def send_message(self, request: Request) -> Response:
        asked = self._body(request)
        openid, template_id = asked["touser"], asked["template_id"]
        kind = kind_of(template_id)
        if self._store.get("user", openid) is None:
            raise Refusal("40003", "invalid openid", 200)
        if kind is None:
            raise Refusal("40037", "template_id invalid", 200)
        values = {field: value["value"] for field, value in asked["data"].items()}
        wrong = first_wrong_field(kind, values)
        if wrong:
            raise Refusal("47003", f"argument invalid! data.{wrong}.value invalid", 200)
        if asked.get("page", "").startswith("/"):
            raise Refusal("41030", "invalid page", 200)
        with self._store.lock:
            left = (self._store.get("consent", f"{openid} {template_id}") or {"left": 0})["left"]
            if left < 1:
                raise Refusal("43101", "user refuse to accept the msg", 200)
            self._store.put("consent", f"{openid} {template_id}", {"left": left - 1})
        text = "；".join(values.values())
        self.outbox.add("wechat", openid, text, kind=kind, values=values, page=asked.get("page", ""))
        return _done()

    def check_text(self, request: Request) -> Response:
        asked = self._body(request)
        content = asked.get("content", "")
        if asked.get("version") != 2 or asked.get("scene") not in (1, 2, 3, 4):
            raise Refusal("40129", "invalid scene", 200)
        if self._store.get("user", asked.get("openid", "")) is None:
            raise Refusal("40003", "invalid openid", 200)
        if not content:
            raise Refusal("44002", "empty post data", 200)
        if len(content) > 2500:
            raise Refusal("44991", "content too long", 200)
        suggest, label = _verdict(content)
        detail = [{"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}]
        trace = secrets.token_hex(16)
        return _done(result={"suggest": suggest, "label": label}, detail=detail, trace_id=trace)

    def code_image(self, request: Request) -> Response:
        asked = self._body(request)
        scene, page = asked.get("scene", ""), asked.get("page", "")
        if not 1 <= len(scene) <= 32 or not set(scene) <= SCENE:
            raise Refusal("40169", "invalid length for scene, or the data is not json string", 200)
        if page.startswith("/") or "?" in page:
            raise Refusal("41030", "invalid page", 200)
        return Response(_picture(f"{page}\n{scene}", asked.get("width", 430)), content_type="image/jpeg")

    def upload_shipping(self, request: Request) -> Response:
        self.shipping.upload(self._body(request))
        return _done()

    def _body(self, request: Request) -> dict[str, Any]:
        self.identities.check_token(request.args.get("access_token", ""))
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            raise Refusal("47001", "data format error", 200)
        return body

    # Control

    def control_login_code(self, request: Request) -> Response:
        return as_json({"code": self.login_code((request.get_json(silent=True) or {}).get("openid"))})

    def control_phone_code(self, request: Request) -> Response:
        asked = request.get_json()
        return as_json({"code": self.phone_code(asked["phone"], asked["openid"])})

    def control_consent(self, request: Request) -> Response:
        asked = request.get_json()
        self.consent(asked["openid"], asked["template_id"], asked.get("times", 1))
        return Response(status=204)

    def control_push(self, request: Request) -> Response:
        return as_json({"id": self.push(request.get_json())})

    def control_receipt(self, request: Request) -> Response:
        return as_json({"id": self.confirm_receipt(request.get_json()["transaction_id"])})


def _done(**answer: Any) -> Response:
    return as_json({"errcode": 0, "errmsg": "ok", **answer})


def _verdict(content: str) -> tuple[str, int]:
    if any(word in content for word in RISKY_WORDS):
        return "risky", 20006
    if any(word in content for word in DOUBTFUL_WORDS):
        return "review", 10001
    return "pass", 100


def _picture(text: str, width: int) -> bytes:
    """A stand-in for the round code: it shows where the real one would lead."""
    image = Image.new("RGB", (width, width), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, width - 8, width - 8), outline="#07c160", width=6)
    draw.multiline_text((width // 2, width // 2), text, fill="black", anchor="mm", align="center")
    file = BytesIO()
    image.save(file, "JPEG")
    return file.getvalue()
