"""The shop running on this machine, started anew for each file of tests: what one settles binds no other."""

from collections.abc import Iterator

import pytest

from tests.e2e import shop
from tests.e2e.shop import Person, World
from tests.kit.run import running


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The running shop, without demo data, with an owner."""
    with running(tmp_path_factory.mktemp("shop")) as run:
        yield shop.open_shop(run)


@pytest.fixture(scope="module")
def clerk(world: World) -> Person:
    """The owner, who may do everything."""
    return shop.staff(world)


@pytest.fixture(scope="module")
def dealer(world: World, clerk: Person) -> Person:
    """A company that was let in, with WeChat bound."""
    person = shop.register(
        world, company="昆明翠湖商贸有限公司", phone="13800000001", email="lina@example.com"
    )
    shop.approve(clerk, person)
    person("PUT", "/auth/wechat-binding", {"code": world.login_code("lina")})
    return person
