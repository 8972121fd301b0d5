"""How leads are followed up: the policy that the engine works from (dealer.md §12.4, column lead)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import ChipGroup, Grade, NextTopic, Outcome, Result, Topic
from driveline.engines.followup.policy import Chip, Gate, Ladder, Numbers, Policy
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.store_settings import LeadSettings

CHIPS = (
    Chip(
        code="visit",
        label=_("Will come to the store"),
        key="1",
        group=ChipGroup.REACHED,
        result=Result.CONTINUE,
        topics=(Topic.INVITE,),
        next_topics=(NextTopic.BOOK_VIEW,),
        invites=True,
    ),
    Chip(
        code="go_on",
        label=_("Keep following up"),
        key="2",
        group=ChipGroup.REACHED,
        result=Result.CONTINUE,
        topics=(Topic.NEEDS,),
        next_topics=(NextTopic.ROUTINE,),
    ),
    Chip(
        code="test_drive",
        label=_("Test drive agreed"),
        key="3",
        group=ChipGroup.REACHED,
        result=Result.CONTINUE,
        topics=(Topic.INVITE, Topic.VIEW_CAR),
        next_topics=(NextTopic.TEST_DRIVE,),
        invites=True,
    ),
    Chip(
        code="comparing",
        label=_("Comparing prices"),
        key="4",
        group=ChipGroup.REACHED,
        result=Result.CONTINUE,
        topics=(Topic.NEGOTIATE,),
        next_topics=(NextTopic.ROUTINE,),
    ),
    Chip(
        code="later",
        label=_("Call again another time"),
        key="5",
        group=ChipGroup.REACHED,
        result=Result.POSTPONE,
        topics=(Topic.NEEDS,),
        next_topics=(NextTopic.ROUTINE,),
    ),
    Chip(
        code="no_answer",
        label=_("No answer"),
        key="6",
        group=ChipGroup.NOT_REACHED,
        result=Result.EXEC_FAILED,
        reached=False,
        effective=False,
        next_topics=(NextTopic.ROUTINE,),
        remark_min=0,
    ),
    Chip(
        code="switched_off",
        label=_("Switched off"),
        key="7",
        group=ChipGroup.NOT_REACHED,
        result=Result.EXEC_FAILED,
        reached=False,
        effective=False,
        next_topics=(NextTopic.ROUTINE,),
        remark_min=0,
    ),
    Chip(
        code="wrong_number",
        label=_("Wrong number"),
        key="8",
        group=ChipGroup.NOT_REACHED,
        result=Result.WRONG_INFO,
        reached=False,
        effective=False,
        next_topics=(NextTopic.ROUTINE,),
        remark_min=0,
    ),
    Chip(
        code="defeat",
        label=_("Defeat"),
        key="0",
        group=ChipGroup.CLOSING,
        result=Result.NO_INTENT,
        topics=(Topic.NEEDS,),
        outcome=Outcome.LOSE,
    ),
)


def numbers(store_id: int, day: date) -> Numbers:
    """What the store's settings say on a business day. One query."""
    found = LeadSettings.of(store_id, day)
    return Numbers(
        intervals={grade: found.interval(grade) for grade in Grade.values},
        first_due_same_day=found.first_due == "same_day",
        grade_gate=Gate(found.grade_n),
        defeat_gate=Gate(found.defeat_after),
        auto_defeat_at=found.auto_defeat_m if found.auto_defeat_enabled else None,
        remark_min=found.remark_min,
        han_only=found.remark_count == "han",
        ladder=_ladder(found),
        escalate_after=found.escalate_after,
    )


def _ladder(found: LeadSettings) -> Ladder:
    if not found.ladder_enabled:
        return Ladder()
    limit = found.first_contact_limit
    return Ladder(
        owner=limit,
        superior=limit * found.ladder_superior,
        queue=limit * found.ladder_queue if found.ladder_queue_enabled else 0,
    )


def exclusive_key(phone_key: str) -> str | None:
    """INV-6: one open lead or prospect per number and store; without a number nothing is claimed."""
    return f"sales:{phone_key}" if phone_key else None


LEAD = Policy(
    kind=KIND,
    label=_("Lead"),
    numbers=numbers,
    exclusive_key=exclusive_key,
    chips=CHIPS,
    view_permission="leads.view",
    record_permission="lead_tasks.record",
    task_permission="lead_tasks.view",
    assign_permission="leads.assign",
    reassign_permission="lead_tasks.reassign",
    row_url=lambda pk: f"/leads/{pk}/",
    tasks_url="/lead-tasks/",
    queue_url="/leads/?scene=queue",
)
