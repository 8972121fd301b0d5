"""Signing in, in a real browser: the first thing that anybody does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.world import PASSWORD

if TYPE_CHECKING:
    from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, url: str, login: str, password: str = PASSWORD) -> None:
    """Type into the sign-in page as a person does."""
    page.goto(f"{url}/sign-in/")
    page.locator("#id_login").fill(login)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")


def test_a_wrong_password_is_told_and_the_right_one_opens_the_workbench(
    page: Page, live_server: Any, world: World
) -> None:
    sign_in(page, live_server.url, world.gujia.login, "not-this-one")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.url.startswith(f"{live_server.url}/sign-in/")
    sign_in(page, live_server.url, world.gujia.login)
    expect(page).to_have_url(f"{live_server.url}/")
    expect(page.locator("body")).to_contain_text(world.gujia.name)


def test_the_page_speaks_chinese_until_english_is_chosen(page: Page, live_server: Any, world: World) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
