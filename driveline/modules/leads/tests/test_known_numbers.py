"""A number that is known says so at its field, before the form is saved; who may not see the lead gets no way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from driveline.core.models import User
from driveline.engines.followup.models import Pursuit, TaskMove
from driveline.engines.intake.models import Intake
from driveline.modules.leads.pages.known import LOOKS_PER_MINUTE
from driveline.modules.leads.tests.conftest import Shop

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django import DjangoAssertNumQueries

URL = "/leads/new/number/"


def ask(shop: Shop, by: User, phone: str, store: object = None) -> HttpResponse:
    answer: HttpResponse = shop.world.client(by, store).post(URL, {"phone": phone})
    return answer


def said(shop: Shop, by: User, phone: str) -> str:
    answer = ask(shop, by, phone)
    assert answer.status_code == 200
    return answer.content.decode().strip()


def wants(shop: Shop, **table: str) -> None:
    for key, value in table.items():
        shop.world.setting(f"lead.duplicate.{key}", value)


def test_a_lead_that_is_followed_is_named_with_what_saving_does(shop: Shop) -> None:
    lead = shop.followed(contacts=1)  # the next one is planned for the 6th
    with shop.day("2019-03-05", "15:00"):
        text = said(shop, shop.world.jingding, f" +86 {lead.party.phone_key} ")
    assert "这个号码已有线索（跟进中，顾甲）。保存后将把回访拉到今天，不会新增。" in text
    assert f'href="/leads/{lead.pk}/"' in text


def test_to_ask_changes_nothing(shop: Shop) -> None:
    lead = shop.followed(contacts=1)
    before = Pursuit.objects.values().get()
    with shop.day("2019-03-05", "15:00"):
        said(shop, shop.world.jingding, lead.party.phone_key)
    assert Pursuit.objects.values().get() == before
    assert (Intake.objects.count(), TaskMove.objects.count()) == (1, 0)


def test_what_saving_does_is_what_the_store_wants(shop: Shop) -> None:
    lead = shop.lead()
    jingding, phone = shop.world.jingding, lead.party.phone_key
    assert "（待分配）。保存后将把它在列表置顶，不会新增。" in said(shop, jingding, phone)
    wants(shop, unassigned="record")
    assert "（待分配）。保存后只记入重复线索，不会新增。" in said(shop, jingding, phone)


def test_a_defeated_lead_would_come_back(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
    with shop.day("2019-03-20"):
        assert "保存后将激活为 H 级" in said(shop, shop.world.jingding, lead.party.phone_key)


def test_who_may_not_see_the_lead_gets_the_sentence_without_the_way(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "15:00"):
        text = said(shop, shop.world.wangbing, lead.party.phone_key)
    assert "这个号码已有线索（跟进中，顾甲）。" in text
    assert "<a " not in text
    assert "王先生" not in text


@pytest.mark.parametrize("phone", ["13800004127", "1380000412", "", "abc", "010 12345678"])
def test_nothing_is_said_of_a_new_number_or_of_none(shop: Shop, phone: str) -> None:
    assert said(shop, shop.world.jingding, phone) == ""


def test_another_store_is_not_asked(shop: Shop) -> None:
    lead = shop.lead()
    other = shop.world.who("sales_manager", shop.world.b)
    assert ask(shop, other, lead.party.phone_key, shop.world.b).content.decode().strip() == ""


def test_only_who_may_enter_may_ask(shop: Shop) -> None:
    lead = shop.lead()
    for user in (shop.world.gujia, shop.world.zongjingli):
        assert ask(shop, user, lead.party.phone_key).status_code == 403


def test_nobody_asks_for_one_number_after_the_other(shop: Shop) -> None:
    lead = shop.lead()
    client = shop.world.client(shop.world.jingding)
    for _ in range(LOOKS_PER_MINUTE):
        assert client.post(URL, {"phone": lead.party.phone_key}).status_code == 200
    answer = client.post(URL, {"phone": lead.party.phone_key})
    assert answer.status_code == 429
    assert "保存时会再核对" in answer.content.decode()
    assert client.post(URL, {"phone": "1380000"}).status_code == 200  # what is no number costs nothing


def test_to_ask_costs_few_queries(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Session and person; whose the number is, the lead, the store's table, the task, and whether it may be seen."""
    phone = shop.followed(contacts=1).party.phone_key
    client = shop.world.client(shop.world.jingding)
    client.get("/leads/new/")
    with shop.day("2019-03-05", "15:00"), django_assert_num_queries(7):
        client.post(URL, {"phone": phone})


def test_the_form_of_a_new_lead_asks_and_that_of_an_old_one_does_not(shop: Shop) -> None:
    lead = shop.lead()
    client = shop.world.client(shop.world.jingding)
    assert f'data-told="{URL}"' in client.get("/leads/new/").content.decode()
    assert "data-told" not in client.get(f"/leads/{lead.pk}/edit/").content.decode()
