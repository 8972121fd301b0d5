"""The browser: the machine's own Chromium, never a download. A policy violation fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request

from driveline.modules.leads.tests.conftest import Shop
from tests.e2e.desk import Desk
from tests.world import World

# The browser's driver runs an event loop in this thread; the tests touch the database from it all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOW = "2019-03-05T10:00"  # a Tuesday
PHONE = {"viewport": {"width": 375, "height": 720}, "is_mobile": True, "has_touch": True}

type Clock = Callable[[str], None]
type OpenDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium by its found path, with nothing that calls home."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": found, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Chinese user in Shanghai at a desk."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of this test did that no page may do."""
    return []


@pytest.fixture(autouse=True)
def _clean_console(context: BrowserContext, live_server: Any, complaints: list[str]) -> Iterator[None]:
    """No policy violation, no uncaught error, no request to anybody else."""
    watch(context, live_server.url, complaints)
    yield
    assert complaints == []


def watch(context: BrowserContext, home: str, complaints: list[str]) -> None:
    """Note what the pages of a browser complain of, and whom else they ask."""

    def hear(message: ConsoleMessage) -> None:
        # An answer of 4xx that a test provokes is reported by the browser itself; everything else is ours.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def ask(request: Request) -> None:
        if not request.url.startswith((home, "data:", "blob:", "about:")):
            complaints.append(f"request to {request.url}")

    context.on("console", hear)
    context.on("weberror", lambda problem: complaints.append(str(problem.error)))
    context.on("request", ask)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the business clock of program and test; it stands at ten on a Tuesday."""

    def set_clock(text: str) -> None:
        monkeypatch.setenv("DRIVELINE_NOW", text)

    set_clock(NOW)
    return set_clock


@pytest.fixture
def shop(world: World, now: Clock) -> Shop:
    """The cast at work on that Tuesday."""
    return Shop(world)


@pytest.fixture
def desk(
    browser: Browser,
    browser_context_args: dict[str, Any],
    live_server: Any,
    world: World,
    complaints: list[str],
) -> Iterator[OpenDesk]:
    """`desk(user, store=None, phone=False)`: somebody's own browser, signed in."""
    contexts: list[BrowserContext] = []

    def open_desk(user: Any, store: Any = None, *, phone: bool = False) -> Desk:
        context = browser.new_context(**{**browser_context_args, **(PHONE if phone else {})})
        contexts.append(context)
        watch(context, live_server.url, complaints)
        client = world.client(user, store)
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
        )
        context.set_default_timeout(5000)
        return Desk(context.new_page(), live_server.url)

    yield open_desk
    for context in contexts:
        context.close()
