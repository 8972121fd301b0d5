"""Who waits for an owner, and since when: from the moment the lead entered the assign queue (DESIGN §3a)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from driveline.core import clock
from driveline.core.handover import move_work
from driveline.core.models import Operation, Transition
from driveline.core.undo import undo
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.ownership.services import release
from driveline.modules.leads.services.counts import queued_since
from driveline.modules.leads.tests.conftest import Shop, fresh


def at(text: str) -> dt.datetime:
    day, time = text.split()
    return clock.at(dt.date.fromisoformat(day), dt.time.fromisoformat(time))


def lost_lead(shop: Shop) -> Pursuit:
    """Defeated on 2019-03-07."""
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
    return lead


def test_a_lead_waits_from_its_entry_until_somebody_has_it(shop: Shop) -> None:
    with shop.day("2019-03-05", "09:00"):
        waiting, mine = shop.lead(), shop.lead(assign_to_me=True)
    assert (fresh(waiting).queued_at, fresh(mine).queued_at) == (at("2019-03-05 09:00"), None)
    Pursuit.objects.filter(pk=waiting.pk).update(arrived_at=at("2019-03-05 11:00"))  # entered again
    assert queued_since(shop.actor(shop.world.jingding)) == at("2019-03-05 09:00")
    with shop.day("2019-03-05", "12:00"):
        shop.assign(waiting, shop.world.gujia)
    assert fresh(waiting).queued_at is None
    assert queued_since(shop.actor(shop.world.jingding)) is None


def test_an_activated_lead_waits_from_its_activation(shop: Shop) -> None:
    left, given = lost_lead(shop), lost_lead(shop)
    assert fresh(left).queued_at is None
    with shop.day("2019-03-20", "15:00"):
        shop.activate(left)
        shop.activate(given, to=shop.world.guyi)
    assert (fresh(left).queued_at, fresh(given).queued_at) == (at("2019-03-20 15:00"), None)


def test_what_a_leaver_or_the_ladder_gives_back_waits_from_then(shop: Shop) -> None:
    world = shop.world
    handed, released = shop.followed(), shop.followed()
    with shop.day("2019-03-09", "16:00"), transaction.atomic():
        release([released], by_id=world.system.pk, now=clock.now(), reason="first_contact")
    with shop.day("2019-03-10", "17:00"):
        move_work(shop.actor(world.jingding), world.gujia.pk, world.a.pk, [])
    assert fresh(released).queued_at == at("2019-03-09 16:00")
    assert fresh(handed).queued_at == at("2019-03-10 17:00")
    assert queued_since(shop.actor(world.jingding)) == at("2019-03-09 16:00")


def test_undo_goes_on_with_the_old_wait(shop: Shop) -> None:
    boss = shop.actor(shop.world.jingding)
    with shop.day("2019-03-05", "09:00"):
        assigned, voided = shop.leads(2)
    with shop.day("2019-03-05", "10:00"):
        first, second = shop.assign(assigned, shop.world.gujia), shop.void(voided)
        assert (fresh(assigned).queued_at, fresh(voided).queued_at) == (None, None)
        undo(boss, first.operation_id)
        undo(boss, second.operation_id)
    assert fresh(assigned).queued_at == fresh(voided).queued_at == at("2019-03-05 09:00")
    back = lost_lead(shop)
    with shop.day("2019-03-20", "15:00"):
        undo(boss, shop.activate(back).operation_id)
    assert (fresh(back).phase, fresh(back).queued_at) == (Phase.LOST, None)


def test_an_image_from_before_the_moment_was_kept_is_put_back_all_the_same(shop: Shop) -> None:
    with shop.day("2019-03-05", "09:00"):
        lead = shop.lead()
    with shop.day("2019-03-05", "10:00"):
        done = shop.assign(lead, shop.world.gujia)
        operation = Operation.objects.get(pk=done.operation_id)
        del operation.before[0]["p"]["queued_at"]
        operation.save()
        undo(shop.actor(shop.world.jingding), done.operation_id)
    assert (fresh(lead).phase, fresh(lead).queued_at) == (Phase.UNASSIGNED, at("2019-03-05 09:00"))


def test_nothing_waits_without_saying_since_when(shop: Shop) -> None:
    lead = shop.lead()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pursuit.objects.filter(pk=lead.pk).update(queued_at=None)
    assert fresh(lead).queued_at is not None


def test_list_and_workbench_say_the_same_wait(shop: Shop) -> None:
    lead = lost_lead(shop)
    with shop.day("2019-03-20", "15:00"):
        shop.activate(lead)
    manager = shop.world.client(shop.world.jingding)
    with shop.day("2019-03-20", "15:23"):
        assert "待分配 1 条，最久已等 23 分" in manager.get("/leads/").content.decode()
        assert "最久已等 23 分" in manager.get("/").content.decode()
        assert "最久已等" not in manager.get("/leads/?grade=H").content.decode()
    with shop.day("2019-03-21", "08:40"):  # the store was closed from 18:00 to 08:30
        assert "待分配 1 条，最久已等 3 小时" in manager.get("/leads/").content.decode()
        assert "最久已等 3 小时" in manager.get("/").content.decode()


@pytest.fixture
def without_the_constraint(shop: Shop) -> Iterator[None]:
    """The table as it was before the constraint; after the test it holds again."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("ALTER TABLE followup_pursuit DROP CONSTRAINT pursuit_waiting_is_queued")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
        if not postgres:  # there the end of the test takes it back
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.usefixtures("without_the_constraint")
def test_the_backfill_asks_the_log_and_may_run_twice(shop: Shop) -> None:
    with shop.day("2019-03-05", "09:00"):
        entered, unlogged, undone = shop.leads(3)
    revived = lost_lead(shop)
    with shop.day("2019-03-20", "15:00"):
        shop.activate(revived)
        undo(shop.actor(shop.world.jingding), shop.assign(undone, shop.world.gujia).operation_id)
        kept = shop.lead()
    Transition.objects.filter(subject_id=unlogged.pk).delete()
    owned = shop.followed()
    Pursuit.objects.exclude(pk=kept.pk).update(queued_at=None)
    Pursuit.objects.filter(pk=kept.pk).update(queued_at=at("2019-03-19 12:00"))
    migration = import_module("driveline.engines.followup.migrations.0006_queued_since")
    migration.BATCH = 2
    for _twice in range(2):
        migration.forwards(apps, None)
        found = dict(Pursuit.objects.values_list("pk", "queued_at"))
        assert found == {
            entered.pk: at("2019-03-05 09:00"),
            unlogged.pk: at("2019-03-05 09:00"),
            undone.pk: at("2019-03-05 09:00"),
            revived.pk: at("2019-03-20 15:00"),
            kept.pk: at("2019-03-19 12:00"),
            owned.pk: None,
        }
