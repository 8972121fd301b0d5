"""Opening, cancelling and finding the one open task of a pursuit (INV-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import Pursuit, Task

if TYPE_CHECKING:
    from driveline.engines.followup.draft import Draft


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A task to be: for whom, for which day, and why."""

    pursuit: Pursuit
    assignee_id: int | None
    due: date
    origin: str
    due_time: time | None = None
    method: str = ""
    topics: Sequence[str] = ()
    plan_visit: bool = False


def create_tasks(wanted: Iterable[NewTask], *, now: datetime) -> list[Task]:
    """Insert open tasks in bulk; the caller has seen to it that none is open yet (else IntegrityError, INV-1)
    and writes `next_due` of the pursuits."""
    return Task.objects.bulk_create(
        [
            Task(
                store_id=new.pursuit.store_id,
                kind=new.pursuit.kind,
                pursuit_id=new.pursuit.pk,
                assignee_id=new.assignee_id,
                due_date=new.due,
                due_time=new.due_time,
                first_due=new.due,
                origin=new.origin,
                method=new.method,
                topics=list(new.topics),
                plan_visit=new.plan_visit,
                created_at=now,
            )
            for new in wanted
        ],
        batch_size=500,
    )


def cancel_open(pursuit_ids: Sequence[int], *, by_id: int, now: datetime) -> int:
    """Cancel whatever is still open of these pursuits. Returns how many tasks that were."""
    return Task.objects.filter(pursuit_id__in=pursuit_ids, state=TaskState.OPEN).update(
        state=TaskState.CANCELLED, closed_at=now, closed_by_id=by_id
    )


def open_tasks_of(pursuit_ids: Sequence[int]) -> dict[int, Task]:
    """The open task of each pursuit that has one, by pursuit id."""
    return {t.pursuit_id: t for t in Task.objects.filter(pursuit_id__in=pursuit_ids, state=TaskState.OPEN)}


def open_task(
    pursuit: Pursuit,
    due: date,
    origin: str,
    *,
    by_id: int,
    now: datetime,
    assignee_id: int | None = None,
    plan: Draft | None = None,
) -> Task:
    """Replace the pursuit's open task by a new one and carry its date to the row (dealer.md §12.5).

    Must run inside a transaction. `plan` brings time, method and topics of the next contact.
    """
    cancel_open([pursuit.pk], by_id=by_id, now=now)
    new = NewTask(
        pursuit=pursuit,
        assignee_id=assignee_id,
        due=due,
        origin=origin,
        due_time=plan.next_time if plan else None,
        method=plan.next_method if plan else "",
        topics=plan.next_topics if plan else (),
        plan_visit=plan.plan_visit if plan else False,
    )
    [task] = create_tasks([new], now=now)
    Pursuit.objects.filter(pk=pursuit.pk).update(
        next_due=due, next_time=task.due_time, version=F("version") + 1
    )
    return task


def lock_pursuits(ids: Sequence[int]) -> list[Pursuit]:
    """Read the rows afresh, in the order of their keys, and on PostgreSQL make others wait for them.

    Whoever writes a pursuit or its task takes the pursuit first; so nobody waits in a circle.
    """
    rows = Pursuit.objects.filter(pk__in=list(ids)).order_by("pk")
    if connection.features.has_select_for_update:
        # A row that was waited for comes with the owner it had before: only the next statement sees the new one.
        list(rows.select_for_update().values_list("pk"))
    return list(rows.select_related("party", "owner"))
