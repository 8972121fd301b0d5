"""The same work without a mouse, and on a phone of 375 px."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.engines.followup.models import FollowUp
from tests.e2e.axe import findings
from tests.e2e.desk import REMARK

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_follow_up_by_keyboard_alone(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(3)
    shop.assign(leads, shop.world.gujia)
    first, second = (shop.task(lead).pk for lead in leads[:2])
    at = desk(shop.world.gujia).open("/lead-tasks/")
    press = at.page.keyboard.press
    for key in "jjk":
        press(key)
    expect(at.row(first).locator("a.name")).to_be_focused()
    press("Enter")
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text("客户0")
    press("Escape")
    at.closed()
    expect(at.row(first).locator("a.name")).to_be_focused()
    press("r")
    expect(at.chip("visit")).to_be_focused()
    press("2")
    expect(at.chip("go_on")).to_have_attribute("aria-pressed", "true")
    for _ in range(12):  # the remark is a few steps of the Tab key away, and the key never leaves the drawer
        press("Tab")
        assert at.page.evaluate("document.querySelector('#drawer').contains(document.activeElement)")
        if at.page.evaluate("document.activeElement.id") == "fu-remark":
            break
    at.page.keyboard.type(f"{REMARK} 123")  # figures in a text choose no chip
    expect(at.chip("go_on")).to_have_attribute("aria-pressed", "true")
    press("Control+Enter")
    at.closed()
    expect(at.row(first)).to_have_count(0)
    assert FollowUp.objects.get().remark == f"{REMARK} 123"
    focused = at.page.locator(":focus")
    expect(at.page.locator("tr[data-row]", has=focused)).to_have_attribute("data-row", str(second))
    press("n")
    expect(at.chip("visit")).to_be_focused()
    press("6")
    press("Control+Shift+Enter")
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text("客户2")
    press("Escape")
    at.closed()
    press("?")
    expect(at.page.locator("#keys-dialog")).to_be_visible()


def test_a_phone_shows_cards_dials_and_records_in_a_sheet(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead(name="欧阳女士", phone="13800004127")
    shop.assign(lead, shop.world.gujia)
    task = shop.task(lead)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    places = at.page.get_by_role("navigation", name="常用入口").or_(at.page.locator(".ph-nav")).first
    expect(places).to_be_visible()
    assert places.bounding_box()["y"] > 720 - 100
    assert at.page.evaluate("document.documentElement.scrollWidth") <= 375
    card = at.row(task.pk)
    expect(card).to_contain_text("欧阳女士")
    assert card.evaluate("row => getComputedStyle(row).display") != "table-row"
    dial = card.locator("[data-dial]")
    expect(dial).to_have_attribute("href", "tel:13800004127")
    dial.evaluate("link => link.addEventListener('click', (event) => event.preventDefault())")  # no call here
    dial.tap()
    expect(at.remark).to_be_visible()
    box = at.drawer.bounding_box()
    assert (box["x"], box["width"]) == (0, 375)
    assert box["y"] + box["height"] == pytest.approx(720, abs=20)  # it may still be sliding in
    assert findings(at.page, "#drawer") == []
    at.chip("go_on").tap()
    at.remark.fill(REMARK)
    assert at.page.evaluate("document.documentElement.scrollWidth") <= 375
    at.save.tap()
    at.closed()
    expect(at.page.locator(".empty")).to_contain_text("今天的都跟完了")
    assert FollowUp.objects.get().remark == REMARK


def test_a_phone_in_the_dark_reads_well_and_scrolls_only_downwards(shop: Shop, desk: OpenDesk) -> None:
    shop.assign(shop.leads(2), shop.world.gujia)
    at = desk(shop.world.gujia, phone=True)
    for path in ("/", "/lead-tasks/", "/leads/", "/lead-records/", "/notifications/"):
        at.open(path)
        at.dark()
        assert at.page.evaluate("document.documentElement.scrollWidth") <= 375, path
        assert findings(at.page, only=("color-contrast", "target-size", "select-name", "label")) == [], path
    at.page.get_by_role("button", name=re.compile("菜单")).last.tap()
    expect(at.page.locator("#side-menu")).to_be_visible()


def test_a_task_on_a_phone_is_a_card_of_three_lines(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    height = "row => row.getBoundingClientRect().height"
    for person, most, verbs in (
        (shop.world.gujia, 100, ["回访"]),
        (shop.world.jingding, 110, ["回访", "改派"]),
    ):
        at = desk(person, phone=True).open("/lead-tasks/")
        card = at.row(shop.task(lead).pk)
        expect(card.locator(".dial")).to_be_visible()
        assert card.evaluate(height) <= most
        links = card.locator(".c-act > a:not(.dial)")
        assert [link.text_content() for link in links.all()] == verbs
        assert links.first.evaluate(height) == pytest.approx(card.evaluate(height), abs=2)
        if "改派" in verbs:
            card.locator("[data-check]").tap()
            expect(card.locator("[data-check]")).to_be_checked()
        links.first.tap()
        expect(at.remark).to_be_visible()
        at.page.go_back()
        at.closed()
        card.locator("a.name").tap()
        expect(at.drawer.get_by_role("heading", level=2)).to_be_visible()
        expect(at.remark).to_have_count(0)


def test_a_phone_says_one_thing_at_a_time_above_the_sheet(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(3)
    shop.assign(leads, shop.world.gujia)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    at.row(shop.task(leads[0]).pk).locator(".c-act > a").first.tap()
    toast = at.page.locator(".toast-x")
    for lead in leads[1:]:
        at.chip("no_answer").tap()
        at.save_next.tap()
        expect(at.drawer.get_by_role("heading", level=2)).to_have_text(lead.party.name)
        expect(toast).to_have_count(1)
    at.still()
    box, sheet = toast.bounding_box(), at.drawer.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= sheet["y"]


def test_a_phone_changes_the_language_in_its_menu(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    at.page.locator("[data-menu-open]").tap()
    at.page.locator("#side-menu").get_by_role("button", name="English").tap()
    expect(at.page.locator(".crumb b")).to_have_text("Follow-up tasks")
