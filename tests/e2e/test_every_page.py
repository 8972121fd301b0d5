"""Every registered page, with rows in it: no violation of the content policy, nothing on the console, nothing that axe
finds; in the light and in the dark. `_clean_console` of the conftest holds the first two for every test here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.kit import registry
from driveline.kit.listing import ListPage
from tests.e2e.axe import findings
from tests.suites.rows import sample_of

if TYPE_CHECKING:
    from driveline.kit.pages import Page
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)

# Who looks at a page: the first of these roles that has it.
ROLES = ("sales_manager", "admin", "group_admin")


def _role(shop: Shop, page: Page) -> str:
    for role in ROLES:
        unit = shop.world.group if role.startswith("group") else shop.world.a
        if page.allowed(shop.world.actor(shop.world.who(role, unit), unit)):
            return role
    raise LookupError(page.name)


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_a_role_are_quiet_and_open_to_everybody(shop: Shop, desk: OpenDesk, role: str) -> None:
    world = shop.world
    pages = [page for page in registry.pages() if _role(shop, page) == role]
    assert pages or role == "group_admin"
    for page in pages:
        if isinstance(page, ListPage):
            sample_of(page.name).make(
                world, world.a, world.who(role) if role != "group_admin" else world.guanchou
            )
    unit = world.group if role == "group_admin" else world.a
    at = desk(world.who(role, unit), unit)
    found: list[str] = []
    for page in pages:
        at.open(page.url)
        expect(at.page.locator("h1, [aria-current=page]").first).to_be_attached()
        found += [f"{page.url}: {one}" for one in findings(at.page)]
        at.dark()
        found += [f"{page.url} dark: {one}" for one in findings(at.page, only=("color-contrast",))]
        link = at.page.locator("tr[data-row] a[data-drawer]").first
        if isinstance(page, ListPage) and link.count():
            link.click()
            expect(at.drawer.locator("#drawer-title")).to_be_visible()
            found += [f"{page.url} drawer: {one}" for one in findings(at.page, "#drawer")]
    assert found == []


def test_pages_outside_the_registry_are_quiet_too(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.gujia)
    found: list[str] = []
    for path in (
        "/account/sessions/",
        "/account/password/",
        "/account/",
        "/leads/new/",
        "/no/such/page/",
        "/api/docs",
        "/api/docs/leads",
        "/_gallery/",
    ):
        at.open(path)
        found += [f"{path}: {one}" for one in findings(at.page)]
    at.dark()  # the last one is the gallery: every component in the dark
    found += findings(at.page)
    assert found == []
