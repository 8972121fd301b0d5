"""Two people at the same moment, with real threads on both databases: one wins, the other is told, nothing is half
written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from driveline.core import clock
from driveline.core.attachments import attach, detach
from driveline.core.models import Attachment, AuditEntry, Transition
from driveline.engines.followup.choices import Phase, TaskState
from driveline.engines.followup.contact import Contact
from driveline.engines.followup.invariants import check
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.engines.followup.services import record_follow_up
from driveline.engines.intake.models import Intake
from driveline.kit.errors import Conflict, Refused
from driveline.modules.leads.services.commands import lead_activate, lead_assign, lead_reassign, lead_void
from driveline.modules.leads.services.entry import lead_enter
from driveline.modules.leads.tests.conftest import REMARK, Shop, fresh
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(4)


def refusals(results: list[Any]) -> list[Refused]:
    """The losers; anything that is neither a result nor a refusal fails the test."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refused):
            raise result
    return [result for result in results if isinstance(result, Refused)]


@pytest.fixture
def day() -> Iterator[None]:
    with clock.freeze("2019-03-05T10:00"):
        yield


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_record_the_same_task(shop: Shop, day: None, _round: int) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    task = shop.task(lead)
    actors = [shop.actor(shop.world.gujia), shop.actor(shop.world.jingding)]
    contact = Contact(chip="go_on", remark=REMARK)
    results = at_once(
        *(lambda a=a: record_follow_up(a, task.pk, contact, key=str(a.user_id)) for a in actors)
    )
    [loser] = refusals(results)
    assert isinstance(loser, Conflict)
    record = FollowUp.objects.get()
    assert loser.who == record.actor.name
    assert loser.when is not None
    assert fresh(lead).follow_count == 1
    assert Task.objects.filter(pursuit=lead, state=TaskState.OPEN).count() == 1


def test_the_same_form_twice_at_the_same_moment_is_one_record(shop: Shop, day: None) -> None:
    lead = shop.lead()
    shop.assign(lead, shop.world.gujia)
    task, actor = shop.task(lead), shop.actor(shop.world.gujia)
    contact = Contact(chip="go_on", remark=REMARK)
    results = at_once(*[lambda: record_follow_up(actor, task.pk, contact, key="one")] * 3)
    assert refusals(results) == []
    assert sorted(result.repeated for result in results) == [False, True, True]
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_assign_the_same_leads(shop: Shop, day: None, _round: int) -> None:
    world = shop.world
    ids = [lead.pk for lead in shop.leads(10)]
    results = at_once(
        lambda: lead_assign.perform(shop.actor(world.jingding), ids, inputs={"users": [world.gujia]}),
        lambda: lead_assign.perform(shop.actor(world.xiaozong), ids[::-1], inputs={"users": [world.guyi]}),
    )
    [loser] = refusals(results)
    assert str(loser.sentence)
    owners = set(Pursuit.objects.values_list("owner__name", flat=True))
    assert owners in ({"顾甲"}, {"顾乙"})
    assert Task.objects.count() == 10
    assert Transition.objects.filter(action="assign").count() == 10
    assert set(Task.objects.values_list("assignee__name", flat=True)) == owners


@pytest.mark.parametrize("_round", ROUNDS)
def test_void_while_assigning(shop: Shop, day: None, _round: int) -> None:
    world = shop.world
    ids = [lead.pk for lead in shop.leads(10)]
    results = at_once(
        lambda: lead_void.perform(shop.actor(world.jingding), ids, inputs={"reason": "test_data"}),
        lambda: lead_assign.perform(shop.actor(world.xiaozong), ids, inputs={"users": [world.guyi]}),
    )
    refusals(results)
    assert not isinstance(results[0], Exception)  # void takes waiting and followed leads alike
    assert set(Pursuit.objects.values_list("phase", flat=True)) == {Phase.CLOSED}
    assert not Task.objects.filter(state=TaskState.OPEN).exists()
    assert not Pursuit.objects.exclude(exclusive_key=None).exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_void_while_recording(shop: Shop, day: None, _round: int) -> None:
    world = shop.world
    lead = shop.lead()
    shop.assign(lead, world.gujia)
    task = shop.task(lead)
    contact = Contact(chip="go_on", remark=REMARK)
    results = at_once(
        lambda: lead_void.perform(shop.actor(world.jingding), [lead.pk], inputs={"reason": "test_data"}),
        lambda: record_follow_up(shop.actor(world.gujia), task.pk, contact),
    )
    refusals(results)
    assert fresh(lead).phase == Phase.CLOSED
    assert FollowUp.objects.count() == (0 if isinstance(results[1], Refused) else 1)


@pytest.mark.parametrize("_round", ROUNDS)
def test_reassign_while_recording(shop: Shop, day: None, _round: int) -> None:
    world = shop.world
    lead = shop.lead()
    shop.assign(lead, world.gujia)
    task = shop.task(lead)
    contact = Contact(chip="go_on", remark=REMARK)
    results = at_once(
        lambda: lead_reassign.perform(shop.actor(world.xiaozong), [lead.pk], inputs={"users": [world.guyi]}),
        lambda: record_follow_up(shop.actor(world.jingding), task.pk, contact),
    )
    refusals(results)
    assert fresh(lead).owner == world.guyi
    assert shop.task(lead).assignee == world.guyi


def test_two_activate_the_same_lead(shop: Shop) -> None:
    world = shop.world
    lead = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        shop.lose(lead)
        results = at_once(
            lambda: lead_activate.perform(
                shop.actor(world.jingding), [lead.pk], inputs={"user": world.gujia}
            ),
            lambda: lead_activate.perform(shop.actor(world.xiaozong), [lead.pk], inputs={"user": world.guyi}),
        )
    assert len(refusals(results)) == 1
    assert (fresh(lead).cycle, Task.objects.filter(state=TaskState.OPEN).count()) == (2, 1)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_enter_the_same_number(shop: Shop, day: None, _round: int) -> None:
    world = shop.world
    data = {"name": "王先生", "phone": "13800000000", "source": shop.source}
    results = at_once(
        lambda: lead_enter(shop.actor(world.wangbing), data),
        lambda: lead_enter(shop.actor(world.jingding), data),
    )
    assert sorted(entered.new for entered in results) == [False, True]
    assert results[0].pursuit == results[1].pursuit
    assert (Pursuit.objects.count(), Intake.objects.count()) == (1, 2)
    assert set(Intake.objects.values_list("rule", flat=True)) == {"NEW", "DUP_LEAD_UNASSIGNED"}
    assert check(world.a) == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_delete_the_same_file(shop: Shop, day: None, _round: int) -> None:
    world = shop.world
    lead = shop.followed()
    paper = SimpleUploadedFile("报价.pdf", b"%PDF-1.7\n")
    kept = attach(shop.actor(world.gujia), "lead", lead.pk, paper)
    actors = [shop.actor(world.gujia), shop.actor(world.jingding)]
    results = at_once(*(lambda a=a: detach(a, kept) for a in actors))
    [loser] = refusals(results)
    assert isinstance(loser, Conflict)
    assert Attachment.objects.count() == 0
    assert AuditEntry.objects.filter(action="attachment.delete").count() == 1
