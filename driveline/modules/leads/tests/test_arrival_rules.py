"""Who gets what newly arrives: nobody, one person, or in turn over those who take work; the reason is kept (§3a)."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core import dictionaries
from driveline.core.models import AuditEntry, Membership, Notification, Transition, User
from driveline.engines.followup.choices import Phase
from driveline.engines.intake.models import Intake
from driveline.engines.ownership.arrival import why_words
from driveline.engines.ownership.models import ArrivalRule
from driveline.kit.errors import Conflict, Forbidden, Invalid
from driveline.modules.leads.services.arrival_rules import arrival_rule_remove, arrival_rule_save
from driveline.modules.leads.tests.conftest import Shop


def rule(shop: Shop, mode: str, *people: User, source: Any = None, by: User | None = None) -> ArrivalRule:
    actor = shop.actor(by or shop.world.jingding)
    return arrival_rule_save(actor, mode=mode, people=[user.pk for user in people], source=source)


def owners(shop: Shop, count: int) -> list[User | None]:
    return [shop.lead().owner for _n in range(count)]


def test_without_a_rule_it_waits_to_be_assigned(shop: Shop) -> None:
    assert (shop.lead().owner, Intake.objects.get().payload) == (None, {"name": "王先生"})
    rule(shop, "nobody")
    assert shop.lead().phase == Phase.UNASSIGNED


def test_one_person_gets_it_at_once_with_a_task_and_the_reason(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        made = rule(shop, "person", shop.world.gujia)
        lead = shop.lead()
        task = shop.task(lead)
    assert (lead.phase, lead.owner, lead.keeper, lead.assigned_at) == (
        Phase.ACTIVE,
        shop.world.gujia,
        shop.world.gujia,
        lead.arrived_at,
    )
    assert (str(task.due_date), task.assignee, str(lead.next_due)) == (
        "2019-03-05",
        shop.world.gujia,
        "2019-03-05",
    )
    why = {"rule": "person", "id": made.pk, "version": 1}
    assert Intake.objects.get().payload["why"] == why
    line = Transition.objects.get(action="assign")
    assert (line.from_state, line.to_state, line.detail["why"], line.detail["to_name"]) == (
        "unassigned",
        "active",
        why,
        "顾甲",
    )
    assert Notification.objects.get(kind="assigned").user == shop.world.gujia


def test_in_turn_the_one_with_the_fewest_open_tasks_is_next(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05"):
        shop.assign(shop.leads(2), world.gujia)
        rule(shop, "rotation", world.gujia, world.guyi, world.wangbing)
        given = owners(shop, 7)
    assert given.count(world.gujia) == 1
    assert given.count(world.guyi) == 3
    assert given.count(world.wangbing) == 3
    assert set(given[:2]) == {world.guyi, world.wangbing}
    assert Intake.objects.filter(payload__why__rule="rotation", payload__why__open=0).count() == 2


def test_who_is_away_from_new_work_is_passed_over(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05"):
        rule(shop, "rotation", world.gujia, world.guyi)
        Membership.objects.filter(user=world.guyi).update(accepts_work=False)
        assert owners(shop, 3) == [world.gujia] * 3
        Membership.objects.filter(user=world.gujia).update(active=False)
        lead = shop.lead()
    assert (lead.owner, lead.phase) == (None, Phase.UNASSIGNED)
    assert Intake.objects.get(pursuit=lead).payload["why"]["nobody"] is True
    Membership.objects.filter(user=world.gujia).update(active=True)


def test_the_rule_of_a_source_goes_before_the_rule_for_all_others(shop: Shop) -> None:
    world = shop.world
    phone = dictionaries.item_by_code(world.a.pk, "lead_source", "hotline")
    with shop.day("2019-03-05"):
        rule(shop, "person", world.gujia)
        rule(shop, "person", world.guyi, source=phone.id)
        assert shop.lead(source=phone).owner == world.guyi
        assert shop.lead().owner == world.gujia


def test_taking_it_oneself_goes_before_the_rule(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        rule(shop, "person", shop.world.gujia)
        assert shop.lead(assign_to_me=True).owner == shop.world.wangbing


def test_the_other_store_has_rules_of_its_own(shop: Shop) -> None:
    with shop.day("2019-03-05"):
        rule(shop, "person", shop.world.gujia)
        assert shop.lead(by=shop.world.wangchen).owner is None


def test_a_rule_names_people_of_the_store_who_follow_leads_up(shop: Shop) -> None:
    world = shop.world
    for mode, people in (
        ("person", []),
        ("rotation", []),
        ("person", [world.gujia, world.guyi]),
        ("person", [world.guchen]),
        ("rotation", [world.fuwu]),
        ("alphabet", [world.gujia]),
    ):
        with pytest.raises(Invalid):
            rule(shop, mode, *people)
    with pytest.raises(Forbidden):
        rule(shop, "person", world.gujia, by=world.gujia)
    assert not ArrivalRule.objects.exists()


def test_a_source_has_one_rule_that_can_be_changed_and_removed(shop: Shop) -> None:
    world = shop.world
    actor = shop.actor(world.jingding)
    made = rule(shop, "person", world.gujia)
    with pytest.raises(Conflict):
        rule(shop, "person", world.guyi)
    changed = arrival_rule_save(actor, mode="rotation", people=[world.guyi.pk], pk=made.pk)
    assert (changed.mode, changed.people, changed.version) == ("rotation", [world.guyi.pk], 2)
    with pytest.raises(ArrivalRule.DoesNotExist):
        arrival_rule_save(shop.actor(world.jingchen), mode="nobody", pk=made.pk)
    arrival_rule_remove.perform(actor, [made.pk])
    assert not ArrivalRule.objects.exists()
    assert AuditEntry.objects.filter(action="arrival_rule.save").count() == 2


def test_the_page_says_whom_the_next_one_goes_to(shop: Shop) -> None:
    world = shop.world
    with shop.day("2019-03-05"):
        shop.assign(shop.lead(), world.gujia)
        rule(shop, "rotation", world.gujia, world.guyi)
        client = world.client(world.jingding)
        page = client.get("/arrival-rules/").content.decode()
        row = page.split("<tr data-row", 1)[1].split("</tr>", 1)[0]
        assert "顾甲、顾乙" in row
        assert '<td data-card="state">顾乙' in row
        form = {"source": "others", "mode": "person", "person": world.gujia.pk, "store": world.a.pk}
        refused = client.post("/arrival-rules/new/", form)
        assert refused.status_code == 422
        assert "这个来源已有规则" in refused.content.decode()
        hotline = dictionaries.item_by_code(world.a.pk, "lead_source", "hotline")
        assert client.post("/arrival-rules/new/", {**form, "source": hotline.id}).status_code == 204
        assert client.post("/arrival-rules/new/", {**form, "person": ""}).status_code == 422
        assert client.post("/arrival-rules/new/", {**form, "source": ""}).status_code == 422
    assert ArrivalRule.objects.count() == 2


def test_the_reason_in_words() -> None:
    assert why_words({"rule": "rotation", "open": 3}) == "轮流：未完成任务 3 条，最少"
    assert why_words({"rule": "person"}) == "按来源的分配规则"
    assert why_words({"rule": "person", "nobody": True}) == "规则里的人都不可接单，进待分配"
    assert why_words({"rule": "mine"}) == ""
