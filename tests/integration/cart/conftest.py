"""A shop with goods, a company that may order, and short ways to call the cart."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.cart import api
from tests.kit.companies import company
from tests.kit.engines import Cloud, Tables
from tests.kit.http import Answer, call
from tests.kit.people import agent_token, sign_with_test_key
from tests.kit.time import Clock


@pytest.fixture
def ask(tables: Tables, cloud: Cloud, at: Clock) -> Callable[..., Answer]:
    """Calls the cart as a user of an active company, unless told otherwise."""
    sign_with_test_key()
    company()
    token = agent_token()

    def ask(method: str, path: str, body: Any = None, **options: Any) -> Answer:
        return call(api.app, method, path, body, **{"token": token} | options)

    return ask
