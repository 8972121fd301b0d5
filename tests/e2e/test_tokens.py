"""接口令牌: created in the drawer, shown once, copied, used, revoked; and the pages for developers without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from tests.e2e.axe import findings

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)


def _works(secret: str) -> bool:
    return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_token_is_shown_once_and_copied(shop: Shop, desk: OpenDesk, live_server: Any) -> None:
    at = desk(shop.world.gujia)
    at.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    at.open("/api-tokens/")
    at.page.get_by_role("link", name="新建令牌").first.click()
    at.drawer.get_by_label("用途").fill("官网")
    at.drawer.get_by_role("button", name="创建令牌").click()
    shown = at.drawer.locator("[data-one-time]")
    expect(shown).to_be_visible()
    assert findings(at.page, "#drawer") == []
    secret = shown.inner_text()
    at.drawer.get_by_role("button", name="复制").first.click()
    expect(at.drawer.get_by_role("button", name="已复制")).to_be_visible()
    assert at.page.evaluate("navigator.clipboard.readText()") == secret
    assert _works(secret)
    at.drawer.get_by_role("button", name="完成").click()
    row = at.page.locator("tr[data-row]")
    expect(row).to_contain_text("官网")
    expect(row).to_contain_text("有效")
    assert secret not in at.page.content()
    row.get_by_role("link", name="吊销").click()
    at.page.get_by_role("dialog").get_by_role("button", name="吊销").click()
    expect(at.page.locator("tr[data-row]")).to_have_count(0)
    assert not _works(secret)


@pytest.mark.parametrize("width", [1280, 375])
def test_the_pages_for_developers_need_no_account(
    context: BrowserContext, live_server: Any, width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/api/docs")
    expect(page.get_by_role("heading", level=1)).to_have_text("驰脉开放接口")
    assert findings(page) == []
    page.get_by_role("link", name="/api/v1/leads/batch/assign").click()
    operation = page.locator("section[id='leads.assign.batch']")
    expect(operation.locator("code").nth(1)).to_contain_text("curl -X POST")
    operation.get_by_text("请求正文").click()
    expect(operation.get_by_role("cell", name="ids").first).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
