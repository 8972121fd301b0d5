"""The scenarios of dealer.md §15 that concern leads, by their ids."""

from __future__ import annotations

import datetime as dt

import pytest

from driveline.core import clock
from driveline.core.models import Notification, Transition
from driveline.engines.followup.choices import Phase, TaskState
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.engines.followup.services import plan
from driveline.kit.errors import Forbidden, Invalid, Refused
from driveline.kit.scopes import visible
from driveline.modules.leads.services import counts
from driveline.modules.leads.services.commands import lead_assign
from driveline.modules.leads.services.entry import lead_edit, lead_enter
from driveline.modules.leads.tests.conftest import Shop, fresh


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def store_setting(shop: Shop, **values: object) -> None:
    """Values of store A in force since long ago; dots of the keys written as double underscores."""
    for name, value in values.items():
        shop.world.setting(name.replace("__", "."), value, since="2019-01-01")


def test_s01_a_new_lead_needs_name_number_and_source(shop: Shop) -> None:
    actor = shop.actor(shop.world.wangbing)
    with pytest.raises(Invalid) as missing:
        lead_enter(actor, {"name": "王先生"})
    assert set(missing.value.errors) == {"phone", "source"}
    with pytest.raises(Invalid) as short:
        lead_enter(actor, {"name": "王先生", "phone": "1380000000", "source": shop.source})
    assert set(short.value.errors) == {"phone"}
    assert Pursuit.objects.count() == 0
    lead = lead_enter(actor, {"name": "王先生", "phone": "13800000000", "source": shop.source}).pursuit
    assert (lead.grade, lead.phase, Task.objects.count()) == ("H", Phase.UNASSIGNED, 0)


