"""Every registered page in English, with all that hangs on it: no word of Chinese that the program says itself.

From each page all links are followed: drawers and their tabs, forms, confirmations, the other views, the export. What
the scripts of a page say stands in it as data, and is read with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.utils.translation import override

from driveline.core import dictionaries
from driveline.core.regions import cities, provinces
from driveline.kit import registry
from driveline.kit.listing import ListPage
from driveline.kit.ui_words import UI_WORDS
from tests.latin import chinese_in, latinise, typed_names
from tests.suites.rows import sample_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from driveline.kit.pages import Page
    from tests.world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(settings.POSTGRES, reason="one database is enough for words"),
]

PAGES = registry.pages()
ROLES = ("sales_manager", "admin", "group_admin")
OUTSIDE = (
    "/account/",
    "/account/sessions/",
    "/account/password/",
    "/no/such/page/",
    "/api/docs",
    "/search/?q=wang",
)
KEPT_UP = {"dictionaries", "roles"}  # where the typed names stand beside the English ones
PLACES = frozenset(provinces()) | {city for province in provinces() for city in cities(province)}
STEPS = 2

_link = re.compile(r'(?:href|data-url|data-more)="([^"#]+)"')
_unseen = re.compile(r"<!--.*?-->|<[^>]*\blang=\"zh-Hans\"[^>]*>[^<]*<|简体中文", re.DOTALL)


def _english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def _reader(world: World, target: Page) -> tuple[Any, Any]:
    for role in ROLES:
        unit = world.group if role.startswith("group") else world.a
        user = world.who(role, unit)
        if target.allowed(world.actor(user, unit)):
            return user, unit
    raise LookupError(target.name)


def _read(client: Client, address: str) -> str:
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    return content.decode("utf-8-sig") if kind.startswith(("text/", "application/json")) else ""


def _follow(client: Client, start: str) -> Iterator[tuple[str, str]]:
    """Address and text of a page and of all that can be reached in two steps below it; of alike addresses one."""
    seen, now = {_shape(start)}, [start]
    for step in range(STEPS + 1):
        after = []
        for address in now:
            text = _read(client, address)
            yield address, text
            for found in _link.findall(text) if step < STEPS else ():
                target = urljoin(address, found.replace("&amp;", "&"))
                if _below(target, start) and _shape(target) not in seen:
                    seen.add(_shape(target))
                    after.append(target)
        now = after


def _below(address: str, start: str) -> bool:
    return address.startswith(start if start != "/" else "/?")


def _shape(address: str) -> str:
    return re.sub(r"\d+", "N", address)


def _chinese(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    return [run for run in chinese_in(_unseen.sub("", text)) if not any(run in name for name in known)]


@pytest.mark.parametrize("target", PAGES, ids=lambda target: target.name)
def test_a_page_speaks_english_to_whoever_reads_english(world: World, target: Page) -> None:
    dictionaries.seed(world.group.pk)
    user, unit = _reader(world, target)
    if isinstance(target, ListPage):
        sample_of(target.name).make(world, world.a, world.guanchou if unit == world.group else user)
    latinise()
    known = PLACES | (frozenset(typed_names()) if target.name in KEPT_UP else frozenset())
    client = _english(world.client(user, unit))
    read = dict(_follow(client, target.url))
    if isinstance(target, ListPage) and target.export:
        read["export"] = _read(client, f"{target.url}export.csv")
    found = {address: runs for address, text in read.items() if (runs := _chinese(text, known))}
    assert found == {}


def test_what_stands_outside_the_registry_speaks_english_too(world: World, client: Client) -> None:
    latinise()
    signed_in = _english(world.client(world.jingding))
    found = {address: _chinese(_read(signed_in, address)) for address in OUTSIDE}
    found["/sign-in/"] = _chinese(_read(_english(client), "/sign-in/"))
    assert {address: runs for address, runs in found.items() if runs} == {}


def test_scripts_speak_english_to_whoever_reads_english() -> None:
    with override("en"):
        assert {key: chinese_in(str(text)) for key, text in UI_WORDS.items() if chinese_in(str(text))} == {}


def test_the_suite_sees_chinese(world: World) -> None:
    """A guard against a suite that finds nothing because it looks at nothing."""
    page = _read(world.client(world.jingding), "/leads/")
    assert len(_chinese(page)) > 20
    assert set(_chinese(str(UI_WORDS["retry"]))) <= set(_chinese(page))
