"""Recording a contact: who may, what follows, what happens when somebody was first (R-F, DESIGN §3a)."""

from __future__ import annotations

import datetime as dt

import pytest

from driveline.core import clock
from driveline.core.models import Membership
from driveline.engines.followup.choices import Phase, TaskOrigin, TaskState
from driveline.engines.followup.contact import Contact
from driveline.engines.followup.models import FollowUp, Task
from driveline.engines.followup.services import open_task, plan, record_follow_up, supplement
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.modules.leads.services.commands import lead_task_record
from driveline.modules.leads.tests.conftest import REMARK, Shop, fresh


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_contact_closes_the_task_writes_the_record_and_opens_the_next(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "10:20"):
        first = shop.task(lead)
        recorded = shop.record(lead, chip="visit", next_topics=("book_view",))
    first.refresh_from_db()
    assert (first.state, first.closed_by) == (TaskState.DONE, shop.world.gujia)
    following = shop.task(lead)
    assert following.pk == recorded.next_task_id
    assert (following.due_date, following.first_due, following.origin) == (
        d("2019-03-06"),
        d("2019-03-06"),
        TaskOrigin.RECORD,
    )
    assert (following.assignee, following.topics) == (shop.world.gujia, ["book_view"])
    row = fresh(lead)
    assert (row.follow_count, row.cycle_follow_count, row.effective_count) == (1, 1, 1)
    assert (row.next_due, row.last_remark, row.version) == (d("2019-03-06"), REMARK, 2)
    record = FollowUp.objects.get()
    assert (record.task, record.due_date, record.chip, record.method) == (
        first,
        d("2019-03-05"),
        "visit",
        "phone",
    )
    assert (record.old_grade, record.new_grade, record.topics) == ("H", "H", ["invite"])


def test_the_first_contact_is_timed_in_working_minutes(shop: Shop) -> None:
    with shop.day("2019-03-05", "17:50"):
        lead = shop.lead()
        shop.assign(lead, shop.world.gujia)
    with shop.day("2019-03-06", "08:45"):
        shop.record(lead, chip="no_answer", remark="")
    with shop.day("2019-03-07", "09:00"):
        shop.record(lead)
    row = fresh(lead)
    assert row.first_contact_minutes == 25
    assert row.first_contact_at.isoformat() != row.first_effective_at.isoformat()
    assert list(FollowUp.objects.order_by("at").values_list("first_contact", "effective")) == [
        (True, False),
        (False, True),
    ]


def test_nobody_reached_may_be_tried_again_today(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "10:20"):
        shop.record(lead, chip="no_answer", remark="", next_date=d("2019-03-05"), next_time=dt.time(18, 0))
        task = shop.task(lead)
        assert (task.due_date, task.due_time, task.origin) == (
            d("2019-03-05"),
            dt.time(18, 0),
            TaskOrigin.RETRY,
        )
        assert (fresh(lead).next_due, fresh(lead).next_time) == (d("2019-03-05"), dt.time(18, 0))