def test_s02_an_assignment_makes_a_task_for_the_same_day(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        lead = shop.lead()
        shop.assign(lead, shop.world.gujia)
        task = shop.task(lead)
        assert fresh(lead).phase == Phase.ACTIVE
        assert (task.due_date, task.assignee) == (d("2019-03-05"), shop.world.gujia)
        assert shop.buckets(shop.world.gujia) == (1, 0, 0)
    told = Notification.objects.filter(user=shop.world.gujia)
    assert [one.kind for one in told] == ["assigned"]


def test_s03_a_task_not_done_is_overdue_the_next_day_and_nothing_else(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-06"):
        assert shop.buckets(shop.world.gujia) == (0, 1, 0)
        assert (clock.today() - shop.task(lead).due_date).days == 1


def test_s05_the_grade_may_be_changed_from_the_third_follow_up_on(shop: Shop) -> None:
    lead = shop.followed()
    for day, missing, following in (("2019-03-05", 2, "2019-03-06"), ("2019-03-06", 1, "2019-03-07")):
        with shop.day(day):
            shown = plan(fresh(lead), shop.actor(shop.world.gujia))
            assert not shown.grade_open
            assert str(missing) in shown.grade_note
            with pytest.raises(Invalid) as shut:
                shop.record(lead, grade="A")
            assert shut.value.rule == "R-F-15"
            shop.record(lead)
            assert shop.task(lead).due_date == d(following)
    with shop.day("2019-03-07"):
        shown = plan(fresh(lead), shop.actor(shop.world.gujia))
        assert shown.grade_open
        assert shown.grade_option("A").default == d("2019-03-10")
        shop.record(lead, grade="A")
    assert fresh(lead).grade == "A"
    assert shop.task(lead).due_date == d("2019-03-10")


def test_s06_defeat_is_possible_from_the_third_follow_up_on(shop: Shop) -> None:
    lead = shop.followed(contacts=1)
    with shop.day("2019-03-06"):
        with pytest.raises(Invalid) as shut:
            shop.lose(lead)
        assert set(shut.value.errors) == {"outcome"}
        assert FollowUp.objects.count() == 1
        shop.record(lead)
    with shop.day("2019-03-07"):
        shop.lose(lead)
        assert counts.tasks_to_do(shop.actor(shop.world.jingding), clock.today()).count() == 0
    lost = fresh(lead)
    assert (lost.phase, clock.local(lost.closed_at).date()) == (Phase.LOST, d("2019-03-07"))
    assert (lost.close_category, lost.close_reason, lost.defeat_count) == ("commercial", "price", 1)
    assert not Task.objects.filter(pursuit=lead, state=TaskState.OPEN).exists()


def lost_lead(shop: Shop) -> Pursuit:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
    return fresh(lead)


def test_s07_activation_makes_a_hot_lead_with_a_task_today_and_counts_from_zero(shop: Shop) -> None:
    lead = lost_lead(shop)
    with shop.day("2019-03-20"):
        shop.activate(lead)
        revived, task = fresh(lead), shop.task(lead)
        assert (revived.grade, revived.phase, revived.owner) == ("H", Phase.UNASSIGNED, None)
        assert (task.due_date, task.assignee) == (d("2019-03-20"), None)
    with shop.day("2019-03-21"):
        shop.assign(lead, shop.world.guyi)
        task = shop.task(lead)
        assert (task.due_date, task.assignee) == (d("2019-03-21"), shop.world.guyi)
        assert FollowUp.objects.filter(pursuit=lead).count() == 3
        again = fresh(lead)
        assert (again.cycle, again.cycle_follow_count, again.follow_count) == (2, 0, 3)
        with pytest.raises(Invalid):
            shop.lose(lead, by=shop.world.guyi)


def test_s13_the_system_gives_up_when_the_twentieth_follow_up_goes_on(shop: Shop) -> None:
    store_setting(shop, lead__auto_defeat__enabled=True)
    lead = shop.followed(contacts=19)
    with shop.day("2019-03-24"):
        assert plan(fresh(lead), shop.actor(shop.world.gujia)).auto_defeat_note
        recorded = shop.record(lead)
    given_up = fresh(lead)
    assert (recorded.auto_defeated, recorded.next_task_id) == (True, None)
    assert (given_up.phase, given_up.close_reason) == (Phase.LOST, "system_m")
    from driveline.core.dictionaries import label

    assert label(shop.world.a.pk, "defeat_reason", given_up.close_reason) == "系统:满 M 次未转化"
    moves = Transition.objects.filter(subject_id=lead.pk).order_by("id")
    assert [move.action for move in moves] == ["create", "assign", "auto_lose"]


def test_s13_without_the_tick_the_twentieth_goes_on(shop: Shop) -> None:
    lead = shop.followed(contacts=19)
    with shop.day("2019-03-24"):
        recorded = shop.record(lead)
    assert (recorded.auto_defeated, recorded.next_due) == (False, d("2019-03-25"))


def test_s14_the_badges_count_waiting_leads_and_due_tasks(shop: Shop) -> None:
    with shop.day("2019-03-01"):
        overdue, due, future = shop.leads(3), shop.leads(4), shop.leads(5)
        shop.assign(overdue, shop.world.gujia)
    with shop.day("2019-03-02"):
        shop.assign(future, shop.world.guyi)
        for lead in future:
            shop.record(lead, by=shop.world.guyi)
    with shop.day("2019-03-02", "17:00"):
        shop.assign(due, shop.world.gujia)
        shop.leads(20)
        manager = shop.actor(shop.world.jingding)
        waiting = counts.capped(counts.unassigned(manager))
        tasks = counts.capped(counts.tasks_to_do(manager, clock.today()))
        assert (waiting, tasks, waiting + tasks) == (20, 7, 27)
        assert shop.buckets(shop.world.guyi) == (0, 0, 5)
        consultant = shop.actor(shop.world.gujia)
        assert counts.capped(counts.unassigned(consultant)) == 0
        assert counts.capped(counts.tasks_to_do(consultant, clock.today())) == 7


def test_s78_a_consultant_sees_and_works_his_own_leads_only(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        his, hers = shop.lead("甲的"), shop.lead("乙的")
        shop.assign(his, shop.world.gujia)
        shop.assign(hers, shop.world.guyi)
        gujia = shop.actor(shop.world.gujia)
        assert list(visible(Pursuit, gujia, "leads.view")) == [his]
        assert list(visible(FollowUp, gujia, "lead_records.view")) == []
        assert not gujia.can("leads.export")
        with pytest.raises(Task.DoesNotExist):
            shop.record(hers)
        with pytest.raises(Pursuit.DoesNotExist):
            lead_edit(shop.actor(shop.world.wangbing), hers.pk, {})
        with pytest.raises(Forbidden):
            lead_assign.perform(gujia, [hers.pk], inputs={"users": [gujia.user_id]})
    assert fresh(hers).owner == shop.world.guyi
    assert FollowUp.objects.count() == 0


def test_s79_the_same_number_may_be_a_lead_in_both_stores(shop: Shop) -> None:
    world = shop.world
    here = shop.lead(phone="13800000001")
    there = lead_enter(
        shop.actor(world.wangchen), {"name": "李女士", "phone": "13800000001", "source": shop.source}
    ).pursuit
    assert (here.store, there.store) == (world.a, world.b)
    assert list(visible(Pursuit, shop.actor(world.jingchen), "leads.view")) == [there]
    in_b = shop.actor(world.shuangwei, world.b)
    assert list(counts.unassigned(in_b)) == [there]
    with pytest.raises(Refused):
        lead_assign.perform(in_b, [here.pk], inputs={"users": [world.guchen]})
    with pytest.raises(Invalid):
        lead_assign.perform(in_b, [there.pk], inputs={"users": [world.gujia]})
    assert fresh(here).owner is None
    assert fresh(there).owner is None


def test_the_buckets_add_up_to_the_open_tasks_of_the_list(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        leads = shop.leads(3)
        shop.assign(leads, shop.world.gujia)
        shop.record(leads[0], plan_visit=True)
    with shop.day("2019-03-05", "18:00"):
        found = counts.buckets(shop.actor(shop.world.jingding), clock.today())
        assert (found.due, found.overdue, found.future, found.week, found.visits) == (2, 0, 1, 1, 1)
        assert found == counts.buckets(shop.actor(shop.world.jingding), clock.today(), shop.world.gujia.pk)
        assert [
            one.pursuit for one in counts.visits_tomorrow(shop.actor(shop.world.gujia), clock.today())
        ] == [leads[0]]
        assert set(counts.uncontacted(shop.actor(shop.world.gujia))) == set(leads[1:])


def test_the_log_says_reasons_in_words(shop: Shop) -> None:
    from driveline.modules.leads.services.said import said_reason

    store = shop.world.a.pk
    assert said_reason(store, "void", "wrong_number") == "错号空号"
    assert said_reason(store, "auto_lose", "system_m") == "系统:满 M 次未转化"
    assert said_reason(store, "undo", "lead.assign") == ""
    assert said_reason(store, "release", "first_contact") not in ("", "first_contact")
    assert said_reason(store, "lose", "what was typed") == "what was typed"
