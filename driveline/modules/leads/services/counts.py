"""What the badges of 网销管理 count (R-H-01 … R-H-03, S-14): the same querysets that the lists and scenes show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery

from driveline.engines.followup.choices import Phase, TaskState
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.policy import policy_for
from driveline.engines.intake.models import Intake
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor

CAP = 999


@dataclass(frozen=True)
class Buckets:
    """Open tasks in an actor's sight by R-G-13; `week` are those of the next seven days among the future ones."""

    due: int
    overdue: int
    future: int
    week: int
    visits: int


def unassigned(actor: Actor) -> QuerySet[Pursuit]:
    """Leads waiting for an owner, for those who may assign; none for others (R-H-03)."""
    rows = visible(Pursuit, actor, "leads.assign")
    return rows.filter(kind=KIND, phase=Phase.UNASSIGNED, is_open=True)


def queued_since(actor: Actor) -> datetime | None:
    """When the lead that waits longest for an owner entered the queue; None when none waits. One query."""
    return unassigned(actor).order_by("queued_at").values_list("queued_at", flat=True).first()


def arrived_since(moment: datetime) -> Q:
    """Leads that came in from then on. What was made void never was one (wrong number, a file taken back)."""
    return Q(arrived_at__gte=moment) & ~Q(phase=Phase.CLOSED)


def tasks_to_do(actor: Actor, today: date) -> QuerySet[Task]:
    """Due and overdue tasks in the actor's sight (R-H-02). A task without assignee counts as to be assigned."""
    rows = visible(Task, actor, "lead_tasks.view")
    return rows.filter(kind=KIND, state=TaskState.OPEN, due_date__lte=today, assignee__isnull=False)


def buckets(actor: Actor, today: date, user_id: int | None = None) -> Buckets:
    """到期, 过期, 将来 and tomorrow's planned visits, of one person when `user_id` is given. One query."""
    rows = visible(Task, actor, "lead_tasks.view").filter(
        kind=KIND, state=TaskState.OPEN, assignee__isnull=False
    )
    if user_id is not None:
        rows = rows.filter(assignee_id=user_id)
    counts = rows.aggregate(
        due=Count("pk", filter=Q(due_date=today)),
        overdue=Count("pk", filter=Q(due_date__lt=today)),
        future=Count("pk", filter=Q(due_date__gt=today)),
        week=Count("pk", filter=Q(due_date__gt=today, due_date__lte=today + timedelta(days=7))),
        visits=Count("pk", filter=Q(due_date=today + timedelta(days=1), plan_visit=True)),
    )
    return Buckets(**counts)


def visits_tomorrow(actor: Actor, today: date) -> QuerySet[Task]:
    """次日邀约到店名单 (R-F-06): planned visits of tomorrow in the actor's sight."""
    rows = visible(Task, actor, "lead_tasks.view")
    return rows.filter(kind=KIND, state=TaskState.OPEN, plan_visit=True, due_date=today + timedelta(days=1))


def uncontacted(actor: Actor) -> QuerySet[Pursuit]:
    """Followed leads nobody has spoken to yet, in the actor's sight: the first-contact clock is running."""
    rows = visible(Pursuit, actor, "leads.view")
    return rows.filter(kind=KIND, phase=Phase.ACTIVE, first_contact_at__isnull=True)


def uncalled() -> Q:
    """A task of a followed lead nobody has spoken to yet. With the phase, so that the index of those alone is asked:
    without it PostgreSQL reads all leads."""
    return Q(pursuit__phase=Phase.ACTIVE, pursuit__first_contact_at__isnull=True)


def capped(rows: QuerySet[Pursuit] | QuerySet[Task]) -> int:
    """How many, counted no further than 1 000 (shown as 999+). One query."""
    return rows.order_by().values("pk")[: CAP + 1].count()


def invited() -> Q:
    """A record that asked the customer to come: an invitation chip or a planned visit (as the counters count)."""
    chips = [chip.code for chip in policy_for(KIND).chips if chip.invites]
    return Q(chip__in=chips) | Q(plan_visit=True)


def of_import(batch_id: int) -> Q:
    """A lead that this import made or met."""
    return Q(pk__in=Intake.objects.filter(batch_id=batch_id, pursuit__isnull=False).values("pursuit_id"))


def latest_contact() -> Subquery:
    """When the record's lead was last contacted. Asked row by row on purpose: joined and compared, PostgreSQL
    expects one match of millions and sorts them all."""
    return Subquery(Pursuit.objects.filter(pk=OuterRef("pursuit_id")).values("last_followed_at")[:1])
