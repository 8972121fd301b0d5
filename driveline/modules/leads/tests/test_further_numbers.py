"""The other numbers of a customer: seen and dialled by whom the first one is, with what they are good for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from driveline.core import clock
from driveline.core.models import PartyPhone, User
from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.tests.conftest import Shop

pytestmark = pytest.mark.django_db


def drawer(shop: Shop, user: User, lead: Pursuit) -> str:
    answer = shop.world.client(user).get(f"/leads/{lead.pk}/", headers={"X-Drawer": "1"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_number_of_a_customer_stands_in_the_drawer(shop: Shop) -> None:
    world = shop.world
    lead = shop.lead(phone="13800004127")
    shop.assign(lead, world.gujia)
    now = clock.now()
    for number, kind, end in (
        ("13912341007", "mobile", None),
        ("05925214785", "landline", None),
        ("15000001111", "relay", now + timedelta(hours=2)),
        ("15000002222", "relay", now - timedelta(hours=2)),
    ):
        PartyPhone.objects.create(party=lead.party, number=number, kind=kind, expires_at=end)
    page = drawer(shop, world.gujia, lead)
    assert "其他号码" in page
    assert '<a href="tel:13912341007">139 1234 1007</a></div>' in page
    assert '<a href="tel:05925214785">0592 521 4785</a> <span class="t3 s12">座机</span>' in page
    assert '<a href="tel:15000001111">' in page
    assert "虚拟号码、有效至" in page
    assert 'href="tel:15000002222"' not in page  # it leads to somebody else by now
    assert "失效" in page


def test_whoever_sees_the_first_number_masked_sees_all_masked(shop: Shop) -> None:
    world = shop.world
    lead = shop.lead(phone="13800004127")
    shop.assign(lead, world.gujia)
    PartyPhone.objects.create(party=lead.party, number="13912341007")
    page = drawer(shop, world.guanchou, lead)
    assert "139 **** 1007" in page
    assert "13912341007" not in page
    assert "138 **** 4127" in page
