"""What comes between: somebody else is first, the session ends, the page is loaded anew, the store is switched."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from driveline.engines.followup.choices import Outcome
from driveline.engines.followup.models import FollowUp, Pursuit
from tests.e2e.axe import findings
from tests.e2e.desk import REMARK
from tests.world import PASSWORD

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "客户想了解首付比例和月供，家里有一辆老车要置换，周末全家来看，最好是白色顶配。" * 5


def test_somebody_was_first_and_the_words_become_a_supplementary_record(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    at.chip("go_on").click()
    at.remark.fill(LONG)
    shop.record(lead, shop.world.jingding)
    at.save.click()
    expect(at.alert).to_contain_text("这条任务 03-05 10:00 已由 经丁 完成")
    expect(at.remark).to_have_value(LONG)
    assert FollowUp.objects.count() == 1
    at.alert.get_by_role("button", name="存为补充记录").click()
    at.closed()
    kept = FollowUp.objects.get(outcome=Outcome.SUPPLEMENT)
    assert (kept.actor, kept.remark, kept.task) == (shop.world.gujia, LONG, None)
    lead.refresh_from_db()
    assert (lead.follow_count, lead.cycle_follow_count) == (1, 1)


def test_two_people_edit_one_lead_and_the_second_hears_of_the_first(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead(name="王先生")
    first, second = desk(shop.world.jingding), desk(shop.world.wangbing)
    for at in (first, second):
        at.open(f"/leads/?open=/leads/{lead.pk}/edit/")
        expect(at.drawer.locator("#id_name")).to_have_value("王先生")
    first.drawer.locator("#id_name").fill("王女士")
    first.drawer.locator("#id_address").fill("汉口路 1 号")
    first.drawer.get_by_role("button", name="保存").click()
    first.closed()
    second.drawer.locator("#id_name").fill("汪先生")
    second.drawer.locator("#id_remark").fill(REMARK)
    second.drawer.get_by_role("button", name="保存").click()
    expect(second.alert).to_contain_text("经丁 在 03-05 10:00 改了这些资料")
    expect(second.alert).to_contain_text("客户名称 现在是：王女士")
    expect(second.drawer.locator("#id_name")).to_have_value("汪先生")
    expect(second.drawer.locator("#id_remark")).to_have_value(REMARK)
    assert findings(second.page, "#drawer") == []
    lead.party.refresh_from_db()
    assert lead.party.name == "王女士"
    second.alert.get_by_role("button", name="保存我填的").click()
    second.closed()
    lead.party.refresh_from_db()
    lead.lead.refresh_from_db()
    assert (lead.party.name, lead.party.address, lead.lead.remark) == ("汪先生", "汉口路 1 号", REMARK)


def test_whoever_would_rather_look_again_gets_the_present_data(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead(name="王先生")
    first, second = desk(shop.world.jingding), desk(shop.world.wangbing)
    for at in (first, second):
        at.open(f"/leads/?open=/leads/{lead.pk}/edit/")
    for at, name in ((first, "王女士"), (second, "汪先生")):
        at.drawer.locator("#id_name").fill(name)
        at.drawer.get_by_role("button", name="保存").click()
    second.alert.get_by_role("link", name="看现在的资料").click()
    second.page.locator("[data-ask-yes]").click()  # the own words were not saved
    expect(second.drawer.locator("#id_name")).to_have_value("王女士")
    expect(second.alert).to_have_count(0)


def test_a_session_that_ends_during_a_long_remark_costs_nothing(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    at.chip("go_on").click()
    at.remark.fill(LONG)
    Session.objects.all().delete()
    at.save.click()
    expect(at.dialog.get_by_role("heading", name="重新登录")).to_be_visible()
    assert FollowUp.objects.count() == 0
    at.dialog.locator("[name=login]").fill(shop.world.gujia.login)
    at.dialog.locator("[name=password]").fill("not-this-one")
    at.dialog.locator("button[type=submit]").click()
    expect(at.dialog.get_by_role("alert")).to_contain_text("还可再试 4 次")
    password = at.dialog.locator("[name=password]")
    expect(password).to_be_focused()
    assert password.evaluate("field => field.selectionEnd - field.selectionStart") == len("not-this-one")
    expect(at.remark).to_have_value(LONG)
    password.press_sequentially(PASSWORD)  # what was selected gives way
    at.dialog.locator("button[type=submit]").click()
    at.closed()
    assert FollowUp.objects.get().remark == LONG
    expect(at.page.locator("#live")).to_be_attached()
    assert at.page.url.startswith(f"{at.home}/lead-tasks/")


def test_a_reload_brings_the_draft_back_and_saving_drops_it(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    at = desk(shop.world.gujia).open("/lead-tasks/")
    at.follow_up(shop.task(lead).pk)
    at.remark.fill(LONG)
    asked: list[str] = []
    at.page.on("dialog", lambda question: (asked.append(question.type), question.accept()))
    at.page.reload()
    assert asked == ["beforeunload"]
    expect(at.remark).to_have_value(LONG)
    expect(at.drawer).to_contain_text(re.compile("已找回 .* 的草稿"))
    at.chip("go_on").click()
    at.save.click()
    at.closed()
    assert FollowUp.objects.get().remark == LONG
    assert not at.page.evaluate("Object.keys(localStorage).some((key) => key.includes('draft'))")


def test_s79_the_other_store_has_its_own_everything_and_refuses_the_first_ones_form(
    shop: Shop, desk: OpenDesk
) -> None:
    world = shop.world
    mine = shop.lead(name="武一")
    shop.assign(mine, world.shuangwei)
    theirs = shop.lead(name="城二", by=world.wangchen)
    at = desk(world.shuangwei, world.a).open("/lead-tasks/")
    expect(at.rows).to_have_count(1)
    at.follow_up(shop.task(mine).pk)
    at.chip("go_on").click()
    at.remark.fill(REMARK)
    other = at.page.context.new_page()  # the same person goes over to the other store in a second tab
    other.goto(f"{at.home}/leads/")
    expect(other.locator("tr[data-row]")).to_contain_text(["武一"])
    other.locator("[data-stores]").click()
    other.get_by_role("button", name=re.compile("武汉星城")).click()
    question = other.locator("#ask")  # the first tab has words that are not saved
    expect(question).to_contain_text("线索跟进任务")
    question.locator("[data-ask-yes]").click()
    expect(other.locator("[data-stores]")).to_contain_text("武汉星城")
    expect(other.locator(".who")).to_contain_text("销售经理")
    other.goto(f"{at.home}/leads/")
    expect(other.locator("tr[data-row]")).to_contain_text(["城二"])
    expect(other.get_by_role("link", name=re.compile("武一"))).to_have_count(0)
    assert other.goto(f"{at.home}/leads/{mine.pk}/").status == 404
    assert other.goto(f"{at.home}/leads/{theirs.pk}/").status == 200
    at.save.click()
    expect(at.alert).to_contain_text("星云海")
    expect(at.alert).to_contain_text("武汉星城")
    expect(at.remark).to_have_value(REMARK)
    assert FollowUp.objects.count() == 0
    other.goto(f"{at.home}/")
    other.locator("[data-stores]").click()
    other.get_by_role("button", name=re.compile("星云海")).last.click()
    expect(other.locator("[data-stores]")).to_contain_text("星云海")
    at.save.click()
    at.closed()
    assert FollowUp.objects.get().remark == REMARK
    assert Pursuit.objects.get(pk=mine.pk).follow_count == 1
