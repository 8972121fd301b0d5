"""plan(): what the drawer shows, read for one person at one moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.engines.followup import plan as plans
from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.plan import Plan
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.access import may_record

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


def plan(pursuit: Pursuit, actor: Actor, *, task: Task | None = None, now: datetime | None = None) -> Plan:
    """The follow-up form of a pursuit the actor sees. At most two queries (settings, open task).

    `task` saves the second when the caller has it.
    """
    now = clock.local(now) if now else clock.now()
    policy = policy_for(pursuit.kind)
    numbers = policy.numbers(pursuit.store_id, now.date())
    if task is None:
        task = Task.objects.filter(pursuit_id=pursuit.pk, state=TaskState.OPEN).first()
    why_not = plans.phase_why_not(pursuit)
    if not why_not and (task is None or task.state != TaskState.OPEN):
        why_not = _("There is no open task.")
    if not why_not and (task is None or not _may(actor, task)):
        why_not = _("This customer is followed up by somebody else.")
    return plans.build(
        policy,
        numbers,
        pursuit,
        now,
        task_id=task.pk if task else None,
        free=actor.can(policy.reassign_permission),
        why_not=why_not,
    )


def _may(actor: Actor, task: Task) -> bool:
    return task.store_id == actor.store_id and may_record(actor, task, policy_for(task.kind))


def plan_for(actor: Actor, task_id: int, *, now: datetime | None = None) -> Plan:
    """The same from a task's id. Raises Task.DoesNotExist; sight is the caller's affair."""
    task = Task.objects.select_related("pursuit").get(pk=task_id)
    return plan(task.pursuit, actor, task=task, now=now)
