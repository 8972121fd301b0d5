"""The night, the morning and the minute on leads; every step may run twice or late (S-81, S-82, DESIGN §3a)."""

from __future__ import annotations

import datetime as dt

import pytest

from driveline.core import nightly
from driveline.core.access import open_work
from driveline.core.handover import move_work
from driveline.core.models import (
    DailyCounter,
    Membership,
    Notification,
    SweepStep,
    Transition,
    User,
)
from driveline.core.notifications import render
from driveline.core.services.users import user_disable
from driveline.engines.followup.choices import Phase, TaskOrigin, TaskState
from driveline.engines.followup.invariants import check
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.sweep import digest
from driveline.engines.followup.sweep.counters import figures
from driveline.engines.ownership.services import hand_over
from driveline.kit.errors import Refused
from driveline.modules.leads.policy import LEAD
from driveline.modules.leads.tests.conftest import Shop, fresh


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def set_value(shop: Shop, key: str, value: object) -> None:
    shop.world.setting(key, value, since="2019-01-01")


def told(user: User, kind: str) -> list[Notification]:
    return list(Notification.objects.filter(user=user, kind=kind).order_by("pk"))


def everything() -> list[object]:
    """All that the night may touch, to compare."""
    return [
        list(Pursuit.objects.order_by("pk").values()),
        list(Task.objects.order_by("pk").values()),
        list(Transition.objects.order_by("pk").values()),
        list(Notification.objects.order_by("pk").values()),
        list(
            DailyCounter.objects.order_by("user_id", "key", "day").values(
                "store", "user", "day", "key", "value"
            )
        ),
    ]


def broken_shop(shop: Shop) -> tuple[Pursuit, Pursuit, Pursuit]:
    """A lead without a next task, one of somebody who left, one that is over and still has a task."""
    without, left, over = shop.followed(), shop.followed(contacts=1), shop.followed()
    Task.objects.filter(pursuit=without).update(state=TaskState.CANCELLED)
    Pursuit.objects.filter(pk=left.pk).update(owner=shop.world.liwu, keeper=shop.world.liwu)
    Membership.objects.filter(user=shop.world.liwu).update(active=False)
    with shop.day("2019-03-06"):
        shop.void(over)
    Task.objects.filter(pursuit=over).update(state=TaskState.OPEN)
    return without, left, over


