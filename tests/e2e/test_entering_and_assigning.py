"""The first half of the loop: somebody signs in, a lead is entered, a manager hands it out and takes that back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from driveline.core.models import Transition
from driveline.engines.followup.models import Pursuit, Task
from tests.e2e.test_sign_in import sign_in

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk
    from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_sign_in_asks_for_a_password_of_ones_own(
    page: Page, live_server: Any, world: World
) -> None:
    world.gujia.must_change_password = True
    world.gujia.save()
    sign_in(page, live_server.url, world.gujia.login)
    own = page.get_by_role("heading", name=re.compile("自己的密码"))
    expect(own).to_be_visible()
    page.goto(f"{live_server.url}/leads/")  # there is no way around it
    expect(own).to_be_visible()
    fields = page.locator("input[type=password]")
    for place in range(fields.count()):
        fields.nth(place).fill("Zheng-2019-xin")
    page.get_by_role("button", name="保存密码").click()
    expect(page).to_have_url(f"{live_server.url}/")
    world.gujia.refresh_from_db()
    assert not world.gujia.must_change_password
    assert world.gujia.check_password("Zheng-2019-xin")


def test_s01_a_lead_is_entered_after_its_mistakes_were_told(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.wangbing).open("/leads/")
    at.page.get_by_role("link", name="新增线索").first.click()
    at.drawer.locator("[name=name]").fill("王先生")
    submit = at.drawer.get_by_role("button", name="提交")
    submit.click()
    expect(at.error("phone")).to_be_visible()
    expect(at.error("source")).to_be_visible()
    expect(at.error("name")).to_have_count(0)
    at.drawer.locator("[name=phone]").fill("1380000000")
    submit.click()
    expect(at.error("phone")).to_contain_text("手机号格式不对")
    expect(at.drawer.locator("[name=name]")).to_have_value("王先生")
    at.drawer.locator("[name=phone]").fill("13800000000")
    at.drawer.locator("[name=source]").select_option(label="其他网络")
    submit.click()
    at.closed()
    lead = Pursuit.objects.get()
    expect(at.row(lead.pk)).to_contain_text("王先生")
    expect(at.row(lead.pk)).to_contain_text("待分配")
    expect(at.row(lead.pk).locator(".grade")).to_have_text("H")
    assert Task.objects.count() == 0


def test_a_number_that_is_a_lead_already_leads_to_that_lead(shop: Shop, desk: OpenDesk) -> None:
    lead = shop.lead(name="早先生", phone="13800000000")
    at = desk(shop.world.jingding).open("/leads/")
    for _twice, then in (("13800000000", "提交"), ("13900000000", "保存并再录一条")):
        at.page.goto(at.page.url.split("?")[0])
        at.page.get_by_role("link", name="新增线索").first.click()
        at.drawer.locator("[name=name]").fill("又来了")
        at.drawer.locator("[name=phone]").fill(_twice)
        at.drawer.locator("[name=source]").select_option(label="其他网络")
        at.drawer.get_by_role("button", name=then).click()
        if then == "提交":
            expect(at.drawer.locator("#drawer-title")).to_contain_text("早先生")
            expect(at.page.locator(".toast-x").first).to_contain_text(
                "这个号码已有线索（待分配）。已在列表置顶。"
            )
        else:
            expect(at.drawer.locator("[name=name]")).to_have_value("")
    expect(at.row(lead.pk)).to_contain_text("重复 1")
    assert Pursuit.objects.count() == 2


def test_the_manager_hands_out_through_the_batch_bar_and_takes_it_back(shop: Shop, desk: OpenDesk) -> None:
    leads = shop.leads(3)
    at = desk(shop.world.jingding).open("/leads/")
    for lead in leads:
        at.row(lead.pk).locator("[data-check]").check()
    bar = at.page.locator("[data-batch]")
    expect(bar).to_contain_text("3")
    reassign = bar.locator("[data-command=reassign]")
    expect(reassign).to_have_attribute("aria-disabled", "true")
    expect(reassign).to_have_attribute("data-tip", re.compile("还没有归属人"))
    bar.locator("[data-command=assign]").click()
    expect(at.dialog.get_by_role("heading")).to_contain_text("分配")
    at.dialog.locator("label", has_text="顾甲").click()
    at.dialog.locator("button[type=submit]").click()
    expect(at.undo).to_contain_text("已把 3 条线索分给 顾甲")
    expect(at.row(leads[0].pk)).to_contain_text("顾甲")
    assert Task.objects.filter(assignee=shop.world.gujia).count() == 3
    at.undo.get_by_role("button", name="撤销").click()
    expect(at.row(leads[0].pk)).to_contain_text("待分配")
    expect(at.undo).to_have_count(0)
    assert set(Pursuit.objects.values_list("phase", "owner")) == {("unassigned", None)}
    assert Transition.objects.filter(action="undo").count() == 3
