"""Every registered page × every role: who gets in, whose rows are seen, and that pages stay small and cheap."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from driveline.core.roles import ROLES
from driveline.kit import registry
from driveline.kit.listing import ListPage
from tests.suites.rows import SAMPLES, sample_of

if TYPE_CHECKING:
    from driveline.kit.pages import Page
    from tests.world import World

pytestmark = pytest.mark.django_db

PAGES = registry.pages()
LISTS = [p for p in PAGES if isinstance(p, ListPage)]
CODES = [role.code for role in ROLES]
GROUP_ROLES = {"group_auditor", "group_admin"}

MOST_QUERIES = 10
PAGE_BYTES = 60_000
FRAGMENT_BYTES = 30_000


def _ids(target: Page) -> str:
    return target.name


def _client(world: World, role: str):
    unit = world.group if role in GROUP_ROLES else world.a
    return world.client(world.who(role, unit), unit), world.actor(world.who(role, unit), unit)


def test_every_list_has_a_sample():
    assert sorted(p.name for p in LISTS if p.name not in SAMPLES) == []


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize("target", PAGES, ids=_ids)
def test_a_page_opens_for_the_roles_that_have_it_and_for_nobody_else(world, target, role):
    client, actor = _client(world, role)
    assert client.get(target.url).status_code == (200 if actor.can(target.permission) else 403)


@pytest.mark.parametrize("target", PAGES, ids=_ids)
def test_nobody_gets_in_without_signing_in(world, client, target):
    answer = client.get(target.url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("role", CODES)
@pytest.mark.parametrize("target", LISTS, ids=_ids)
def test_a_list_shows_the_rows_of_the_scope_and_no_others(world, target, role):
    client, actor = _client(world, role)
    scope = actor.scope(target.permission)
    sample = sample_of(target.name)
    make = sample.make
    own = make(world, world.a, actor.user) if role not in GROUP_ROLES else None
    colleague = make(world, world.a, world.liwu)
    foreign = make(world, world.b, world.guchen)
    if scope is None:
        pytest.skip("the page is not the role's")
    shown = set(target.rows(actor).values_list("pk", flat=True))
    if own is not None:
        assert (own.pk in shown) == sample.seen(scope, own=True, near=True)
    assert (colleague.pk in shown) == sample.seen(scope, own=False, near=True)
    assert (foreign.pk in shown) == sample.seen(scope, own=False, near=False)
    if target.detail is not None and hasattr(target.detail, "facts") and target.detail.facts:
        for row in filter(None, (own, colleague, foreign)):
            expected = 200 if row.pk in shown else 404
            assert client.get(f"{target.url}{row.pk}/").status_code == expected
    if target.export:
        answer = client.get(f"{target.url}export.csv")
        assert answer.status_code == (200 if actor.can(target.export) else 403)
        if answer.status_code == 200:
            text = b"".join(answer.streaming_content).decode("utf-8-sig")
            assert len(list(csv.reader(io.StringIO(text)))) - 1 == len(shown)


@pytest.mark.parametrize("target", LISTS, ids=_ids)
def test_a_list_costs_the_same_for_5_and_50_rows_and_stays_small(world, target):
    role = next(
        r for r in ("sales_manager", "admin", "group_admin") if _client(world, r)[1].can(target.permission)
    )
    client, actor = _client(world, role)
    make = sample_of(target.name).make
    client.post(
        "/preferences/",
        {"key": f"ui.list.{target.name}", "value": {"page_size": 50}},
        content_type="application/json",
    )

    def queries() -> int:
        client.get(target.url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(target.url).status_code == 200
        return len(seen)

    for _ in range(5):
        make(world, world.a, actor.user)
    few = queries()
    for _ in range(45):
        make(world, world.a, actor.user)
    many = queries()
    assert many == few
    assert many <= MOST_QUERIES
    client.post(
        "/preferences/",
        {"key": f"ui.list.{target.name}", "value": {"page_size": 20}},
        content_type="application/json",
    )
    whole = len(client.get(target.url).content)
    part = len(client.get(target.url, headers={"X-Fragment": "list"}).content)
    assert whole <= PAGE_BYTES
    assert part <= FRAGMENT_BYTES


@pytest.mark.parametrize("target", LISTS, ids=_ids)
@pytest.mark.parametrize(
    "query",
    [
        "?page=0",
        "?page=",
        "?page=4444444444444",
        "?page=abc",
        "?after=%00",
        "?after=eyJ",
        "?last=1",
        "?exact=1",
        "?order=nope",
        "?scene=nope",
        "?q=%27%22%3B--",
        "?q=%E5%85%88%E7%94%9F",
        "?q=" + "9" * 400,
        "?owner=abc&grade=ZZ&status=%00",
        "?due_from=2019-02-31&due_to=0001-01-01",
        "?arrived_from=0001-01-01&arrived_to=9999-12-31",
    ],
)
def test_no_query_breaks_a_list(world, target, query):
    role = next(
        r for r in ("sales_manager", "admin", "group_admin") if _client(world, r)[1].can(target.permission)
    )
    assert _client(world, role)[0].get(target.url + query).status_code == 200