def test_s81_an_account_with_open_work_is_closed_only_with_a_hand_over(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05"):
        leads = shop.leads(5)
        shop.assign(leads, world.gujia)
    assert [(left.kind, left.count) for left in open_work(world.gujia.pk, world.a.pk)] == [("lead", 5)]
    admin = shop.actor(world.guanchou)
    with shop.day("2019-03-06"):
        member = world.member(world.gujia).pk
        with pytest.raises(Refused) as refused:
            user_disable.perform(admin, [member])
        assert "5" in str(refused.value.sentence)
        world.gujia.refresh_from_db()
        assert world.gujia.is_active
        counts = hand_over(shop.actor(world.jingding), world.gujia, [world.guyi, world.wangbing])
        assert sorted(counts.values()) == [2, 3]
        assert open_work(world.gujia.pk, world.a.pk) == []
        user_disable.perform(admin, [member])
    world.gujia.refresh_from_db()
    assert not world.gujia.is_active
    assert set(Task.objects.filter(state=TaskState.OPEN).values_list("due_date", flat=True)) == {
        d("2019-03-06")
    }


def test_s81_without_a_receiver_the_work_goes_back_to_the_queue_with_its_dates(shop: Shop) -> None:
    world = shop.world
    lead = shop.followed(contacts=1)
    with shop.day("2019-03-05", "17:00"):
        moved = move_work(shop.actor(world.jingding), world.gujia.pk, world.a.pk, [])
    assert moved == 1
    row, task = fresh(lead), shop.task(lead)
    assert (row.phase, row.owner, row.keeper) == (Phase.UNASSIGNED, None, world.wangbing)
    assert (task.assignee, task.due_date, row.next_due) == (None, d("2019-03-06"), d("2019-03-06"))
    assert told(world.xiaozong, "returned")[0].params["count"] == 1


def test_s82_the_night_twice_is_the_night_once(shop: Shop) -> None:
    broken_shop(shop)
    shop.followed(contacts=2)
    with shop.day("2019-03-16", "00:05"):
        first = nightly.run_again(d("2019-03-16"))
        assert first.failed == []
        once = everything()
        again = nightly.run_again(d("2019-03-16"))
        assert again.failed == []
    assert everything() == once
    assert check(shop.world.a) == []


def test_s82_a_night_is_not_run_again_and_missed_ones_are_made_up_for_in_order(shop: Shop) -> None:
    shop.followed(contacts=2)
    with shop.day("2019-03-06", "00:05"):
        assert nightly.run().failed == []
        assert nightly.run().lines == []
    with shop.day("2019-03-09", "07:00"):
        nightly.run()
    days = SweepStep.objects.filter(store=shop.world.a, step="followup.counters").order_by("day")
    assert [row.day.isoformat() for row in days] == ["2019-03-06", "2019-03-07", "2019-03-08", "2019-03-09"]
    counted = DailyCounter.objects.filter(key="lead.followups").order_by("day").values_list("day", "value")
    assert list(counted) == [(d("2019-03-05"), 1), (d("2019-03-06"), 1)]


def test_inv2_a_lead_without_a_next_task_gets_one_today_and_the_manager_hears_of_it(shop: Shop) -> None:
    without, _left, over = broken_shop(shop)
    assert {violation.rule for violation in check(shop.world.a)} == {"INV-2", "INV-3"}
    with shop.day("2019-03-16", "00:05"):
        nightly.run()
    task = shop.task(without)
    assert (task.due_date, task.origin, task.assignee) == (
        d("2019-03-16"),
        TaskOrigin.REPAIR,
        shop.world.gujia,
    )
    assert fresh(without).next_due == d("2019-03-16")
    assert not Task.objects.filter(pursuit=over, state=TaskState.OPEN).exists()
    assert told(shop.world.jingding, "repaired")[0].params["count"] == 1
    step = SweepStep.objects.get(store=shop.world.a, step="followup.repair")
    assert (step.result["opened"], step.result["rows"], step.result["cancelled"]) == (1, [without.pk], 1)


def test_leads_of_somebody_who_left_go_back_to_the_queue(shop: Shop) -> None:
    _without, left, _over = broken_shop(shop)
    with shop.day("2019-03-16", "00:05"):
        nightly.run()
    row = fresh(left)
    assert (row.phase, row.owner, shop.task(left).assignee) == (Phase.UNASSIGNED, None, None)
    assert told(shop.world.jingding, "returned")[0].params["count"] == 1


def test_the_ladder_calls_owner_then_superior_each_once(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05", "09:00"):
        late, fine = shop.leads(2)
        shop.assign([late, fine], world.gujia)
    with shop.day("2019-03-05", "09:10"):
        shop.record(fine)
    for time, owner, superior in (
        ("09:29", 0, 0),
        ("09:30", 1, 0),
        ("09:45", 1, 0),
        ("10:00", 1, 1),
        ("10:01", 1, 1),
        ("11:30", 1, 1),
    ):
        with shop.day("2019-03-05", time):
            nightly.run_minute()
        found = (
            len(told(world.gujia, "first_contact_late")),
            len(told(world.jingding, "first_contact_late_team")),
        )
        assert found == (owner, superior), time
    assert fresh(late).phase == Phase.ACTIVE
    assert told(world.gujia, "first_contact_late")[0].params["minutes"] == 30


def test_the_ladder_counts_working_minutes_and_may_take_the_lead_back(shop: Shop) -> None:
    world = shop.world
    set_value(shop, "lead.ladder.queue_enabled", True)
    with shop.day("2019-03-05", "17:50"):
        lead = shop.lead()
        shop.assign(lead, world.gujia)
    with shop.day("2019-03-05", "23:00"):
        nightly.run_minute()
    with shop.day("2019-03-06", "08:49"):
        nightly.run_minute()
    assert told(world.gujia, "first_contact_late") == []
    with shop.day("2019-03-06", "10:20"):  # 120 working minutes: all three steps at once, each told once
        nightly.run_minute()
        nightly.run_minute()
    [late] = told(world.gujia, "first_contact_late")
    assert render(late)[1] == "王先生，最久已等 2 小时"
    assert len(told(world.jingding, "first_contact_late_team")) == 1
    assert len(told(world.jingding, "returned")) == 1
    row = fresh(lead)
    assert (row.phase, row.owner) == (Phase.UNASSIGNED, None)
    last = Transition.objects.filter(subject_id=lead.pk).order_by("pk").last()
    assert (last.action, last.reason) == ("release", "first_contact")


def test_the_ladder_begins_anew_with_a_new_owner_and_can_be_switched_off(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05", "09:00"):
        lead = shop.lead()
        shop.assign(lead, world.gujia)
    with shop.day("2019-03-05", "09:40"):
        nightly.run_minute()
        shop.reassign(lead, world.guyi)
        nightly.run_minute()
        assert told(world.guyi, "first_contact_late") == []
    with shop.day("2019-03-05", "10:10"):
        nightly.run_minute()
    assert len(told(world.guyi, "first_contact_late")) == 1
    set_value(shop, "lead.ladder.enabled", False)
    with shop.day("2019-03-05", "12:00"):
        nightly.run_minute()
    assert told(world.jingding, "first_contact_late_team") == []


def test_superiors_hear_of_tasks_overdue_for_days(shop: Shop) -> None:
    shop.followed()
    with shop.day("2019-03-07", "00:05"):
        nightly.run()
    assert told(shop.world.jingding, "overdue_escalation") == []
    with shop.day("2019-03-08", "00:05"):
        nightly.run()
        nightly.run_again(d("2019-03-08"))
    [message] = told(shop.world.jingding, "overdue_escalation")
    assert message.params == {"count": 1, "people": ["顾甲 1"], "days": 3}


def test_the_morning_digest_comes_once_a_day_with_own_and_team(shop: Shop) -> None:
    world = shop.world
    shop.followed()
    with shop.day("2019-03-06", "08:30"):
        shop.assign(shop.lead(), world.gujia)
        digest.send_all()
        digest.send_all()
    [own] = told(world.gujia, "overdue_digest")
    assert own.params == {"overdue": 1, "due": 1, "team": 0}
    [team] = told(world.jingding, "overdue_digest")
    assert team.params == {"overdue": 0, "due": 0, "team": 1}
    assert told(world.guyi, "overdue_digest") == []


def test_the_digest_says_own_and_team_and_no_nought(shop: Shop) -> None:
    world = shop.world
    shop.followed()  # 顾甲's
    with shop.day("2019-03-05"):
        late, due = shop.leads(2)
        shop.assign(late, world.jingding)
    with shop.day("2019-03-06", "08:20"):
        shop.assign(due, world.jingding)
        digest.send_all()
    Task.objects.filter(assignee=world.jingding, due_date=d("2019-03-05")).update(due_date=d("2019-03-07"))
    with shop.day("2019-03-07", "08:30"):
        digest.send_all()
    words = [render(message)[:2] for message in told(world.jingding, "overdue_digest")]
    assert words == [
        ("过期：自己 1 条，下属 1 条", "自己今天到期 1 条"),
        ("过期：自己 1 条，下属 1 条", "自己今天到期 1 条"),
    ]
    Task.objects.filter(assignee=world.jingding).update(due_date=d("2019-03-08"))
    with shop.day("2019-03-08", "08:30"):
        digest.send_all()
    assert render(told(world.jingding, "overdue_digest")[-1])[:2] == (
        "下属过期 1 条",
        "自己没有过期，今天到期 2 条",
    )
    assert render(told(world.gujia, "overdue_digest")[0])[:2] == ("过期 1 条，今天到期 0 条", "")


def test_the_counters_of_a_closed_day_equal_what_was_recorded(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05", "09:00"):
        one, two, three = shop.leads(3)
        shop.assign([one, two, three], world.gujia)
    for lead, time, contact in (
        (one, "09:10", {"chip": "visit", "plan_visit": True}),
        (two, "09:20", {"chip": "no_answer", "remark": ""}),
        (three, "09:50", {"chip": "go_on"}),
    ):
        with shop.day("2019-03-05", time):
            shop.record(lead, **contact)
    live = figures(world.a.pk, LEAD, d("2019-03-05"))[world.gujia.pk]
    with shop.day("2019-03-06", "00:05"):
        nightly.run()
    stored = dict(DailyCounter.objects.filter(user=world.gujia).values_list("key", "value"))
    assert stored == {f"lead.{key}": value for key, value in live.items()}
    assert live == {
        "followups": 3,
        "effective": 2,
        "reached": 2,
        "invited": 1,
        "first_contacts": 3,
        "first_contact_median": 20,
    }
