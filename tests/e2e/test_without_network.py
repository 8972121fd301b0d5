"""A phone loses the network: what was saved waits on it and is sent by itself, once; what is refused is opened again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from driveline.engines.followup.choices import Outcome
from driveline.engines.followup.models import FollowUp, Task
from tests.e2e.axe import findings
from tests.e2e.desk import REMARK
from tests.world import PASSWORD

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk
    from tests.e2e.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = "Object.entries(localStorage).filter(([key]) => /outbox|draft/.test(key)).map(([, value]) => value).join()"


def given(shop: Shop, count: int = 1) -> list[Pursuit]:
    leads = shop.leads(count)
    shop.assign(leads, shop.world.gujia)
    return leads


def write(at: Desk, pk: int, remark: str = REMARK) -> None:
    """Open a task and write; nothing is saved yet."""
    at.follow_up(pk)
    at.chip("go_on").tap()
    at.remark.fill(remark)


def lose_network(at: Desk, lost: bool = True) -> None:
    at.page.context.set_offline(lost)


def test_what_was_saved_without_a_network_goes_out_by_itself_and_leaves_nothing_behind(
    shop: Shop, desk: OpenDesk
) -> None:
    one, two = (shop.task(lead).pk for lead in given(shop, 2))
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    write(at, one)
    lose_network(at)
    expect(at.page.locator("[data-offline]")).to_contain_text("网络断开了。保存的回访留在本机")
    at.save.tap()
    at.closed()
    expect(at.page.locator("[data-offline]")).to_contain_text("1 条留在本机")
    expect(at.row(one).locator(".to-send")).to_have_text("待发送")
    assert findings(at.page, only=("color-contrast",)) == []
    assert REMARK in at.page.evaluate(KEPT)
    assert FollowUp.objects.count() == 0
    lose_network(at, lost=False)
    expect(at.page.locator("#toasts")).to_contain_text("已补发 1 条")
    expect(at.row(one)).to_have_count(0)
    expect(at.page.locator("[data-offline]")).to_be_hidden()
    record = FollowUp.objects.get()
    assert (record.task_id, record.remark, record.actor) == (one, REMARK, shop.world.gujia)
    assert at.page.evaluate(KEPT) == ""
    write(at, two)
    at.save.tap()
    at.closed()
    assert FollowUp.objects.count() == 2


def test_an_answer_that_was_lost_on_the_way_makes_no_second_record(shop: Shop, desk: OpenDesk) -> None:
    [lead] = given(shop)
    task = shop.task(lead).pk
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    write(at, task)

    def swallow(route: object) -> None:
        route.fetch()  # type: ignore[attr-defined]  # it arrives, the answer does not
        route.abort()  # type: ignore[attr-defined]

    at.page.route("**/record/", swallow, times=1)
    at.save.tap()
    at.closed()
    expect(at.page.locator("#toasts")).to_contain_text("已补发 1 条", timeout=8000)  # after the first pause
    assert FollowUp.objects.get().task_id == task
    assert at.page.evaluate(KEPT) == ""


def test_it_waits_over_a_reload_and_tries_again_with_growing_pauses(shop: Shop, desk: OpenDesk) -> None:
    [lead] = given(shop)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    attempts: list[str] = []

    def break_off(route: object) -> None:
        attempts.append("")
        route.abort()  # type: ignore[attr-defined]

    at.page.clock.install()
    at.page.route(
        "**/record/", lambda route: break_off(route) if route.request.method == "POST" else route.fallback()
    )
    write(at, shop.task(lead).pk)
    at.save.tap()
    at.closed()
    assert len(attempts) == 1
    for pause, expected in ((1, 1), (1, 2), (3, 2), (1, 3), (7, 3), (1, 4)):
        at.page.clock.run_for(pause * 1000)
        at.page.wait_for_timeout(150)
        assert len(attempts) == expected
    at.page.reload()
    expect(at.page.locator("[data-offline]")).to_contain_text("1 条等待发送")
    assert FollowUp.objects.count() == 0
    at.page.unroute("**/record/")
    at.page.get_by_role("button", name="现在发送").tap()
    expect(at.page.locator("[data-offline]")).to_be_hidden()
    assert FollowUp.objects.get().remark == REMARK


def test_what_was_done_by_somebody_else_meanwhile_is_opened_again_with_the_reason(
    shop: Shop, desk: OpenDesk
) -> None:
    [lead] = given(shop)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    write(at, shop.task(lead).pk)
    lose_network(at)
    at.save.tap()
    at.closed()
    shop.record(lead, shop.world.jingding)
    lose_network(at, lost=False)
    expect(at.alert).to_contain_text("这条任务 03-05 10:00 已由 经丁 完成")
    expect(at.remark).to_have_value(REMARK)
    assert findings(at.page, "#drawer") == []
    at.page.reload()  # it is still there, and opened when asked for
    expect(at.page.locator("[data-offline]")).to_contain_text("1 条没有被接受")
    at.page.get_by_role("button", name="打开").tap()
    expect(at.remark).to_have_value(REMARK)
    at.alert.get_by_role("button", name="存为补充记录").tap()
    at.closed()
    kept = FollowUp.objects.get(outcome=Outcome.SUPPLEMENT)
    assert (kept.remark, kept.actor) == (REMARK, shop.world.gujia)
    expect(at.page.locator("[data-offline]")).to_be_hidden()
    assert at.page.evaluate(KEPT) == ""


def test_what_breaks_a_rule_is_opened_again_to_be_mended_or_dropped(shop: Shop, desk: OpenDesk) -> None:
    first, second = given(shop, 2)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    for lead in (first, second):
        write(at, shop.task(lead).pk, "太短")
        lose_network(at)
        at.save.tap()
        at.closed()
        lose_network(at, lost=False)
        expect(at.error("remark")).to_be_visible()
        expect(at.remark).to_have_value("太短")
        if lead is first:
            at.remark.fill(REMARK)
            at.save.tap()
            at.closed()
            expect(at.page.locator("[data-offline]")).to_be_hidden()
        else:
            at.page.evaluate("document.querySelector('[data-scrim]').click()")
    assert FollowUp.objects.get().pursuit == first
    at.page.get_by_role("button", name="不要了").tap()
    expect(at.page.locator("#ask")).to_contain_text(f"丢弃 {second.party.name} 的回访？")
    at.page.locator("[data-ask-yes]").tap()
    expect(at.page.locator("[data-offline]")).to_be_hidden()
    assert at.page.evaluate(KEPT) == ""
    assert Task.objects.filter(pursuit=second, state="open").exists()


def test_a_lost_session_asks_to_sign_in_and_goes_on(shop: Shop, desk: OpenDesk) -> None:
    [lead] = given(shop)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    write(at, shop.task(lead).pk)
    lose_network(at)
    at.save.tap()
    at.closed()
    Session.objects.all().delete()
    lose_network(at, lost=False)
    expect(at.dialog.get_by_role("heading", name="重新登录")).to_be_visible()
    assert FollowUp.objects.count() == 0
    at.dialog.locator("[name=login]").fill(shop.world.gujia.login)
    at.dialog.locator("[name=password]").fill(PASSWORD)
    at.dialog.locator("button[type=submit]").tap()
    expect(at.page.locator("#toasts")).to_contain_text("已补发 1 条")
    assert FollowUp.objects.get().remark == REMARK


def test_signing_out_warns_and_the_next_sign_in_sends(shop: Shop, desk: OpenDesk) -> None:
    [lead] = given(shop)
    at = desk(shop.world.gujia, phone=True).open("/lead-tasks/")
    write(at, shop.task(lead).pk)
    at.page.route(
        "**/record/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    at.save.tap()
    at.closed()
    at.page.get_by_role("button", name=re.compile("菜单")).last.tap()
    leave = at.page.locator("#side-menu, .side").get_by_role("button", name="退出登录")
    leave.tap()
    question = at.page.locator("#ask")
    expect(question).to_contain_text("还有 1 条没有发出")
    question.locator("[data-ask-no]").tap()
    expect(at.page).to_have_url(re.compile("/lead-tasks/"))
    leave.tap()
    question.locator("[data-ask-yes]").tap()
    expect(at.page).to_have_url(re.compile("/sign-in/"))
    at.page.unroute("**/record/")
    at.page.locator("[name=login]").fill(shop.world.gujia.login)
    at.page.locator("[name=password]").fill(PASSWORD)
    at.page.locator("button[type=submit]").first.tap()
    expect(at.page.locator("#toasts")).to_contain_text("已补发 1 条")
    assert FollowUp.objects.get().remark == REMARK


def test_from_the_leads_and_from_a_page_of_its_own_it_waits_as_well(shop: Shop, desk: OpenDesk) -> None:
    one, two = given(shop, 2)
    at = desk(shop.world.gujia, phone=True).open("/leads/")
    at.page.route(
        "**/record/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    at.row(one.pk).get_by_role("link", name="回访").tap()
    at.chip("go_on").tap()
    at.remark.fill(REMARK)
    at.save.tap()
    at.closed()
    expect(at.row(one.pk).locator(".to-send")).to_have_text("待发送")
    at.open(f"/lead-tasks/{shop.task(two).pk}/record/")
    form = at.page.locator("#followup-form")
    form.locator('.chip[data-chip="go_on"]').tap()
    form.locator("#fu-remark").fill(REMARK)
    at.page.locator("[data-save]").tap()
    expect(form.get_by_role("alert")).to_contain_text("1 条等待发送")
    expect(at.page.locator("[data-offline]")).to_contain_text("2 条等待发送")
    at.page.unroute("**/record/")
    at.page.get_by_role("button", name="现在发送").tap()
    expect(at.page.locator("#toasts")).to_contain_text("已补发 2 条")
    assert set(FollowUp.objects.values_list("pursuit_id", flat=True)) == {one.pk, two.pk}


def test_a_follow_up_of_another_store_waits_until_one_is_there(shop: Shop, desk: OpenDesk) -> None:
    world = shop.world
    lead = shop.lead()
    shop.assign(lead, world.shuangwei)
    at = desk(world.shuangwei, world.a).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    at.chip("go_on").click()
    at.remark.fill(REMARK)
    at.page.route(
        "**/record/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    at.save.click()
    at.closed()
    at.page.locator("[data-stores]").click()
    at.page.get_by_role("button", name=re.compile("武汉星城")).click()
    expect(at.page.locator("[data-stores]")).to_contain_text("武汉星城")
    at.page.unroute("**/record/")
    at.page.reload()
    expect(at.page.locator("[data-offline]")).to_contain_text("1 条属于另一个门店")
    assert FollowUp.objects.count() == 0
    at.page.locator("[data-stores]").click()
    at.page.get_by_role("button", name=re.compile("星云海")).last.click()
    expect(at.page.locator("#toasts")).to_contain_text("已补发 1 条")
    assert FollowUp.objects.get().remark == REMARK