def test_the_same_form_sent_twice_is_one_record(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05"):
        task = shop.task(lead)
        actor = shop.actor(shop.world.gujia)
        contact = Contact(chip="go_on", remark=REMARK)
        first = record_follow_up(actor, task.pk, contact, key="form-1")
        again = record_follow_up(actor, task.pk, contact, key="form-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.record_id == first.record_id
    assert FollowUp.objects.count() == 1
    assert fresh(lead).follow_count == 1


def test_who_comes_second_is_told_who_was_first_and_can_keep_his_words(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "11:05"):
        task = shop.task(lead)
        shop.record(lead)
    with shop.day("2019-03-05", "11:06"):
        manager = shop.actor(shop.world.jingding)
        contact = Contact(chip="go_on", remark="经理也打了一次电话,客户说已经约好周末来看车")
        with pytest.raises(Conflict) as late:
            record_follow_up(manager, task.pk, contact, key="manager-1")
        assert late.value.who == "顾甲"
        assert "03-05 11:05" in str(late.value.sentence)
        before = fresh(lead)
        kept = supplement(manager, lead.pk, contact, key="manager-2")
        assert supplement(manager, lead.pk, contact, key="manager-2").repeated
    record = FollowUp.objects.get(pk=kept.record_id)
    assert (record.task, record.outcome, record.actor) == (None, "supplement", shop.world.jingding)
    after = fresh(lead)
    assert (after.follow_count, after.cycle_follow_count, after.next_due) == (1, 1, before.next_due)
    assert after.last_remark == contact.remark


def test_only_the_assignee_his_superior_and_his_stand_in_may_record(shop: Shop) -> None:
    world = shop.world
    lead = shop.followed()
    with shop.day("2019-03-05"):
        with pytest.raises(Task.DoesNotExist):
            shop.record(lead, by=world.guyi)
        with pytest.raises(Task.DoesNotExist):
            shop.record(lead, by=world.shigui)
        with pytest.raises(Task.DoesNotExist):
            shop.record(lead, by=world.jingchen)
        with pytest.raises(Forbidden):
            shop.record(lead, by=world.xiaozong)
        Membership.objects.filter(user=world.gujia, store=world.a).update(
            stand_in=world.member(world.guyi), absent_from=d("2019-03-04"), absent_to=d("2019-03-06")
        )
        assert plan(fresh(lead), shop.actor(world.guyi)).why_not == ""
        shop.record(lead, by=world.guyi)
        assert fresh(lead).owner == world.gujia
        assert shop.task(lead).assignee == world.gujia
        with pytest.raises(Task.DoesNotExist):  # the next one is not due yet
            shop.record(lead, by=world.guyi)
    with shop.day("2019-03-06"):
        shop.record(lead, by=world.jingding)
    assert list(FollowUp.objects.order_by("at").values_list("actor__name", flat=True)) == ["顾乙", "经丁"]


def test_a_manager_may_plan_beyond_the_interval(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05"):
        far = d("2019-03-20")
        with pytest.raises(Invalid) as bound:
            shop.record(lead, next_date=far)
        assert bound.value.rule == "R-F-05"
        shop.record(lead, by=shop.world.jingding, next_date=far)
    assert shop.task(lead).due_date == far


def test_an_overdue_task_is_planned_anew_from_the_day_of_the_contact(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-09"):
        shop.record(lead)
    assert shop.task(lead).due_date == d("2019-03-10")
    assert FollowUp.objects.get().due_date == d("2019-03-05")


def test_a_row_nobody_owns_is_to_be_assigned_before_it_is_recorded(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
        shop.activate(lead)
        task = shop.task(lead)
        with pytest.raises(Task.DoesNotExist):
            shop.record(lead, by=shop.world.jingding)
        with pytest.raises(Refused) as unowned:
            record_follow_up(shop.world.system_actor(), task.pk, Contact(chip="go_on", remark=REMARK))
        assert unowned.value.rule == "R-L-04"
    assert fresh(lead).phase == Phase.UNASSIGNED


def test_the_command_records_once_and_answers_a_second_click_with_the_same(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05"):
        task = shop.task(lead)
        actor = shop.actor(shop.world.gujia)
        inputs = {"contact": Contact(chip="go_on", remark=REMARK), "client_key": "k1"}
        done = lead_task_record.perform(actor, [task.pk], inputs=inputs, key="k1")
        again = lead_task_record.perform(actor, [task.pk], inputs=inputs, key="k1")
    assert (done.repeated, again.repeated) == (False, True)
    assert done.data["recorded"]["pursuit"] == lead.pk
    assert FollowUp.objects.count() == 1


def test_a_follow_up_costs_a_constant_and_small_number_of_queries(
    shop: Shop, django_assert_max_num_queries: object
) -> None:
    lead = shop.followed(contacts=3)
    with shop.day("2019-03-08"):
        actor = shop.actor(shop.world.gujia)
        task = shop.task(lead)
        with django_assert_max_num_queries(12):  # type: ignore[operator]  # the fixture of pytest-django
            record_follow_up(actor, task.pk, Contact(chip="go_on", remark=REMARK), key="q")


def test_a_new_task_replaces_the_open_one_and_carries_its_day_to_the_row(shop: Shop) -> None:
    lead = shop.followed()
    old = shop.task(lead)
    with shop.day("2019-03-05", "15:00"):
        new = open_task(
            lead,
            d("2019-03-08"),
            TaskOrigin.PULL,
            by_id=shop.world.jingding.pk,
            now=clock.now(),
            assignee_id=lead.owner_id,
        )
    old.refresh_from_db()
    assert (old.state, old.closed_by) == (TaskState.CANCELLED, shop.world.jingding)
    assert shop.task(lead) == new
    assert fresh(lead).next_due == d("2019-03-08")
