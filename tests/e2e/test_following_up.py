"""The second half of the loop: result, remark, save, and the next one stands there."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import FollowUp, Task
from tests.e2e.desk import REMARK

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)

# Every act of the hand: a press of the pointer, and each field that is written into.
COUNT_ACTS = """() => {
  window.acts = [];
  addEventListener("pointerdown", (event) => {
    const field = event.target.closest("textarea, input");
    window.acts.push(field ? `into ${field.name}` : (event.target.closest("button")?.textContent.trim() ?? "elsewhere"));
  }, true);
}"""


def test_a_follow_up_is_three_acts_and_the_next_row_opens_by_itself(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(3)
    shop.assign(leads, shop.world.gujia)
    first, second, third = (shop.task(lead) for lead in leads)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(first.pk)
    at.page.evaluate(COUNT_ACTS)
    at.chip("go_on").click()
    at.remark.click()
    at.page.keyboard.type(REMARK)
    at.save_next.click()
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text(second.pursuit.party.name)
    assert len(at.page.evaluate("window.acts")) == 3
    expect(at.row(first.pk)).to_have_count(0)
    expect(at.remark).to_have_value("")
    record = FollowUp.objects.get()
    assert (record.task, record.remark, record.method, record.effective) == (first, REMARK, "phone", True)
    assert shop.task(leads[0]).due_date == dt.date(2019, 3, 6)
    at.chip("no_answer").click()  # nobody was reached: again tomorrow
    at.drawer.get_by_role("button", name="明天").last.click()
    at.save_next.click()
    expect(at.drawer.get_by_role("heading", level=2)).to_have_text(third.pursuit.party.name)
    at.chip("go_on").click()
    at.remark.fill(REMARK)
    at.save_next.click()
    at.closed()
    expect(at.page.locator("#toasts")).to_contain_text("已全部跟完")
    assert FollowUp.objects.count() == 3


def test_nobody_answered_is_saved_with_a_second_try_the_same_day(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    at.chip("no_answer").click()
    retries = at.drawer.locator('[data-dates-for="retry"] .chip:visible')
    expect(retries).to_have_text(["2 小时后 12:00", "今天 18:00", "明天 03-06"])
    expect(retries.first).to_have_attribute("aria-pressed", "true")
    at.save.click()
    at.closed()
    task = shop.task(lead)
    assert (task.due_date, task.due_time, task.origin) == (dt.date(2019, 3, 5), dt.time(12), "retry")
    expect(at.row(task.pk)).to_contain_text("今天 12:00")


def test_defeat_is_locked_with_its_reason_until_two_follow_ups_are_done(
    shop: Shop, desk: OpenDesk, now
) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open(f"/lead-tasks/?open=/lead-tasks/{shop.task(lead).pk}/record/")
    defeat = at.chip("defeat")
    expect(defeat).to_have_attribute("aria-disabled", "true")
    at.still()
    defeat.hover()
    expect(at.page.get_by_role("tooltip")).to_have_text("再跟进 2 次后可以战败")
    defeat.click(force=True)
    expect(defeat).to_have_attribute("aria-pressed", "false")
    locked = at.drawer.locator(".g-opt[aria-disabled=true]").first
    expect(locked).to_have_attribute("data-tip", "再跟进 2 次后可以改级别")
    shop.record(lead)
    now("2019-03-06T10:00")
    shop.record(lead)
    now("2019-03-07T10:00")
    at.open(f"/lead-tasks/?open=/lead-tasks/{shop.task(lead).pk}/record/")
    at.chip("defeat").click()
    at.remark.fill(REMARK)
    at.save.click()  # the reason is missing
    expect(at.error("defeat_category")).to_be_visible()
    at.drawer.locator("[name=defeat_category]").select_option("commercial")
    at.drawer.locator("[name=defeat_reason]").select_option("price")
    expect(at.remark).to_have_value(REMARK)
    at.save.click()
    at.closed()
    lead.refresh_from_db()
    assert (lead.phase, lead.close_reason) == ("lost", "price")
    assert not Task.objects.filter(pursuit=lead, state=TaskState.OPEN).exists()


def test_a_double_click_saves_once_and_back_leads_to_the_list(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(2)
    shop.assign(leads, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(leads[0]).pk)
    address = at.page.url
    assert address.endswith(f"?open=/lead-tasks/{shop.task(leads[0]).pk}/record/")
    at.page.go_back()
    at.closed()
    at.page.go_forward()
    expect(at.remark).to_be_visible()
    at.chip("go_on").click()
    at.remark.fill(REMARK)
    at.save.dblclick()
    at.closed()
    assert FollowUp.objects.count() == 1
    assert Task.objects.filter(pursuit=leads[0]).count() == 2
    at.open(address.removeprefix(at.home))  # the address of a task that is done, sent to somebody
    expect(at.drawer).to_contain_text("没有未完成的任务")
    expect(at.save).to_have_count(0)


def test_the_next_row_of_the_workbench_opens_in_the_same_form(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(3)
    shop.assign(leads, shop.world.gujia)
    at = desk(shop.world.gujia).open("/")
    first, second, third = (shop.task(lead) for lead in leads)
    at.rows.nth(0).locator(".verb").click()
    for task, key in (
        (first, "Alt+ArrowDown"),
        (second, "Alt+ArrowDown"),
        (third, "Alt+ArrowUp"),
        (second, ""),
    ):
        expect(at.drawer.get_by_role("heading", level=2)).to_have_text(task.pursuit.party.name)
        expect(at.page).to_have_url(f"{at.home}/?open=/lead-tasks/{task.pk}/record/")
        expect(at.remark).to_be_visible()
        if key:
            at.page.keyboard.press(key)
    at.page.keyboard.press("Escape")
    expect(at.rows.nth(1).locator(".verb")).to_be_focused()
    at.rows.nth(0).locator("a.name").click()
    expect(at.page).to_have_url(re.compile(r"open=/leads/\d+/$"))
    at.page.keyboard.press("Alt+ArrowDown")
    expect(at.page).to_have_url(re.compile(rf"open=/leads/{leads[1].pk}/$"))


def test_what_was_missing_is_no_longer_said_once_it_is_there(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open(f"/lead-tasks/?open=/lead-tasks/{shop.task(lead).pk}/record/")
    at.save.click()
    expect(at.error("chip")).to_have_text("请选这次结果")
    at.chip("go_on").click()
    expect(at.error("chip")).to_have_count(0)
    at.save.click()
    expect(at.error("remark")).to_have_count(1)
    at.remark.press_sequentially("客")
    expect(at.error("remark")).to_have_count(0)
    at.save.click()
    expect(at.error("remark")).to_have_count(1)
    at.chip("no_answer").click()  # needs no remark
    expect(at.error("remark")).to_have_count(0)
