"""Leads come in and are mended; data are checked (R-G-02). What a duplicate does: test_duplicates.py."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core.models import AuditEntry, Brand, CarModel, Party, Series, Transition
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import Intake
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.modules.leads.models import Lead
from driveline.modules.leads.services.arrival_rules import arrival_rule_save
from driveline.modules.leads.services.entry import AlreadyThere, lead_edit, lead_enter
from driveline.modules.leads.tests.conftest import Shop, fresh


def data(shop: Shop, **values: Any) -> dict[str, Any]:
    return {"name": "王先生", "phone": "13800000000", "source": shop.source, **values}


def test_a_lead_leaves_an_arrival_and_a_line_in_the_log(shop: Shop) -> None:
    lead = shop.lead(phone=" +86 138-0000-0000 ", remark="周末来")
    intake = Intake.objects.get()
    assert (intake.pursuit, intake.phone_key, intake.verdict, intake.door) == (
        lead,
        "13800000000",
        "new",
        "manual",
    )
    assert Lead.objects.get().remark == "周末来"
    assert list(Transition.objects.values_list("action", "from_state", "to_state")) == [
        ("create", "", "unassigned")
    ]
    assert lead.exclusive_key == "sales:13800000000"


def test_s10_the_same_form_sent_twice_is_one_lead(shop: Shop) -> None:
    actor = shop.actor(shop.world.wangbing)
    first = lead_enter(actor, data(shop), key="form-1")
    again = lead_enter(actor, data(shop), key="form-1")
    assert (again.pursuit, again.new, again.verdict.repeated) == (first.pursuit, True, True)
    assert (Pursuit.objects.count(), Intake.objects.count()) == (1, 1)


def test_an_own_lead_is_followed_at_once(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        lead = shop.lead(assign_to_me=True)
        task = shop.task(lead)
    assert (lead.phase, lead.owner, task.assignee) == (Phase.ACTIVE, shop.world.wangbing, shop.world.wangbing)
    with pytest.raises(Invalid):
        shop.lead(by=shop.world.shigui, assign_to_me=True)


def test_an_entry_says_whose_the_lead_is_now(shop: Shop) -> None:
    def said(**more: Any) -> str:
        return shop.enter(**more).sentence

    assert said() == "已录入 王先生，待分配"
    assert said(assign_to_me=True) == "已录入 王先生，归 网丙 跟进"
    arrival_rule_save(
        shop.actor(shop.world.jingding), mode="person", people=[shop.world.guyi.pk], source=None
    )
    assert said() == "已录入 王先生，归 顾乙 跟进"


def test_only_who_may_enter_enters(shop: Shop) -> None:
    for user in (shop.world.gujia, shop.world.fuwu, shop.world.zongjingli):
        with pytest.raises(Forbidden):
            shop.lead(by=user)
    assert Pursuit.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "010 12345678"),
        ("phone", ""),
        ("phone", "abc"),
        ("name", ""),
        ("name", "字" * 31),
        ("remark", "字" * 501),
        ("address", "字" * 101),
        ("gender", "neither"),
        ("source", 999999),
    ],
)
def test_what_cannot_stand_in_a_lead(shop: Shop, field: str, value: object) -> None:
    with pytest.raises(Invalid) as wrong:
        lead_enter(shop.actor(shop.world.wangbing), data(shop, **{field: value}))
    assert list(wrong.value.errors) == [field]
    assert (Pursuit.objects.count(), Party.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0563-2513668", "这是座机号码；本店线索必须有手机号（参数设置可改）"),
        ("400-860-8608", "这是 400 / 800 号码；本店线索必须有手机号（参数设置可改）"),
        ("+1 206 555 0100", "这是境外号码；本店线索必须有手机号（参数设置可改）"),
        ("1380000000", "手机号格式不对：应为 11 位，以 13 至 19 开头"),
    ],
)
def test_a_number_that_the_store_does_not_take_is_named(shop: Shop, given: str, said: str) -> None:
    with pytest.raises(Invalid) as wrong:
        lead_enter(shop.actor(shop.world.wangbing), data(shop, phone=given))
    assert wrong.value.errors == {"phone": [said]}


def test_a_store_may_take_any_number(shop: Shop) -> None:
    shop.world.setting("lead.contact_rule", "any_phone")
    assert shop.lead(phone="010-12345678").party.phone_key == "01012345678"


def test_the_car_must_fit_together(shop: Shop) -> None:
    vw, ford = Brand.objects.create(name="大众"), Brand.objects.create(name="福特")
    magotan = Series.objects.create(brand=vw, name="迈腾")
    top = CarModel.objects.create(series=magotan, name="380TSI")
    lead = shop.lead(brand=vw, series=magotan, car_model=top)
    assert (lead.brand_id, lead.series_id, lead.car_model_id) == (vw.pk, magotan.pk, top.pk)
    with pytest.raises(Invalid) as wrong:
        shop.lead(brand=ford, series=magotan)
    assert list(wrong.value.errors) == ["series"]


def test_editing_mends_the_data_and_nothing_else(shop: Shop) -> None:
    lead = shop.followed()
    actor = shop.actor(shop.world.jingding)
    edited = lead_edit(actor, lead.pk, data(shop, name="王女士", phone="13900000000", remark="改了"))
    row = fresh(edited)
    assert (row.party.name, row.party.phone_key, row.lead.remark) == ("王女士", "13900000000", "改了")
    assert (row.phase, row.owner, row.grade, row.next_due) == (lead.phase, lead.owner, "H", lead.next_due)
    assert row.exclusive_key == "sales:13900000000"
    changed = AuditEntry.objects.get(action="lead.edit").detail["changed"]
    assert set(changed) == {"name", "phone_key", "remark"}


def test_editing_refuses_a_taken_number_a_stale_form_and_a_closed_lead(shop: Shop) -> None:
    one, other = shop.leads(2)
    actor = shop.actor(shop.world.jingding)
    with pytest.raises(AlreadyThere):
        lead_edit(actor, one.pk, data(shop, phone=other.party.phone_key))
    with pytest.raises(Conflict):
        lead_edit(actor, one.pk, data(shop), version=one.version + 1)
    shop.void(one)
    with pytest.raises(Refused):
        lead_edit(actor, one.pk, data(shop))
    assert fresh(one).party.phone_key == one.party.phone_key


def test_editing_is_for_those_whose_grant_reaches_the_row(shop: Shop) -> None:
    lead = shop.lead()
    lead_edit(shop.actor(shop.world.wangbing), lead.pk, data(shop, name="本人录入"))
    shop.assign(lead, shop.world.gujia)
    with pytest.raises(Forbidden):
        lead_edit(shop.actor(shop.world.gujia), lead.pk, data(shop))
    with pytest.raises(Pursuit.DoesNotExist):
        lead_edit(shop.actor(shop.world.jingchen), lead.pk, data(shop))
    assert fresh(lead).party.name == "本人录入"
