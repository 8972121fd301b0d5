"""The duplicate table at the form (dealer.md §2.6): what a number that is there already does, row by row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from driveline.core import clock
from driveline.core.models import Brand, Notification, Party, Series, Transition
from driveline.core.notifications import render
from driveline.engines.followup.choices import Phase, TaskState
from driveline.engines.followup.models import Pursuit, Task, TaskMove
from driveline.engines.intake.models import Intake
from driveline.modules.leads.tests.conftest import Shop, fresh


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def setting(shop: Shop, key: str, value: str) -> None:
    shop.world.setting(f"lead.duplicate.{key}", value)


def row_of(intake: Intake) -> tuple[Any, ...]:
    return (intake.verdict, intake.rule, intake.done, intake.hit_state, intake.hit_owner)


def duplicate() -> Intake:
    """The one arrival that was held back."""
    return Intake.objects.get(verdict="duplicate")


def test_row_5_a_waiting_lead_goes_on_top_and_the_assigners_are_told(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        lead = shop.lead(phone="13800000000")
        shop.lead(name="后来")
    with shop.day("2019-03-06"):
        entered = shop.enter(phone="138 0000 0000")
        arrived = clock.now()
    assert (entered.new, entered.pursuit, entered.visible) == (False, lead, True)
    assert row_of(duplicate()) == ("duplicate", "DUP_LEAD_UNASSIGNED", "pinned", "unassigned", None)
    row = fresh(lead)
    assert (row.arrived_at.date(), row.dup_count, row.phase) == (arrived.date(), 1, Phase.UNASSIGNED)
    assert Pursuit.objects.order_by("-arrived_at").first() == lead
    told = set(Notification.objects.filter(kind="asked_again").values_list("user__login", flat=True))
    assert told == {"jingding", "xiaozong"}
    assert (Pursuit.objects.count(), Party.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("phase", "kind"), [("waiting", "asked_again"), ("followed", "duplicate_pulled"), ("lost", "activated")]
)
def test_the_message_quotes_what_the_customer_said(shop: Shop, phase: str, kind: str) -> None:
    with shop.day("2019-03-05"):
        lead = shop.lead(name="王先生") if phase == "waiting" else shop.followed(contacts=2)
        if phase == "lost":
            shop.lose(lead)
        name = lead.party.name
        shop.enter(phone=lead.party.phone_key, remark="100% 想看白色顶配")
    with override("en"):
        _title, body, _icon = render(Notification.objects.filter(kind=kind).latest("pk"))
    assert body.startswith(name)
    assert body.endswith(" “100% 想看白色顶配”")


def test_a_lead_keeps_the_car_and_the_name_of_who_asks_again(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        lead = shop.lead(name="王先生")
        series = Series.objects.create(brand=Brand.objects.create(name="丰田"), name="凯美瑞")
        other = Series.objects.create(brand=series.brand, name="汉兰达")
        for name, wished in [("王太太", series), ("王先生", other), ("王先生", None)]:
            car = {"brand": wished.brand, "series": wished} if wished else {}
            shop.enter(name=name, phone=lead.party.phone_key, **car)
        page = shop.world.client(shop.world.jingding).get(f"/leads/{lead.pk}/?tab=history").content.decode()
    assert page.count("这次留的姓名：王太太") == page.count("这次留的姓名：") == 1
    assert page.count("意向车型：丰田 凯美瑞") == page.count("意向车型：丰田 汉兰达") == 1


def test_row_6_a_followed_lead_is_called_today_and_its_owner_is_told(shop: Shop) -> None:
    lead = shop.followed(contacts=1)  # the next one is planned for the 6th
    with shop.day("2019-03-05", "15:00"):
        shop.enter(phone=lead.party.phone_key)
    task = shop.task(lead)
    assert (task.due_date, task.first_due, fresh(lead).next_due) == (
        d("2019-03-05"),
        d("2019-03-06"),
        d("2019-03-05"),
    )
    move = TaskMove.objects.get(cause="pull")
    assert (move.old_due, move.new_due, move.to_user) == (d("2019-03-06"), d("2019-03-05"), shop.world.gujia)
    assert row_of(duplicate()) == ("duplicate", "DUP_LEAD_ACTIVE", "pulled", "active", shop.world.gujia)
    assert Notification.objects.get(kind="duplicate_pulled").user == shop.world.gujia
    assert Task.objects.filter(state=TaskState.OPEN).count() == 1


def test_s09_an_overdue_follow_up_is_not_washed_white(shop: Shop) -> None:
    with shop.day("2019-03-10"):
        lead = shop.lead()
        shop.assign(lead, shop.world.gujia)
    with shop.day("2019-03-15"):
        entered = shop.enter(phone=lead.party.phone_key)
        assert shop.buckets(shop.world.gujia) == (0, 1, 0)
    assert (entered.new, shop.task(lead).due_date, fresh(lead).next_due) == (
        False,
        d("2019-03-10"),
        d("2019-03-10"),
    )
    assert Pursuit.objects.count() == 1
    assert row_of(duplicate()) == ("duplicate", "DUP_LEAD_ACTIVE", "told", "active", shop.world.gujia)
    assert Notification.objects.get(kind="duplicate_pulled").user == shop.world.gujia
    assert not TaskMove.objects.exists()


def test_row_7_a_defeated_lead_comes_back_to_be_assigned(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
    with shop.day("2019-03-20"):
        entered = shop.enter(phone=lead.party.phone_key)
    row = fresh(lead)
    assert (entered.new, entered.pursuit) == (False, lead)
    assert (row.phase, row.grade, row.owner, row.cycle, row.cycle_follow_count, row.dup_count) == (
        Phase.UNASSIGNED,
        "H",
        None,
        2,
        0,
        1,
    )
    task = shop.task(lead)
    assert (task.due_date, task.assignee) == (d("2019-03-20"), None)
    assert row_of(duplicate()) == ("duplicate", "DUP_LEAD_DEFEATED", "activated", "lost", shop.world.gujia)
    line = Transition.objects.get(action="activate")
    assert (line.from_state, line.to_state, line.reason) == ("lost", "unassigned", "asked_again")
    assert set(Notification.objects.filter(kind="activated").values_list("user__login", flat=True)) == {
        "jingding",
        "xiaozong",
    }


def test_row_9_a_number_of_a_void_lead_is_new_again(shop: Shop) -> None:
    lead = shop.lead(phone="13800000000")
    shop.void(lead)
    again = shop.enter(phone="13800000000", name="真名")
    assert again.new
    assert again.pursuit != lead
    assert again.pursuit.party == lead.party
    assert not Intake.objects.filter(verdict="duplicate").exists()


def test_whoever_may_not_see_the_lead_learns_what_was_done_but_not_the_way_to_it(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05"):
        seen = shop.enter(phone=lead.party.phone_key, by=shop.world.jingding)
        hidden = shop.enter(phone=lead.party.phone_key)  # 网丙 does not see the leads of 顾甲
    assert (seen.visible, seen.url) == (True, f"/leads/{lead.pk}/")
    assert (hidden.visible, hidden.url) == (False, "")
    assert "顾甲" in hidden.sentence
    assert fresh(lead).dup_count == 2


@pytest.mark.parametrize(
    ("key", "value", "done"),
    [("active", "tell", "told"), ("active", "record", "recorded")],
)
def test_a_store_may_do_less_with_a_followed_lead(shop: Shop, key: str, value: str, done: str) -> None:
    lead = shop.followed(contacts=1)
    with shop.day("2019-03-05", "15:00"):
        setting(shop, key, value)
        shop.enter(phone=lead.party.phone_key)
    assert (duplicate().done, shop.task(lead).due_date) == (done, d("2019-03-06"))
    assert Notification.objects.filter(kind="duplicate_pulled").count() == (value == "tell")
    assert fresh(lead).dup_count == (value == "tell")


def test_a_store_may_leave_waiting_and_defeated_leads_alone(shop: Shop) -> None:
    waiting, lost = shop.lead(), shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lost)
        setting(shop, "unassigned", "record")
        setting(shop, "defeated", "record")
        before = list(Pursuit.objects.order_by("pk").values())
        shop.enter(phone=waiting.party.phone_key)
        shop.enter(phone=lost.party.phone_key)
    assert list(Pursuit.objects.order_by("pk").values()) == before
    assert list(Intake.objects.filter(verdict="duplicate").values_list("done", flat=True)) == ["recorded"] * 2


def test_a_followed_lead_without_a_task_gets_one(shop: Shop) -> None:
    lead = shop.followed()
    Task.objects.filter(pursuit=lead).update(state=TaskState.CANCELLED)
    with shop.day("2019-03-08"):
        shop.enter(phone=lead.party.phone_key)
    task = shop.task(lead)
    assert (task.due_date, task.assignee, task.origin) == (d("2019-03-08"), shop.world.gujia, "pull")
