"""A changed duplicate rule is shown against the last 90 days before it is saved (DESIGN §3.11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from driveline.core.models import SettingValue
from driveline.modules.leads.services.rehearsal import rehearse_contact_rule
from driveline.modules.leads.store_settings import DuplicateSettings, LeadSettings
from driveline.modules.leads.tests.conftest import Shop

PATH = "/settings/duplicates/"


@pytest.fixture
def admin(shop: Shop) -> Client:
    return shop.world.client(shop.world.guanchou)


def form(**changed: str) -> dict[str, Any]:
    return {
        "unassigned": "pin",
        "active": "pull",
        "defeated": "activate",
        "valid_from": "2019-03-06",
        **changed,
    }


def three_duplicates(shop: Shop) -> None:
    """Two that met a followed lead, one pulled and one told of; one long ago; one in the other store."""
    with shop.day("2018-11-01"):
        long_ago = shop.lead()
        shop.enter(phone=long_ago.party.phone_key)
    with shop.day("2019-03-05", "15:00"):
        later = shop.followed(contacts=1)
        shop.enter(phone=later.party.phone_key)
        shop.enter(phone=later.party.phone_key)
        other = shop.lead(by=shop.world.wangchen)
        shop.enter(phone=other.party.phone_key, by=shop.world.wangchen)


def test_the_page_says_what_the_rule_would_have_done_and_then_saves_it(shop: Shop, admin: Client) -> None:
    three_duplicates(shop)
    with shop.day("2019-03-06"):
        shown = admin.post(PATH, form(active="record"))
        page = shown.content.decode()
        assert shown.status_code == 200
        assert "2" in page.split("<div>线索跟进中", 1)[1].split("</div>", 1)[0]
        assert "拉到今天 1" in page or "已拉到今天 1" in page
        assert not SettingValue.objects.exists()
        mark = page.split('name="rehearsed" value="', 1)[1].split('"', 1)[0]
        assert admin.post(PATH, form(active="record", rehearsed=mark)).status_code == 204
        assert DuplicateSettings.of(shop.world.a.pk).active == "record"


def test_another_change_than_the_one_that_was_read_is_shown_again(shop: Shop, admin: Client) -> None:
    three_duplicates(shop)
    with shop.day("2019-03-06"):
        page = admin.post(PATH, form(active="record")).content.decode()
        mark = page.split('name="rehearsed" value="', 1)[1].split('"', 1)[0]
        assert admin.post(PATH, form(active="tell", rehearsed=mark)).status_code == 200
        assert not SettingValue.objects.exists()


def test_what_would_have_changed_nothing_is_saved_at_once(shop: Shop, admin: Client) -> None:
    with shop.day("2019-03-06"):
        assert admin.post(PATH, form()).status_code == 204
        assert not SettingValue.objects.exists()


def test_a_stricter_contact_rule_says_how_many_it_would_have_refused(shop: Shop) -> None:
    a = shop.world.a.pk
    with shop.day("2019-03-05"):
        shop.world.setting("lead.contact_rule", "any_phone", since="2019-01-01")
        shop.lead(phone="010-12345678")
        shop.lead()
        old, new = LeadSettings.of(a), LeadSettings()
        [said] = rehearse_contact_rule([a], old, new)
        assert " 2 " in said
        assert " 1 " in said
        assert rehearse_contact_rule([a], old, old) == []
