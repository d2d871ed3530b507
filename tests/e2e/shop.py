"""The running shop as its people meet it: over HTTP, and what arrives in their inboxes."""

import contextlib
import json
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from infra.local import names
from tests.kit.run import Run

PASSWORD = "Dealer-2026-ok"
OWNER_EMAIL = "owner@example.com"
REGION = {
    "province_code": "530000",
    "province": "云南省",
    "city_code": "530100",
    "city": "昆明市",
    "district_code": "530102",
    "district": "五华区",
}


class Refused(AssertionError):
    """The shop answered with a failure; `code` is its stable name."""

    def __init__(self, method: str, path: str, response: requests.Response) -> None:
        super().__init__(f"{method} {path} -> {response.status_code} {response.text[:600]}")
        self.status = response.status_code
        self.problem: dict[str, Any] = response.json() if response.text.startswith("{") else {}
        self.code = self.problem.get("code")


def new_key() -> str:
    """A fresh idempotency key: a new intent."""
    return str(uuid.uuid4())


@dataclass
class Person:
    """Somebody with a device; `token` once signed in."""

    base: str
    token: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        query: dict[str, Any] | None = None,
    ) -> Any:
        """Send a request; returns the JSON answer, raises Refused."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        response = self.session.request(
            method, self.base + path, json=body, headers=headers, params=query, timeout=60
        )
        if response.status_code >= 400:
            raise Refused(method, path, response)
        return response.json() if response.text else None


@dataclass
class World:
    """A running shop and what surrounds it."""

    base: str
    providers: dict[str, str]

    def person(self) -> Person:
        return Person(self.base)

    def settle(self) -> None:
        """Wait until every fact was delivered."""
        for _ in range(5):  # the functions may be restarting, or have much to do
            with contextlib.suppress(requests.ConnectionError, requests.HTTPError):
                answer = requests.get(f"{self.base}/dev/quiet", params={"seconds": 60}, timeout=70)
                answer.raise_for_status()
                return
        raise AssertionError("the shop does not come back")

    def messages(self) -> list[dict[str, Any]]:
        """What was sent to people, newest first."""
        items: list[dict[str, Any]] = requests.get(f"{self.base}/dev/messages", timeout=10).json()["items"]
        return items

    def code_sent_to(self, address: str) -> str:
        """The newest six-digit code an address received."""
        self.settle()
        for message in self.messages():
            if message["to"].endswith(address) and (found := re.search(r"\b(\d{6})\b", str(message))):
                return found[1]
        raise AssertionError(f"no code for {address} in {self.messages()}")

    def login_code(self, user: str) -> str:
        """What `wx.login` would give this person."""
        return str(self._control("mini_program", "login-codes", {"user": user})["code"])

    def pay(self, payment_id: str, **how: Any) -> Any:
        """Pay in the WeChat sheet; `notice` says what becomes of the notice."""
        return self._control("wechat_pay", f"payments/{payment_id}/payment", {"outcome": "success"} | how)

    def notices(self) -> list[dict[str, Any]]:
        """Every notice WeChat Pay sent or means to send."""
        answer = requests.get(f"{self.providers['wechat_pay']}/_control/notices", timeout=10).json()
        items: list[dict[str, Any]] = answer["items"]
        return items

    def repeat_notice(self, notice_id: str) -> int:
        """Let WeChat Pay send a notice once more; the status we answered."""
        return int(self._control("wechat_pay", f"notices/{notice_id}/repetition", {})["status"])

    def forge_notice(self, notice_id: str, forgery: str) -> int:
        """Let somebody send a false copy of a notice; the status we answered."""
        return int(
            self._control("wechat_pay", f"notices/{notice_id}/forgery", {"forgery": forgery})["status"]
        )

    def move_parcel(self, number: str) -> None:
        """Let a carrier's parcel take its next step, of which 快递100 tells."""
        self._control("kuaidi100", f"parcels/{number}/moves", {})

    def set_clock(self, instant: datetime) -> None:
        """Set the shop's clock forward, and wait for what falls due on the way."""
        answer = requests.put(f"{self.base}/dev/clock", json={"instant": instant.isoformat()}, timeout=30)
        answer.raise_for_status()
        self.settle()

    def now(self) -> datetime:
        """What the shop's clock shows."""
        state = requests.get(f"{self.base}/dev/state", timeout=30).json()
        return datetime.fromisoformat(state["now"])

    def run_schedule(self, function: str) -> None:
        """Run a scheduled function now."""
        answer = requests.post(
            f"{self.base}/dev/schedules/{function}/runs", json={"instant": self.now().isoformat()}, timeout=60
        )
        assert answer.json() == {"succeeded": True}, answer.text
        self.settle()

    def doom(self, function: str) -> None:
        """Let all functions' process die right after this function's next work."""
        answer = requests.post(f"{self.base}/dev/functions/{function}/power-cut", json={}, timeout=30)
        answer.raise_for_status()

    def wait_for_paid(self, person: Person, payment_id: str) -> None:
        """Look at the result page until it says paid, across restarts of the functions."""
        for _ in range(60):
            with contextlib.suppress(requests.ConnectionError):
                if person("GET", f"/payments/{payment_id}")["state"] == "succeeded":
                    return
        raise AssertionError(f"{payment_id} is still not paid")

    def _control(self, provider: str, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(f"{self.providers[provider]}/_control/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.text else None


def register(world: World, *, company: str, phone: str, email: str) -> Person:
    """Fill in the form, enter the code from the e-mail, and be signed in."""
    person = world.person()
    form = {
        "company_name": company,
        "contact_name": "李娜",
        "phone": phone,
        "email": email,
        "password": PASSWORD,
        "consent_version": "1",
        "region": REGION,
    }
    started = person("POST", "/auth/registrations", form, key=new_key())
    code = world.code_sent_to(email)
    path = f"/auth/registrations/{started['registration_id']}/verification"
    person.token = person("POST", path, {"code": code})["access_token"]
    return person


def sign_in(world: World, identifier: str) -> Person:
    """A dealer who comes back."""
    person = world.person()
    session = person("POST", "/auth/sessions/password", {"identifier": identifier, "password": PASSWORD})
    person.token = session["access_token"]
    return person


def staff(world: World, email: str = OWNER_EMAIL, password: str = PASSWORD) -> Person:
    """A member of staff, signed in."""
    person = world.person()
    session = person("POST", "/admin/sessions", {"email": email, "password": password})
    person.token = session["access_token"]
    return person


def own_password(world: World, email: str, given: str, chosen: str) -> None:
    """Whoever was given a password chooses another before anything else."""
    person = staff(world, email, given)
    person("PUT", "/admin/password", {"current_password": given, "password": chosen})


def open_shop(run: Run) -> World:
    """Give a fresh run its first owner."""
    given = "Given-by-setup-1"
    providers = json.loads((run.folder / "providers.json").read_text())
    command = [sys.executable, "-m", "infra.build.first_owner", "--name", "王芳", "--phone", "13900000000"]
    port = int(run.address.rpartition(":")[2])
    environment = {
        **run.environment,
        **names.endpoints(run.tables_port, port + 2),
        "STAGE": names.STAGE,
        "OWNER_PASSWORD": given,
    }
    subprocess.run([*command, "--email", OWNER_EMAIL], env=environment, check=True)
    world = World(run.address, providers)
    own_password(world, OWNER_EMAIL, given, PASSWORD)
    return world


def approve(clerk: Person, person: Person, tier: str = "silver") -> None:
    """Let a company in."""
    agent_id = person("GET", "/me")["company"]["agent_id"]
    version = clerk("GET", f"/admin/applications/{agent_id}")["company"]["version"]
    body = {"version": version, "tier": tier, "region": REGION, "credit_limit_fen": 0}
    clerk("POST", f"/admin/applications/{agent_id}/approval", body)


def publish_product(
    clerk: Person, name: str, code: str, price_fen: int, stock: int, **sku: Any
) -> dict[str, Any]:
    """Put a product with one SKU on sale."""
    category = clerk("POST", "/admin/categories", {"name": f"类{code}"})
    body = {
        "name": name,
        "category_id": category["group_id"],
        "spec_names": ["规格"],
        "skus": [
            {"code": code, "values": ["250g/袋"], "base_price_fen": price_fen, "opening_stock": stock} | sku
        ],
    }
    product = clerk("POST", "/admin/products", body)
    path = f"/admin/products/{product['product_id']}/publication"
    published: dict[str, Any] = clerk("POST", path, {"version": product["version"]})
    return published


def add_address(person: Person) -> str:
    """Where the goods go."""
    body = {"contact_name": "李娜", "phone": "13800000001", "region": REGION, "text": "翠湖南路 21 号"}
    return str(person("POST", "/me/addresses", body)["address_id"])


def place(person: Person, lines: list[dict[str, Any]], address_id: str, **more: Any) -> dict[str, Any]:
    """Quote and submit, as the checkout does."""
    key = more.pop("key", None) or new_key()
    quote = person("POST", "/quotes", {"lines": lines, "coupon_id": more.get("coupon_id")})
    body = {
        "lines": lines,
        "quote_hash": quote["hash"],
        "address_id": address_id,
        "payment_method": "wechat",
    } | more
    order: dict[str, Any] = person("POST", "/orders", body, key=key)
    return order


def pay(world: World, person: Person, order_id: str, **how: Any) -> dict[str, Any]:
    """Open a WeChat payment, pay it in the sheet, and look at the result page, which asks the server."""
    payment = person("POST", f"/orders/{order_id}/payments", {"method": "wechat"}, key=new_key())
    world.pay(payment["payment_id"], **how)
    paid: dict[str, Any] = person("GET", f"/payments/{payment['payment_id']}")
    world.settle()
    return paid
