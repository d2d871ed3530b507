"""The signing key, and empty tables and queues, for every test of sign-in."""

import pytest

from tests.kit.engines import Cloud, Tables
from tests.kit.people import sign_with_test_key
from tests.kit.time import Clock


@pytest.fixture(autouse=True)
def shop(tables: Tables, cloud: Cloud, at: Clock) -> None:
    """An empty shop at a standing instant."""
    sign_with_test_key()
