"""The form of a contact in the drawer: what was wrong stands where it belongs."""

from __future__ import annotations

from typing import Any

from driveline.modules.leads.tests.conftest import REMARK, Shop


def refused(shop: Shop, **sent: Any) -> str:
    """顾甲 saves a contact that cannot be taken; the form as it comes back."""
    lead = shop.followed()
    with shop.day("2019-03-05", "14:00"):
        data = {"chip": "go_on", "remark": REMARK, "store": shop.world.a.pk, **sent}
        url = f"/lead-tasks/{shop.task(lead).pk}/record/"
        answer = shop.world.client(shop.world.gujia).post(url, data, headers={"X-Drawer": "1"})
    assert answer.status_code == 422
    return answer.content.decode()


def test_what_is_wrong_with_a_date_stands_under_the_date(shop: Shop) -> None:
    page = refused(shop, next_date="2019-13-45")
    part = page[page.index('data-field="next_date"') :]
    date, error, box = part.index('name="next_date"'), part.index('class="error"'), part.index('"plan_visit"')
    assert date < error < part.index("data-arithmetic") < box
