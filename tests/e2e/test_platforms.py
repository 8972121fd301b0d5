"""A platform is connected in the browser without a manual, and what it sent wrongly is put right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from driveline.core.request_cache import forget_all
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.modules.leads.models import PlatformConnection
from driveline.modules.leads.tests.pushing import Platform
from tests.e2e.axe import findings

if TYPE_CHECKING:
    from driveline.modules.leads.tests.conftest import Shop
    from tests.e2e.conftest import OpenDesk

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE = {
    "clueId": "X1",
    "user": {"name": "李先生", "mobile": "13800000007", "sex": 1},
    "city": "武汉",
    "message": "想了解首付",
}


def test_a_platform_is_connected_mapped_and_its_faulty_message_mended(shop: Shop, desk: OpenDesk) -> None:
    at = desk(shop.world.guanchou).open("/platforms/")
    at.page.locator('a[href="/platforms/new/"]').first.click()
    at.drawer.locator("[name=name]").fill("汽车之家")
    at.drawer.locator("[name=source]").select_option(index=1)
    at.drawer.locator("button[type=submit]").click()
    secret = at.drawer.locator("[data-one-time]").inner_text()
    at.drawer.locator("a.btn-primary").click()  # on to the mapping
    sample = at.drawer.locator("[name=sample]")
    sample.fill(json.dumps(SAMPLE, ensure_ascii=False))
    at.drawer.locator("button[value=guess]").click()
    expect(at.drawer.locator("[name=phone_path]")).to_have_value("user.mobile")
    expect(at.drawer.locator("[name=name_path]")).to_have_value("user.name")
    expect(sample).to_have_value(json.dumps(SAMPLE, ensure_ascii=False))
    at.drawer.locator("button[value=try]").click()
    expect(at.drawer.locator(".al-ok")).to_be_visible()
    expect(at.drawer.get_by_text("138 0000 0007")).to_be_visible()
    assert findings(at.page, "#drawer") == []
    at.drawer.locator("button[value=save]").click()
    at.closed()
    assert Pursuit.objects.count() == 0

    forget_all()
    platform = Platform(shop, PlatformConnection.objects.get(), secret)
    assert platform.push(SAMPLE).status_code == 201
    assert (
        platform.push({**SAMPLE, "clueId": "X2", "user": {"name": "王女士", "mobile": "1380000"}}).status_code
        == 202
    )

    manager = desk(shop.world.jingding).open("/platform-faults/")
    row = manager.row(Intake.objects.get(verdict="failed").pk)
    row.locator('a[href$="/mend/"]').click()
    phone = manager.drawer.locator("[name=phone]")
    expect(phone).to_have_value("1380000")
    phone.fill("138000")
    manager.drawer.locator("button[type=submit]").click()
    expect(manager.error("phone")).to_be_visible()
    assert findings(manager.page, "#drawer") == []
    phone.fill("138 0000 0008")
    manager.drawer.locator("button[type=submit]").click()
    lead = Pursuit.objects.select_related("party").exclude(party__phone_key="13800000007")
    expect(manager.drawer.locator("#drawer-title")).to_have_text("王女士")
    assert [one.party.phone_key for one in lead] == ["13800000008"]
    expect(manager.rows).to_have_count(0)
