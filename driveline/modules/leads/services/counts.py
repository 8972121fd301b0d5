"""What the badges of 网销管理 count (R-H-01 … R-H-03, S-14): the same querysets that the lists and scenes show."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from driveline.engines.followup.choices import Phase, TaskState
from driveline.engines.followup.models import Pursuit, Task
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor

CAP = 999


def unassigned(actor: Actor) -> QuerySet[Pursuit]:
    """Leads waiting for an owner, for those who may assign; none for others (R-H-03)."""
    rows = visible(Pursuit, actor, "leads.assign")
    return rows.filter(kind=KIND, phase=Phase.UNASSIGNED, is_open=True)


def tasks_to_do(actor: Actor, today: date) -> QuerySet[Task]:
    """Due and overdue tasks in the actor's sight (R-H-02). A task without assignee counts as to be assigned."""
    rows = visible(Task, actor, "lead_tasks.view")
    return rows.filter(kind=KIND, state=TaskState.OPEN, due_date__lte=today, assignee__isnull=False)


def capped(rows: QuerySet[Pursuit] | QuerySet[Task]) -> int:
    """How many, counted no further than 1 000 (shown as 999+). One query."""
    return rows.order_by().values("pk")[: CAP + 1].count()
