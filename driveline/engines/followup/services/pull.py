"""拉到当日: whoever asks again is called today, and an overdue task stays overdue (R-L-12, S-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import F

from driveline.engines.followup.choices import Phase, TaskOrigin, TaskState
from driveline.engines.followup.models import Pursuit, Task, TaskMove
from driveline.engines.followup.services.tasks import NewTask, create_tasks, open_tasks_of

if TYPE_CHECKING:
    from driveline.core.models import Operation


def pull_to_today(
    rows: Sequence[Pursuit], *, by_id: int, now: datetime, operation: Operation | None = None
) -> set[int]:
    """Bring the next step of (locked) followed rows forward to today; returns the ids of those that moved.

    A later task moves to today without its time; one due today or before stays as it is, so that nothing overdue
    is washed white; an owned row without a task gets one. A constant number of queries.
    """
    today = now.date()
    owned = [row for row in rows if row.phase == Phase.ACTIVE and row.owner_id is not None]
    tasks = open_tasks_of([row.pk for row in owned])
    later = [task for task in tasks.values() if task.due_date > today]
    without = [row for row in owned if row.pk not in tasks]
    _move(later, by_id, now, operation)
    create_tasks(
        [
            NewTask(pursuit=row, assignee_id=row.owner_id, due=today, origin=TaskOrigin.PULL)
            for row in without
        ],
        now=now,
    )
    moved = {task.pursuit_id for task in later} | {row.pk for row in without}
    if moved:
        Pursuit.objects.filter(pk__in=moved).update(next_due=today, next_time=None, version=F("version") + 1)
    return moved


def would_pull(rows: Sequence[Pursuit], today: date) -> set[int]:
    """The ids of those that `pull_to_today` would move. One query."""
    owned = [row for row in rows if row.phase == Phase.ACTIVE and row.owner_id is not None]
    tasks = open_tasks_of([row.pk for row in owned])
    return {row.pk for row in owned if row.pk not in tasks or tasks[row.pk].due_date > today}


def _move(tasks: Sequence[Task], by_id: int, now: datetime, operation: Operation | None) -> None:
    if not tasks:
        return
    today = now.date()
    ids = [task.pk for task in tasks]
    Task.objects.filter(pk__in=ids, state=TaskState.OPEN).update(due_date=today, due_time=None)
    TaskMove.objects.bulk_create(
        (
            TaskMove(
                task_id=task.pk,
                from_user_id=task.assignee_id,
                to_user_id=task.assignee_id,
                old_due=task.due_date,
                new_due=today,
                cause=TaskOrigin.PULL,
                at=now,
                by_id=by_id,
                operation=operation,
            )
            for task in tasks
        ),
        batch_size=500,
    )
