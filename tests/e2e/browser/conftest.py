"""A phone before the running shop; it tolerates no page error and no request to other machines."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from infra.local import site
from tests.e2e.shop import World

_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_WAIT_MS = 20_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of this machine."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "the browser tests need Chromium: apt-get install chromium"
    expect.set_options(timeout=_WAIT_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        yield started
        started.close()


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page of a person of their own; what goes wrong behind it fails the test in the end."""
    problems: list[str] = []
    context: BrowserContext = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    context.set_default_timeout(_WAIT_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(f"error {error}"))
    page.on("console", lambda said: problems.extend(_forbidden(said.text)))
    page.on("request", lambda request: problems.extend(_elsewhere(request.url)))
    yield page
    context.close()
    assert not problems, problems


def _elsewhere(url: str) -> list[str]:
    address = urlsplit(url)
    is_here = address.scheme in ("data", "blob") or address.hostname == "127.0.0.1"
    return [] if is_here else [f"request to {url}"]


def _forbidden(said: str) -> list[str]:
    """What the page's own policy did not let it do."""
    return [said] if "Content Security Policy" in said else []


@pytest.fixture
def phone(world: World, browser: Browser) -> Iterator[Page]:
    """The shop's home on somebody's phone."""
    assert (site.SHOP / "index.html").exists(), "the pages are not built: make clients"
    with watched(browser, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as page:
        page.goto(f"{world.base}/")
        yield page


@pytest.fixture
def go(world: World, phone: Page) -> Callable[[str], None]:
    """Open a page of the shop by its path: `go("/account/sign-in")`."""

    def open_page(path: str) -> None:
        phone.goto(f"{world.base}/#{path}")

    return open_page


@pytest.fixture
def desk(world: World, browser: Browser) -> Iterator[Page]:
    """The back-office console on somebody's desk, before signing in."""
    assert (site.CONSOLE / "index.html").exists(), "the pages are not built: make clients"
    with watched(browser, viewport={"width": 1440, "height": 900}) as page:
        page.goto(f"{world.base}/admin-console/")
        yield page
