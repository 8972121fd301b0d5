"""What a person has arranged stands there the next time, on another computer too; others see nothing of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.core.models import SavedView
from driveline.core.preferences import preferences

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)


def test_columns_density_page_size_theme_and_views_are_kept(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(21)
    at = desk(shop.world.jingding).open("/leads/")
    expect(at.rows).to_have_count(20)
    source = at.page.get_by_role("columnheader", name="数据来源")
    expect(source).to_be_visible()
    at.page.locator("[data-columns-toggle]").click()
    at.page.locator('.col-opt[data-key="source"] input').uncheck()
    expect(source).to_have_count(0)
    expect(at.page.locator('.col-opt[data-key="source"]')).to_be_visible()
    at.page.keyboard.press("Escape")
    with at.page.expect_response("**/preferences/"):
        at.page.locator("[data-density-toggle]").click()
    at.page.locator("[data-page-size]").select_option("50")
    expect(at.rows).to_have_count(21)
    with at.page.expect_response("**/preferences/"):
        at.page.locator(".theme-btn").click()
    at.page.locator('form[data-query] label:has([name="grade"][value="H"])').click()
    at.page.locator("form[data-query] [type=submit]").click()
    expect(at.page).to_have_url(f"{at.home}/leads/?grade=H")
    at.page.locator("[data-save-view]").click()
    at.page.locator("#ask-input").fill("我的 H 级")
    at.page.locator("[data-ask-yes]").click()
    expect(at.page.locator(".seg-view")).to_have_text(["我的 H 级"])

    again = desk(shop.world.jingding).open("/leads/")
    expect(again.rows).to_have_count(21)
    expect(again.page.get_by_role("columnheader", name="数据来源")).to_have_count(0)
    expect(again.page.locator("body")).to_have_attribute("data-density", "compact")
    expect(again.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    again.page.locator(".seg-view").click()
    expect(again.page).to_have_url(re.compile(r"/leads/\?grade=H&saved=\d+$"))

    other = desk(shop.world.xiaozong).open("/leads/")
    expect(other.rows).to_have_count(20)
    expect(other.page.locator(".seg-view")).to_have_count(0)
    expect(other.page.get_by_role("columnheader", name="数据来源")).to_be_visible()


def test_a_view_is_seen_changed_kept_renamed_begun_with_and_deleted(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(2)
    at = desk(shop.world.jingding).open("/leads/?grade=H")
    at.page.locator("[data-save-view]").click()
    at.page.locator("#ask-input").fill("热的")
    at.page.locator("[data-ask-yes]").click()
    view, keep = at.page.locator(".seg-view"), at.page.locator("[data-view-keep]")
    expect(view).to_have_attribute("aria-current", "true")
    expect(at.page.locator(".seg a.on")).to_have_count(1)
    at.page.locator('form[data-query] label:has([name="grade"][value="A"])').click()
    at.page.locator("form[data-query] [type=submit]").click()
    expect(view).to_have_text("热的已改")
    keep.click()
    expect(keep).to_have_count(0)
    expect(view).to_have_text("热的")
    expect(at.page).to_have_url(re.compile(r"\?grade=H&grade=A&saved=\d+$"))

    def choose(verb: str) -> None:
        at.page.get_by_role("button", name="管理视图").click()
        at.page.get_by_role("button", name=verb, exact=True).click()

    choose("改名")
    at.page.locator("#ask-input").fill("热和温的")
    at.page.locator("[data-ask-yes]").click()
    expect(view).to_have_text("热和温的")
    at.page.locator('form[data-query] label:has([name="grade"][value="B"])').click()
    at.page.locator("form[data-query] [type=submit]").click()
    expect(view).to_have_text("热和温的已改")
    changed = at.page.url
    choose("改名")
    at.page.locator("#ask-input").fill("三种")
    at.page.keyboard.press("Enter")
    expect(view).to_have_text("三种已改")
    expect(at.page).to_have_url(changed)
    choose("改名")
    at.page.locator("#ask-input").fill("热和温的")
    at.page.keyboard.press("Enter")
    expect(view).to_have_text("热和温的已改")
    choose("设为默认视图")
    expect(at.page.locator("[data-view-first]:not([data-view])")).to_have_count(1)
    at.open("/leads/")
    expect(view).to_have_attribute("aria-current", "true")
    expect(at.page).to_have_url(re.compile(r"saved="))
    choose("删除视图")
    expect(at.page.locator("#ask")).to_contain_text("删除视图「热和温的」？")
    at.page.locator("[data-ask-yes]").click()
    expect(view).to_have_count(0)
    expect(at.page).to_have_url(f"{at.home}/leads/?scene=all")
    expect(at.rows).to_have_count(2)


def test_a_view_without_a_name_is_asked_for_one(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding).open("/leads/?grade=H")
    at.page.locator("[data-save-view]").click()
    ask, field, error = at.page.locator("#ask"), at.page.locator("#ask-input"), at.page.locator("#ask-error")
    field.fill("  ")
    at.page.locator("[data-ask-yes]").click()
    expect(error).to_have_text("请填写视图名称，最多 20 个字")
    expect(field).to_be_focused()
    field.press_sequentially("热的")
    expect(error).to_be_hidden()
    field.press("Enter")
    expect(ask).to_be_hidden()
    expect(at.page.locator(".seg-view")).to_have_text(["热的"])
    assert SavedView.objects.count() == 1


def test_a_page_does_not_say_that_it_begins_with_a_view_when_that_was_not_kept(
    shop: Shop, desk: OpenDesk
) -> None:
    view = preferences.view_save(shop.actor(shop.world.jingding), "leads", "热的", "grade=H")
    at = desk(shop.world.jingding).open(f"/leads/?grade=H&saved={view.pk}")
    at.page.route("**/preferences/", lambda route: route.fulfill(status=422, json={"errors": {}}))
    at.page.get_by_role("button", name="管理视图").click()
    at.page.get_by_role("button", name="设为默认视图").click()
    expect(at.page.locator(".toast-x")).to_have_text("这个选择没有存下，请重试")


def test_a_name_that_another_view_has_stays_in_the_field_with_the_reason(shop: Shop, desk: OpenDesk) -> None:
    actor = shop.actor(shop.world.jingding)
    preferences.view_save(actor, "leads", "温的", "grade=A")
    view = preferences.view_save(actor, "leads", "热的", "grade=H")
    at = desk(shop.world.jingding).open(f"/leads/?grade=H&saved={view.pk}")
    at.page.get_by_role("button", name="管理视图").click()
    at.page.get_by_role("button", name="改名", exact=True).click()
    field, error = at.page.locator("#ask-input"), at.page.locator("#ask-error")
    field.fill("温的")
    field.press("Enter")
    expect(error).to_have_text("已有另一个视图叫这个名字。")
    expect(field).to_have_value("温的")
    expect(field).to_be_focused()
    field.fill("最热的")
    field.press("Enter")
    expect(at.page.locator("#ask")).to_be_hidden()
    expect(at.page.locator(".seg-view")).to_have_text(["温的", "最热的"])
