"""One journey through the real serverless.yml, deployed to a local AWS: `python -m tests.e2e.deployed`."""

import os
import subprocess
import sys
from typing import Any

from infra.build.deploy_local import Deployed, deployed
from tests.e2e.shop import (
    OWNER_EMAIL,
    PASSWORD,
    World,
    add_address,
    approve,
    own_password,
    pay,
    place,
    publish_product,
    register,
    staff,
)

GIVEN = "Given-2026-once"


class Cloud(World):
    """The deployed shop, where nothing but AWS says when facts have arrived."""

    def __init__(self, shop: Deployed) -> None:
        super().__init__(shop.base, shop.providers.urls())
        self.shop = shop

    def settle(self) -> None:
        self.shop.settle()

    def messages(self) -> list[dict[str, Any]]:
        return self.shop.providers.outbox()[::-1]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def walk(world: Cloud) -> None:
    """A dealer registers, is let in, orders, pays, and finds points; queues and streams have their part."""
    own_password(world, OWNER_EMAIL, GIVEN, PASSWORD)
    clerk = staff(world)
    dealer = register(world, company="昆明晨光商贸", phone="13800000001", email="chenguang@example.com")
    approve(clerk, dealer)
    dealer("PUT", "/auth/wechat-binding", {"code": world.login_code("lina")})
    _say("a dealer registered and was let in")
    product = publish_product(clerk, "高原红茶", "T1", price_fen=12_000, stock=50)
    sku_id = product["skus"][0]["sku_id"]
    order = place(dealer, [{"sku_id": sku_id, "quantity": 2}], add_address(dealer))
    paid = pay(world, dealer, order["order_id"])
    assert paid["state"] == "succeeded", paid
    world.shop.wait_for("to_ship", lambda: dealer("GET", f"/orders/{order['order_id']}")["state"])
    _say("an order was placed and paid")
    world.shop.wait_for(240, lambda: dealer("GET", "/points")["available"])
    _say("its points were granted by the queue")


def main() -> None:
    """Deploy, appoint the first owner, walk."""
    with deployed() as shop:
        owner = ["--name", "王芳", "--email", OWNER_EMAIL, "--phone", "13900000000"]
        appoint = [sys.executable, "-m", "infra.build.first_owner", *owner]
        subprocess.run(appoint, check=True, env={**os.environ, "OWNER_PASSWORD": GIVEN})
        walk(Cloud(shop))
        _say("deployed, used, gone")


if __name__ == "__main__":
    main()
