"""Assign, reassign, void, activate and their undo: sets, moves, messages, and a way back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from driveline.core.models import Membership, Notification, Operation, Transition
from driveline.core.notifications import mark_read, mine, render
from driveline.core.undo import undo
from driveline.engines.followup.choices import Phase, TaskOrigin, TaskState
from driveline.engines.followup.models import FollowUp, Pursuit, Task, TaskMove
from driveline.engines.ownership.services import candidates
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.modules.leads.models import Lead
from driveline.modules.leads.policy import LEAD
from driveline.modules.leads.services.commands import lead_activate, lead_assign
from driveline.modules.leads.tests.conftest import Shop, fresh


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def kinds(shop: Shop, user: object) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_an_even_share_goes_to_each_oldest_first_and_one_message_to_each(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05"):
        leads = shop.leads(7)
        result = shop.assign(leads, world.gujia, world.guyi, world.wangbing)
    assert len(result.done) == 7
    assert result.message == "已把 7 条线索分给 顾甲 3 条、顾乙 2 条、网丙 2 条"
    shares = [
        Pursuit.objects.filter(owner=user).count() for user in (world.gujia, world.guyi, world.wangbing)
    ]
    assert sorted(shares) == [2, 2, 3]
    told = Notification.objects.filter(kind="assigned")
    assert sorted(one.params["count"] for one in told) == [2, 2, 3]
    assert Transition.objects.filter(action="assign").count() == 7
    assert Operation.objects.get().count == 7


def test_a_row_somebody_has_is_skipped_with_his_name(shop: Shop) -> None:
    with shop.day("2019-03-05", "09:10"):
        mine, free = shop.leads(2)
        shop.assign(mine, shop.world.gujia)
    with shop.day("2019-03-05", "09:11"):
        result = shop.assign([mine, free], shop.world.guyi)
        assert result.done == [free.pk]
        assert "顾甲" in result.skipped[mine.pk]
        assert "03-05 09:10" in result.skipped[mine.pk]
        with pytest.raises(Refused):
            shop.assign(mine, shop.world.guyi)
    assert fresh(mine).owner == shop.world.gujia


def test_only_people_who_follow_up_here_and_take_work_can_be_given_some(shop: Shop) -> None:
    world = shop.world
    names = [one.name for one in candidates(world.a.pk, LEAD)]
    assert set(names) == {"顾甲", "顾乙", "网丙", "经丁", "双未"}
    lead = shop.lead()
    for stranger in (world.guchen, world.fuwu, world.liwu):
        with pytest.raises(Invalid):
            shop.assign(lead, stranger)
    Membership.objects.filter(user=world.guyi, store=world.a).update(accepts_work=False)
    with pytest.raises(Invalid):
        shop.assign(lead, world.guyi)
    with pytest.raises(Invalid):
        shop.assign(lead)
    assert fresh(lead).phase == Phase.UNASSIGNED
    assert Task.objects.count() == 0


def test_candidates_come_with_what_lies_on_their_desks(shop: Shop) -> None:
    shop.assign(shop.leads(3), shop.world.gujia)
    shop.assign(shop.leads(1), shop.world.guyi)
    loads = {one.name: one.open_tasks for one in candidates(shop.world.a.pk, LEAD)}
    assert (loads["顾甲"], loads["顾乙"], loads["网丙"]) == (3, 1, 0)


def test_rf09_a_new_owner_starts_without_the_old_delay(shop: Shop) -> None:
    world = shop.world
    lead = shop.followed()
    with shop.day("2019-03-09"):
        shop.reassign(lead, world.guyi)
    task = shop.task(lead)
    assert (task.assignee, task.due_date, task.first_due) == (world.guyi, d("2019-03-09"), d("2019-03-05"))
    move = TaskMove.objects.get()
    assert (move.from_user, move.to_user) == (world.gujia, world.guyi)
    assert (move.old_due, move.new_due, move.by) == (d("2019-03-05"), d("2019-03-09"), world.jingding)
    row = fresh(lead)
    assert (row.owner, row.keeper, row.next_due) == (world.guyi, world.guyi, d("2019-03-09"))
    assert kinds(shop, world.gujia) == ["assigned", "reassigned_out"]
    assert kinds(shop, world.guyi) == ["assigned"]


def test_a_future_task_keeps_its_day_and_time_when_it_changes_hands(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05", "10:20"):
        shop.record(lead, next_date=d("2019-03-06"), next_time=dt.time(15, 0))
        shop.reassign(lead, shop.world.guyi)
        task = shop.task(lead)
        assert (task.due_date, task.due_time) == (d("2019-03-06"), dt.time(15, 0))
    with shop.day("2019-03-08"):
        shop.reassign(lead, shop.world.gujia)
        task = shop.task(lead)
        assert (task.due_date, task.due_time) == (d("2019-03-08"), None)
        assert (fresh(lead).next_due, fresh(lead).next_time) == (d("2019-03-08"), None)


def test_reassigning_to_the_present_owner_is_refused(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-05"), pytest.raises(Refused):
        shop.reassign(lead, shop.world.gujia)


def test_void_cancels_the_task_and_frees_the_number(shop: Shop) -> None:
    lead = shop.followed()
    phone = lead.party.phone_key
    with shop.day("2019-03-06"):
        assert shop.enter(phone=phone).verdict.rule == "DUP_LEAD_ACTIVE"
        shop.void(lead)
        assert (fresh(lead).phase, Lead.objects.get(pk=lead.pk).void_reason) == (Phase.CLOSED, "wrong_number")
        assert Task.objects.get().state == TaskState.CANCELLED
        again = shop.lead(phone=phone, name="真名")
        assert again.party == lead.party
        assert again.party.name == "真名"
        with pytest.raises(Invalid):
            shop.void(again, reason="because")
        with pytest.raises(Forbidden):
            shop.void(again, by=shop.world.xiaozong)


def test_a_defeated_lead_cannot_be_assigned_or_made_void(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
        for act in (shop.assign, shop.reassign):
            with pytest.raises(Refused):
                act(lead, shop.world.guyi)
        with pytest.raises(Refused):
            shop.void(lead)


def test_activation_with_a_new_owner_is_his_at_once(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
    with shop.day("2019-03-20"):
        assert shop.activate(lead, to=shop.world.guyi).message == "已激活 1 条，分给 顾乙"
        task = shop.task(lead)
        assert (task.due_date, task.assignee, task.origin) == (
            d("2019-03-20"),
            shop.world.guyi,
            TaskOrigin.ACTIVATE,
        )
    row = fresh(lead)
    assert (row.phase, row.owner, row.close_reason, row.defeat_count) == (
        Phase.ACTIVE,
        shop.world.guyi,
        "",
        1,
    )
    assert row.exclusive_key == f"sales:{row.party.phone_key}"
    assert kinds(shop, shop.world.guyi) == ["assigned"]


def test_rl11_a_number_that_is_followed_elsewhere_is_not_activated(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
        other = shop.lead()
        Pursuit.objects.filter(pk=other.pk).update(exclusive_key=f"sales:{lead.party.phone_key}")
        with pytest.raises(Refused) as held:
            shop.activate(lead)
        assert fresh(lead).phase == Phase.LOST
        assert str(held.value.sentence)


def test_undo_of_an_assignment_puts_everything_back(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05", "10:00"):
        lead = shop.lead()
        result = shop.assign(lead, world.gujia)
        done = undo(shop.actor(world.jingding), result.operation_id)
        assert (done.restored, done.skipped) == ([lead.pk], {})
        row = fresh(lead)
        assert (row.phase, row.owner, row.keeper, row.next_due) == (
            Phase.UNASSIGNED,
            None,
            world.wangbing,
            None,
        )
        assert Task.objects.get().state == TaskState.CANCELLED
        with pytest.raises(Conflict):
            undo(shop.actor(world.jingding), result.operation_id)
    actions = Transition.objects.order_by("pk").values_list("action", "from_state", "to_state")
    assert list(actions)[-1] == ("undo", "active", "unassigned")


def test_undo_of_a_reassignment_hands_the_task_back_with_its_day(shop: Shop) -> None:
    world = shop.world
    lead = shop.followed()
    with shop.day("2019-03-09", "10:00"):
        result = shop.reassign(lead, world.guyi)
        undo(shop.actor(world.jingding), result.operation_id)
    task = shop.task(lead)
    assert (task.assignee, task.due_date) == (world.gujia, d("2019-03-05"))
    assert fresh(lead).owner == world.gujia
    assert [move.cause for move in TaskMove.objects.order_by("pk")] == [TaskOrigin.ASSIGN, TaskOrigin.UNDO]


def test_undo_leaves_rows_that_were_changed_since(shop: Shop) -> None:
    with shop.day("2019-03-05", "10:00"):
        touched, left = shop.leads(2)
        result = shop.assign([touched, left], shop.world.gujia)
        shop.record(touched)
        done = undo(shop.actor(shop.world.jingding), result.operation_id)
    assert done.restored == [left.pk]
    assert list(done.skipped) == [touched.pk]
    assert fresh(touched).owner == shop.world.gujia
    assert fresh(left).owner is None


def test_undo_of_void_needs_the_number_to_be_free_still(shop: Shop) -> None:
    lead = shop.followed()
    with shop.day("2019-03-06", "10:00"):
        first = shop.void(lead)
        undo(shop.actor(shop.world.jingding), first.operation_id)
        assert (fresh(lead).phase, shop.task(lead).due_date) == (Phase.ACTIVE, d("2019-03-05"))
        assert Lead.objects.get(pk=lead.pk).void_reason == ""
        second = shop.void(lead)
        shop.lead(phone=lead.party.phone_key)
        with pytest.raises(Refused):
            undo(shop.actor(shop.world.jingding), second.operation_id)
        assert fresh(lead).phase == Phase.CLOSED


def test_undo_of_an_activation_makes_it_defeated_again(shop: Shop) -> None:
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07", "10:00"):
        shop.lose(lead)
        before = fresh(lead)
        result = shop.activate(lead)
        assert result.message == "已激活 1 条，待分配"
        undo(shop.actor(shop.world.jingding), result.operation_id)
    after = fresh(lead)
    assert (after.phase, after.cycle, after.owner) == (Phase.LOST, 1, shop.world.gujia)
    assert (after.closed_at, after.close_reason) == (before.closed_at, "price")
    assert not Task.objects.filter(state=TaskState.OPEN).exists()
    assert FollowUp.objects.count() == 3


def bulk(shop: Shop, count: int) -> list[int]:
    """Waiting leads made in bulk, so that the arrangement costs nothing."""
    from driveline.core.services.parties import PartyRow, parties_bulk_create

    store, by, now = shop.world.a, shop.world.wangbing, dt.datetime(2019, 3, 5, 9, tzinfo=dt.UTC)
    people = [PartyRow(store_id=store.pk, name=f"客户{n}", phone_key=shop.phone()) for n in range(count)]
    rows = Pursuit.objects.bulk_create(
        Pursuit(
            store=store,
            kind="lead",
            party_id=party_id,
            created_by=by,
            keeper=by,
            created_at=now,
            arrived_at=now,
            queued_at=now,
            exclusive_key=f"sales:{person.phone_key}",
        )
        for party_id, person in zip(parties_bulk_create(people), people, strict=True)
    )
    Lead.objects.bulk_create(Lead(pursuit=row) for row in rows)
    return [row.pk for row in rows]


def test_assigning_500_costs_as_many_queries_as_5(shop: Shop) -> None:
    world = shop.world
    actor = shop.actor(world.jingding)
    users = {"users": [world.gujia, world.guyi]}
    counted = []
    with shop.day("2019-03-05"):
        for size in (5, 500):
            ids = bulk(shop, size)
            with CaptureQueriesContext(
                connection,
            ) as few:
                lead_assign.perform(actor, ids, inputs=users)
            counted.append(len(few))
        assert counted[0] == counted[1]
        assert counted[0] <= 25
        assert Task.objects.count() == 505
        for size in (5, 500):
            ids = list(Pursuit.objects.filter(phase=Phase.ACTIVE).values_list("pk", flat=True)[:size])
            with CaptureQueriesContext(connection) as some:
                Pursuit.objects.filter(pk__in=ids).update(phase=Phase.LOST, is_open=False, exclusive_key=None)
                Task.objects.filter(pursuit__in=ids).update(state=TaskState.CANCELLED)
                lead_activate.perform(actor, ids, inputs={"user": None})
            counted.append(len(some))
    assert counted[2] == counted[3]


def test_an_undone_assignment_is_no_news_any_more(shop: Shop) -> None:
    world = shop.world
    rows = shop.leads(2)
    for read in (False, True):
        result = shop.assign(rows, world.gujia)
        told = Notification.objects.filter(user=world.gujia, kind="assigned").latest("pk")
        if read:
            mark_read(shop.actor(world.gujia), [told.pk])
        undo(shop.actor(world.jingding), result.operation_id)
        told.refresh_from_db()
        assert told.read_at is not None
        unread = [row.kind for row in mine(shop.actor(world.gujia)).filter(read_at=None)]
        assert unread == (["undone"] if read else [])
    assert render(mine(shop.actor(world.gujia))[0])[:2] == (
        "已撤销，不再算数：2",
        "客户0、客户1，由 经丁 操作",
    )
