"""What a form does under the hands: Enter, Back, a file beside it, a mended field, and what it says when it is saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.core.models import Attachment
from driveline.engines.followup.models import FollowUp, Pursuit
from tests.e2e.desk import REMARK

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk
    from tests.e2e.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\x0f\x04\x00\x09\xfb\x03\xfd\xe3U\xf2\x9c\x00\x00\x00\x00IEND\xaeB`\x82"
)


def contact_written(shop: Shop, desk: OpenDesk) -> Desk:
    """顾甲 has a contact filled in and not saved."""
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    at.chip("go_on").click()
    at.remark.fill(REMARK)
    return at


def test_a_saved_contact_says_when_it_goes_on(shop: Shop, desk: OpenDesk) -> None:
    at = contact_written(shop, desk)
    at.save.click()
    expect(at.page.locator("#toasts")).to_contain_text(re.compile("已保存，下次跟进：.+"))
    at.closed()


def test_enter_saves_by_the_main_button(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.wangbing).open("/leads/?open=/leads/new/")
    at.drawer.locator("#id_name").fill("周明远")
    at.drawer.locator("#id_phone").fill("13800004127")
    at.drawer.locator("#id_source").select_option(str(shop.source.id))
    at.drawer.locator("#id_phone").press("Enter")
    expect(at.drawer.locator("#id_name")).to_have_count(0)  # no form for another one
    assert Pursuit.objects.get().party.name == "周明远"


def test_back_asks_before_it_throws_away(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.wangbing).open("/leads/")
    at.page.get_by_role("link", name="新增线索").first.click()
    name = at.drawer.locator("#id_name")
    name.press_sequentially("周明远")
    at.page.go_back()
    expect(at.page.get_by_text("不保存就离开？")).to_be_visible()
    at.page.get_by_role("button", name="继续填写").click()
    expect(name).to_have_value("周明远")
    at.page.go_back()
    at.page.get_by_role("button", name="离开").click()
    at.closed()
    expect(at.page).to_have_url(f"{at.home}/leads/")


def test_a_file_beside_the_form_leaves_the_form_alone(shop: Shop, desk: OpenDesk) -> None:
    at = contact_written(shop, desk)
    at.drawer.get_by_role("tab", name="附件").or_(at.drawer.get_by_role("link", name="附件")).first.click()
    at.drawer.locator("#file-new").set_input_files(
        {"name": "行驶证.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    expect(at.drawer.locator(".files")).to_contain_text("行驶证.png")
    expect(at.drawer.locator(".files .thumb img")).to_have_js_property("complete", True)
    expect(at.remark).to_have_value(REMARK)
    at.drawer.get_by_role("link", name="删除 行驶证.png").click()
    at.dialog.get_by_role("button", name="删除").click()
    expect(at.drawer.locator(".files")).to_contain_text("还没有附件")
    expect(at.remark).to_have_value(REMARK)
    at.save.click()
    at.closed()
    assert (Attachment.objects.count(), FollowUp.objects.count()) == (0, 1)


def test_what_was_wrong_is_forgotten_once_it_is_changed(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.wangbing).open("/leads/?open=/leads/new/")
    at.drawer.locator("#id_name").fill("周明远")
    at.drawer.locator("#id_phone").fill("1380000412")
    at.drawer.locator("#id_source").select_option(str(shop.source.id))
    at.drawer.locator(".btn-primary[type=submit]").click()
    expect(at.error("phone")).to_contain_text("手机号格式不对")
    at.drawer.locator("#id_phone").press_sequentially("7")
    expect(at.error("phone")).to_have_count(0)


def test_the_first_contact_shows_what_the_customer_wrote(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead(remark="问周末到店有没有礼品")
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    expect(at.drawer.locator("#followup-form")).to_contain_text("客户留言： 问周末到店有没有礼品")


def test_the_reason_of_the_date_follows_the_grade(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.followed(contacts=3)
    at = desk(shop.world.gujia).open(f"/lead-tasks/?open=/lead-tasks/{shop.task(lead).pk}/record/")
    at.chip("go_on").click()
    why = at.drawer.locator("[data-arithmetic]")
    expect(why).to_contain_text("H 级每 1 天")
    before = why.inner_text()
    at.drawer.locator(".g-opt.g-c").click()
    expect(why).to_contain_text("C 级每")
    assert (
        why.inner_text().partition("；")[2] != before.partition("；")[2]
    )  # how far one may go depends on it too


def test_a_known_number_says_so_before_it_is_saved(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead(phone="13800004127")
    at = desk(shop.world.jingding).open("/leads/?open=/leads/new/")
    phone = at.drawer.locator("#id_phone")
    phone.press_sequentially("13800004127")  # whole: it need not be left
    told = at.drawer.locator('[data-field="phone"] [data-told-here]')
    expect(told).to_contain_text("这个号码已有线索（待分配）。保存后将把它在列表置顶，不会新增。")
    expect(phone).to_be_focused()
    phone.press("Backspace")
    expect(told).to_be_empty()
    phone.press_sequentially("7")
    expect(told).to_contain_text("这个号码已有线索")
    at.drawer.locator(".btn-primary[type=submit]").click()
    expect(at.error("name")).to_have_text("请填写客户名称")
    expect(told).to_contain_text("这个号码已有线索")
    told.get_by_role("link", name="打开那条线索").click()
    expect(at.page.get_by_text("不保存就离开？")).to_be_visible()
    at.page.get_by_role("button", name="离开").click()
    expect(at.drawer.locator("#drawer-title")).to_have_text(lead.party.name)


def test_esc_closes_an_open_calendar_and_nothing_else(shop: Shop, desk: OpenDesk) -> None:
    at = contact_written(shop, desk)
    at.drawer.locator(".chip:has(> .chip-date)").click()
    calendar = at.page.locator(".flatpickr-calendar.open")
    expect(calendar).to_be_visible()
    at.page.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    expect(at.page.get_by_text("不保存就离开？")).to_be_hidden()
    expect(at.remark).to_have_value(REMARK)
    at.page.keyboard.press("Escape")
    expect(at.page.get_by_text("不保存就离开？")).to_be_visible()


def test_esc_in_a_date_field_closes_its_calendar(shop: Shop, desk: OpenDesk) -> None:
    member = shop.world.member(shop.world.gujia)
    at = desk(shop.world.guanchou).open(f"/users/?open=/users/{member.pk}/edit/")
    at.drawer.locator("#id_absent_from").click()
    calendar = at.page.locator(".flatpickr-calendar.open")
    expect(calendar).to_be_visible()
    at.page.keyboard.press("Escape")
    expect(calendar).to_have_count(0)
    expect(at.drawer.locator("#id_absent_from")).to_be_focused()
