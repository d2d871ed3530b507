"""Fixtures for every test: `tables`, `cloud`, `pump` (delivers facts), `at` (a clock that stands still)."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from kit import clock
from tests.kit.engines import Cloud, Session, Tables
from tests.kit.pump import Pump
from tests.kit.time import Clock

# How long an example takes says more of the machine than of the code.
settings.register_profile("any_machine", deadline=None)
settings.load_profile("any_machine")

_session = Session()  # table names must be in the environment before a function is imported


@pytest.fixture(scope="session")
def engines() -> Iterator[Session]:
    """The engines of this test run."""
    yield _session
    _session.close()


@pytest.fixture(scope="session")
def _tables(engines: Session) -> Tables:
    return engines.tables()


@pytest.fixture(scope="session")
def _cloud(engines: Session) -> Cloud:
    return engines.cloud()


@pytest.fixture
def tables(_tables: Tables) -> Tables:
    """Every table, empty."""
    # Imported here: a context reads the names of its tables when it is imported.
    from functions.catalog.operations import offers

    offers.forget()
    _tables.empty()
    return _tables


@pytest.fixture
def cloud(_cloud: Cloud) -> Cloud:
    """Queues, buckets and the bus, empty."""
    _cloud.empty()
    return _cloud


@pytest.fixture
def pump(tables: Tables, cloud: Cloud) -> Pump:
    """Delivers facts from the tables' streams to the functions that want them."""
    return Pump(tables, cloud)


@pytest.fixture
def at() -> Iterator[Clock]:
    """A clock that stands still until the test moves it."""
    standing = Clock()
    before = clock._source
    clock.use(standing.read)
    yield standing
    clock.use(before)
