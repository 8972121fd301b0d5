"""Who gets what newly arrives: the form asks for as many people as the way of assignment takes, and for a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.engines.ownership.models import ArrivalRule
from tests.e2e.axe import findings

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rule_asks_for_the_people_that_its_way_takes(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding).open("/arrival-rules/?open=/arrival-rules/new/")
    source, one, several = (
        at.drawer.locator(f'[data-field="{name}"]') for name in ("source", "person", "people")
    )
    save = at.drawer.get_by_role("button", name="保存")
    expect(source.locator("option:checked")).to_have_text("请选择")
    expect(several.locator("label").first).to_have_text("人员 *")
    expect(one).to_be_hidden()
    at.drawer.get_by_text("指定一人").click()
    expect(several).to_be_hidden()
    expect(one.locator("label")).to_have_text("人员 *")
    assert one.locator("select").evaluate("select => select.multiple") is False
    save.click()
    expect(at.error("source")).to_be_visible()
    expect(at.error("person")).to_be_visible()
    expect(at.drawer.locator(".error")).to_have_count(2)
    assert findings(at.page, "#drawer") == []
    at.drawer.get_by_text("不分配，进待分配").click()
    expect(one).to_be_hidden()
    expect(several).to_be_hidden()
    at.drawer.get_by_text("指定一人").click()
    expect(at.error("person")).to_have_count(0)  # it was about what has been changed since
    one.locator("select").select_option(str(shop.world.gujia.pk))
    source.locator("select").select_option(label="其他来源")
    save.click()
    at.closed()
    rule = ArrivalRule.objects.get()
    assert (rule.source_id, rule.mode, rule.people) == (None, "person", [shop.world.gujia.pk])


def test_a_rule_that_gives_to_nobody_shows_no_people(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.jingding).open("/arrival-rules/?open=/arrival-rules/new/")
    at.drawer.get_by_text("不分配，进待分配").click()
    at.drawer.locator("[name=source]").select_option(label="其他来源")
    at.drawer.get_by_role("button", name="保存").click()
    at.closed()
    rule = ArrivalRule.objects.get()
    assert (rule.mode, rule.people) == ("nobody", [])
    at.open(f"/arrival-rules/?open=/arrival-rules/{rule.pk}/edit/")
    expect(at.drawer.get_by_text("不分配，进待分配")).to_be_visible()
    expect(at.drawer.locator('[data-field="people"]')).to_be_hidden()
    expect(at.drawer.locator('[data-field="person"]')).to_be_hidden()
