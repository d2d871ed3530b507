"""The shop running on this machine, started once for all journeys."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from infra.local import names
from tests.e2e import shop
from tests.e2e.shop import Person, World
from tests.kit.run import Run, running

_GIVEN = "Given-by-setup-1"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """`make run`, without the demo data."""
    with running(tmp_path_factory.mktemp("shop")) as started:
        yield started


@pytest.fixture(scope="session")
def world(run: Run) -> World:
    """The running shop, with an owner."""
    providers = json.loads((run.folder / "providers.json").read_text())
    port = int(run.address.rpartition(":")[2])
    command = [sys.executable, "-m", "infra.build.first_owner", "--name", "王芳", "--phone", "13900000000"]
    environment = {
        **run.environment,
        **names.endpoints(run.tables_port, port + 2),
        "STAGE": names.STAGE,
        "OWNER_PASSWORD": _GIVEN,
    }
    subprocess.run([*command, "--email", shop.OWNER_EMAIL], env=os.environ | environment, check=True)
    world = World(run.address, providers)
    shop.own_password(world, shop.OWNER_EMAIL, _GIVEN, shop.PASSWORD)
    return world


@pytest.fixture(scope="session")
def clerk(world: World) -> Person:
    """The owner, who may do everything."""
    return shop.staff(world)


@pytest.fixture(scope="session")
def dealer(world: World, clerk: Person) -> Person:
    """A company that was let in, with WeChat bound."""
    person = shop.register(
        world, company="昆明翠湖商贸有限公司", phone="13800000001", email="lina@example.com"
    )
    shop.approve(clerk, person)
    person("PUT", "/auth/wechat-binding", {"code": world.login_code("lina")})
    return person
