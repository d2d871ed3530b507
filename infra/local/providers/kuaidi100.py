"""快递100 on this machine: subscriptions, queries, and parcels that move when told to."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import requests
from pydantic import BaseModel
from werkzeug.wrappers import Request, Response

from infra.local.providers.deliveries import UNREACHABLE, Deliveries
from infra.local.providers.keys import Keys
from infra.local.providers.outbox import Outbox
from infra.local.providers.store import Store
from infra.local.providers.web import Fake, Refusal, as_json
from kit import clock, http_client

BETWEEN_QUERIES = timedelta(minutes=30)
REPEATS = (timedelta(minutes=30),) * 3
COMPANIES = (
    "shunfeng",
    "zhongtong",
    "yuantong",
    "yunda",
    "jd",
    "debangkuaidi",
    "ems",
    "shentong",
    "jtexpress",
    "annengwuliu",
)
SIGNED = "3"
# A parcel's usual way: state and words of each step.
JOURNEY = (
    ("1", "快件已被揽收"),
    ("0", "快件已到达转运中心，正在发往目的地"),
    ("5", "快递员正在派送，请保持电话畅通"),
    (SIGNED, "快件已签收，感谢使用"),
)
STATES = {
    "0": "在途",
    "1": "揽收",
    "2": "疑难",
    "3": "签收",
    "4": "退签",
    "5": "派件",
    "6": "退回",
    "14": "拒签",
}


class Move(BaseModel):
    """Where a parcel goes next; without a state it takes the next step of its usual way."""

    state: str | None = None
    context: str | None = None


class Kuaidi100(Fake):
    """One customer of 快递100."""

    routes = (
        ("POST", "/poll", "subscribe"),
        ("POST", "/poll/query.do", "query"),
        ("POST", "/_control/parcels/<number>/moves", "control_move"),
    )

    def __init__(
        self,
        keys: Keys,
        store: Store,
        outbox: Outbox,
        now: Callable[[], datetime],
        session: requests.Session,
        *,
        compression: int = 60,
    ) -> None:
        super().__init__(outbox)
        self._keys = keys
        self._store = store
        self._now = now
        self._session = session
        self._compression = compression
        repeats = [delay / compression for delay in REPEATS]
        self.deliveries = Deliveries(store, "kuaidi100-push", now, self._send, repeats)

    # What happens to parcels

    def advance(self, number: str, state: str | None = None, context: str | None = None) -> str | None:
        """Move a parcel on and tell its subscriber; gives the id of the push, None when nobody subscribed."""
        with self._store.lock:
            nodes = self._nodes(number)
            usual = JOURNEY[min(len(nodes), len(JOURNEY) - 1)]
            state = state or usual[0]
            at = self._now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
            text = context or dict(JOURNEY).get(state, f"快件状态：{STATES[state]}")
            node = {"context": text, "time": at, "ftime": at, "status": STATES[state], "statusCode": state}
            self._store.put("parcel", number, {"nodes": [node, *nodes]})
            subscription = self._store.get("subscription", number)
        if subscription is None:
            return None
        ended = state == SIGNED
        param = {
            "status": "shutdown" if ended else "polling",
            "billstatus": "check" if ended else "got",
            "message": "",
            "autoCheck": "0",
            "comOld": "",
            "comNew": "",
            "lastResult": self._result(subscription["company"], number),
        }
        push = {"url": subscription["url"], "salt": subscription["salt"], "param": param}
        return self.deliveries.add(push)

    def forge(self, name: str) -> int:
        """Send a push once more with a signature that is not ours; gives the HTTP status."""
        return self._send(name, {**self.deliveries.get(name)["document"], "salt": "guessed"})

    def run_due(self) -> None:
        self.deliveries.run_due()

    # Interface of customers

    def refuse(self, refusal: Refusal) -> Response:
        status = refusal.status if refusal.status >= 500 else 200
        return as_json({"result": False, "returnCode": refusal.code, "message": refusal.message}, status)

    def malformed(self, field: str, issue: str) -> Refusal:
        return Refusal("700", f"{field}: {issue}", 200)

    def subscribe(self, request: Request) -> Response:
        asked = json.loads(request.form.get("param", "{}"))
        if request.form.get("schema") != "json" or not asked.get("number"):
            raise Refusal("700", "订阅方的订阅数据存在错误")
        if asked.get("key") != self._keys.kuaidi100_key:
            raise Refusal("600", "您不是合法的订阅者")
        if asked.get("company") not in COMPANIES:
            raise Refusal("701", "拒绝订阅的快递公司")
        settings = asked["parameters"]
        with self._store.lock:
            if self._store.get("subscription", asked["number"]):
                raise Refusal("501", "重复订阅")
            document = {
                "company": asked["company"],
                "url": settings["callbackurl"],
                "salt": settings.get("salt", ""),
            }
            self._store.put("subscription", asked["number"], document)
        return as_json({"result": True, "returnCode": "200", "message": "提交成功"})

    def query(self, request: Request) -> Response:
        param = request.form.get("param", "")
        expected = _md5(param + self._keys.kuaidi100_key + self._keys.kuaidi100_customer)
        if (
            request.form.get("customer") != self._keys.kuaidi100_customer
            or request.form.get("sign") != expected
        ):
            raise Refusal("503", "验证签名失败")
        asked = json.loads(param)
        number, company = asked.get("num", ""), asked.get("com", "")
        if company not in COMPANIES or not 6 <= len(number) <= 32:
            raise Refusal("400", "找不到对应公司或参数错误")
        if company in ("shunfeng", "zhongtong") and not asked.get("phone"):
            raise Refusal("408", "验证码错误：请输入收件人或寄件人电话号码后四位")
        self._lock_query(number)
        if not self._nodes(number):
            raise Refusal("500", "查询无结果，请隔段时间再查")
        return as_json(self._result(company, number))

    def control_move(self, request: Request, number: str) -> Response:
        move = Move.model_validate(request.get_json(silent=True) or {})
        return as_json({"push_id": self.advance(number, move.state, move.context)})

    def _lock_query(self, number: str) -> None:
        with self._store.lock:
            last, now = self._store.get("query", number), self._now().timestamp()
            if last and now < last["at"] + BETWEEN_QUERIES.total_seconds():
                raise Refusal("502", "服务器繁忙：同一单号查询间隔须大于30分钟，单号已锁定")
            self._store.put("query", number, {"at": now})

    def _nodes(self, number: str) -> list[dict[str, str]]:
        return list((self._store.get("parcel", number) or {"nodes": []})["nodes"])

    def _result(self, company: str, number: str) -> dict[str, Any]:
        nodes = self._nodes(number)
        state = nodes[0]["statusCode"]
        return {
            "message": "ok",
            "state": state,
            "status": "200",
            "condition": "F00",
            "ischeck": "1" if state == SIGNED else "0",
            "com": company,
            "nu": number,
            "data": nodes,
        }

    def _send(self, name: str, push: dict[str, Any]) -> int:
        param = json.dumps(push["param"], ensure_ascii=False)
        form = {"param": param} | ({"sign": _md5(param + push["salt"])} if push["salt"] else {})
        try:
            answer = http_client.ask(self._session, "POST", push["url"], data=form)
            understood = answer.json().get("returnCode") == "200"
        except (http_client.ProviderUnsure, ValueError):
            return UNREACHABLE
        return answer.status_code if understood or answer.status_code >= 300 else UNREACHABLE


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
