"""The interface itself: drawers and dialogs for everybody (axe), narrow windows, keyboard, history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.engines.followup.models import Pursuit
from tests.e2e.axe import findings
from tests.e2e.desk import REMARK

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)

WIDER = "document.documentElement.scrollWidth - innerWidth"


def test_drawers_and_dialogs_pass_the_accessibility_check(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(2)
    shop.assign(leads[:1], shop.world.gujia)
    at = desk(shop.world.jingding).open(f"/leads/?open=/leads/{leads[0].pk}/")
    expect(at.drawer.get_by_role("heading", level=2)).to_be_visible()
    assert findings(at.page, "#drawer") == []
    at.open("/leads/?open=/leads/new/")
    expect(at.drawer.locator(".ts-control").first).to_be_visible()
    assert findings(at.page, "#drawer") == []
    at.open("/leads/")
    at.row(leads[1].pk).locator("[data-check]").check()
    at.page.locator('[data-command="assign"]').click()
    expect(at.dialog).to_be_visible()
    assert findings(at.page, "#dialog") == []


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_page_scrolls_sideways(shop: Shop, desk: OpenDesk, width: int) -> None:
    leads = shop.leads(3)
    shop.assign(leads, shop.world.gujia)
    at = desk(shop.world.gujia, phone=width < 768)
    at.page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "/",
        "/leads/",
        "/lead-tasks/",
        "/lead-records/",
        "/notifications/",
        f"/leads/{leads[0].pk}/",
    ):
        at.open(path)
        assert at.page.evaluate(WIDER) <= 0, path
    at.open("/lead-tasks/").follow_up(shop.task(leads[0]).pk)
    assert at.page.evaluate(WIDER) <= 0
    at.still()
    assert at.page.locator("#drawer").bounding_box()["width"] <= width + 0.5  # type: ignore[index]  # it is there


def test_a_phone_has_targets_for_a_thumb(shop: Shop, desk: OpenDesk) -> None:
    shop.assign(shop.leads(1), shop.world.gujia)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    for target in (".ph-nav a", ".ph-nav button", ".dial", "tr[data-row] .c-act a"):
        box = at.page.locator(target).first.bounding_box()
        assert box is not None, target
        assert box["height"] >= 44, target
    at.page.locator("tr[data-row] .c-act a").first.click()
    save = at.save_next.bounding_box()
    assert save is not None
    assert save["height"] >= 50


def test_the_list_is_worked_without_a_mouse(shop: Shop, desk: OpenDesk) -> None:
    shop.assign(shop.leads(3), shop.world.gujia)
    at = desk(shop.world.jingding).open("/leads/")
    key = at.page.keyboard.press
    key("j")
    key("j")
    key("x")
    expect(at.page.locator("[data-count]")).to_have_text("1")
    second = at.rows.nth(1)
    expect(second.locator("a.name")).to_be_focused()
    key("Enter")
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text(second.locator("a.name").inner_text())
    key("Alt+ArrowDown")
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text(
        at.rows.nth(2).locator("a.name").inner_text()
    )
    key("Escape")
    at.closed()
    expect(at.rows.nth(2).locator("a.name")).to_be_focused()
    key("/")
    expect(at.page.locator("[data-keyword]")).to_be_focused()
    at.page.keyboard.type("jx?")  # letters are letters while a field has the focus
    expect(at.page.locator("[data-keyword]")).to_have_value("jx?")
    key("Control+k")
    expect(at.page.locator("#search-dialog")).to_be_visible()
    key("Escape")
    expect(at.page.locator("#search-dialog")).to_be_hidden()


def test_the_address_carries_the_drawer(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.leads(1)[0]
    at = desk(shop.world.jingding).open("/leads/")
    at.row(lead.pk).locator("a.name").click()
    expect(at.page).to_have_url(re.compile(rf"\?open=/leads/{lead.pk}/$"))
    at.page.reload()
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text(lead.party.name)
    at.open("/leads/")
    at.row(lead.pk).locator("a.name").click()
    expect(at.drawer).to_be_visible()
    at.page.go_back()
    at.closed()
    at.page.go_forward()
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text(lead.party.name)


def test_unsaved_input_is_asked_about(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding).open("/leads/?open=/leads/new/")
    at.drawer.locator("#id_name").fill("何静怡")
    expect(at.page.locator(".wtab.on .dirty")).to_be_visible()
    at.page.keyboard.press("Escape")
    question = at.page.locator("#ask")
    expect(question).to_contain_text("不保存就离开？")
    question.locator("[data-ask-no]").click()
    expect(at.drawer.locator("#id_name")).to_have_value("何静怡")
    at.page.keyboard.press("Escape")
    question.locator("[data-ask-yes]").click()
    at.closed()


def test_a_disabled_command_says_what_stops_it(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(2)
    shop.assign(leads[:1], shop.world.gujia)
    at = desk(shop.world.jingding).open("/leads/")
    for lead in leads:
        at.row(lead.pk).locator("[data-check]").check()
    button = at.page.locator('[data-command="reassign"]')
    expect(button).to_have_attribute("aria-disabled", "true")
    button.focus()
    button.click(force=True)  # the driver would wait until it may be pressed
    expect(at.page.get_by_role("tooltip")).to_contain_text("所选 2 条中有 1 条")
    expect(at.dialog).to_be_hidden()


def test_a_plain_select_has_the_arrow_of_its_theme(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding).open("/leads/")
    arrow = "select => getComputedStyle(select).backgroundImage.match(/rgb\\([^)]+./)[0]"
    select = at.page.locator("[data-page-size]")
    light = select.evaluate(arrow)
    at.dark()
    assert [light, select.evaluate(arrow)] == ["rgb(95, 106, 126)", "rgb(146, 157, 176)"]
    at.open("/leads/new/").page.get_by_role("button", name="提交").click()
    refused = at.page.locator("select[name=source].is-invalid")
    assert refused.evaluate("select => getComputedStyle(select).backgroundSize") == "6px 6px, 6px 6px"


@pytest.mark.parametrize("width", [1280, 1440])
def test_the_workbench_of_a_role_without_daily_work_has_no_hole(
    shop: Shop, desk: OpenDesk, width: int
) -> None:
    shop.leads(3)
    at = desk(shop.world.guanchou)
    at.page.set_viewport_size({"width": width, "height": 800})
    at.open("/")
    gaps = """() => { const box = (one) => one.getBoundingClientRect(), all = box(document.querySelector(".cols-main"));
      const row = [...document.querySelectorAll(".cols-main section.card")].map(box).filter((one) => one.top === all.top);
      return [row.length, row[0].left - all.left, row[1].left - row[0].right, all.right - row[1].right]; }"""
    assert at.page.evaluate(gaps) == [2, 0, 14, 0]


def test_an_export_is_asked_about_and_fetched(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(3)
    at = desk(shop.world.jingding).open("/leads/?grade=H")
    at.page.get_by_role("link", name="导出表格").click()
    expect(at.dialog).to_contain_text("符合条件的共 3 条：级别：H")
    assert findings(at.page, "#dialog") == []
    at.dialog.get_by_text("全部 17 列").click()
    with at.page.expect_download() as fetched:
        at.dialog.get_by_role("button", name="导出 3 条").click()
    expect(at.dialog).to_be_hidden()
    expect(at.rows).to_have_count(3)
    lines = fetched.value.path().read_text("utf-8-sig").splitlines()
    assert (len(lines), lines[0].count(",")) == (4, 16)


def test_unsaved_input_is_asked_about_after_an_export_too(shop: Shop, desk: OpenDesk) -> None:
    shop.leads(3)
    at = desk(shop.world.jingding).open("/leads/")
    at.page.get_by_role("link", name="导出表格").click()
    with at.page.expect_download():
        at.dialog.get_by_role("button", name="导出 3 条").click()
    at.page.locator("form[data-query] [type=submit]").click()
    expect(at.rows).to_have_count(3)
    at.page.get_by_role("link", name="新增线索").click()
    at.drawer.locator("#id_name").press_sequentially("何静怡")
    at.page.keyboard.press("Escape")
    at.page.locator("#ask [data-ask-no]").click()
    asked: list[str] = []
    at.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    at.page.reload()
    assert asked == ["beforeunload"]


def test_a_form_on_a_page_of_its_own_leads_on_when_it_is_saved(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding).open("/leads/new/")

    def enter(name: str, phone: str, button: str) -> None:
        at.page.locator("#id_name").fill(name)
        at.page.locator("#id_phone").fill(phone)
        at.page.locator("#id_source").select_option(str(shop.source.id))
        at.page.get_by_role("button", name=button).click()

    toast = at.page.locator(".toast-x")
    enter("何静怡", "13800004127", "保存并再录一条")
    expect(toast).to_contain_text("何静怡")
    expect(at.page).to_have_url(f"{at.home}/leads/new/")
    expect(at.page.locator("#id_name")).to_have_value("")
    enter("周明远", "13800004128", "提交")
    expect(at.page).to_have_url(f"{at.home}/leads/")
    expect(toast).to_contain_text("周明远")
    expect(at.rows).to_have_count(2)
    at.open("/leads/new/")
    enter("何女士", "13800004127", "提交")
    lead = Pursuit.objects.get(party__name="何静怡")
    expect(at.page).to_have_url(f"{at.home}/leads/{lead.pk}/")
    expect(toast).to_contain_text("置顶")
    at.open("/leads/new/").page.get_by_role("button", name="取消").click()
    expect(at.page).to_have_url(f"{at.home}/leads/")


def test_a_follow_up_on_a_page_of_its_own_leads_to_the_tasks(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open(f"/lead-tasks/{shop.task(lead).pk}/record/")
    at.page.locator('.chip[data-chip="go_on"]').click()
    at.page.locator("#fu-remark").fill(REMARK)
    at.page.locator("[data-save]").click()
    expect(at.page).to_have_url(f"{at.home}/lead-tasks/")
    expect(at.page.locator(".toast-x")).to_contain_text("已保存")
