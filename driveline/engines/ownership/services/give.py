"""The one way a set of pursuits changes owner: rows, tasks, moves and log, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from driveline.engines.followup.choices import Phase, TaskOrigin, TaskState
from driveline.engines.followup.models import Pursuit, Task, TaskMove
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.tasks import NewTask, create_tasks, open_tasks_of
from driveline.engines.followup.services.transitions import Change, log_changes
from driveline.engines.followup.sets import by_key
from driveline.engines.ownership.images import image
from driveline.kit.errors import Conflict

if TYPE_CHECKING:
    from driveline.core.models import Operation

_ID = models.BigIntegerField()
_DATE = models.DateField()


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Who gives, when, why, and what the log and the tasks call it.

    `expected` are the phases in which a row may be taken. `values` are further columns to set. `due_today`
    gives a row without a task one for today, whatever the policy says and even when nobody owns it. `names` are
    the new owners' names for the log, by user id.
    """

    by_id: int
    now: datetime
    action: str
    origin: TaskOrigin
    expected: Sequence[str]
    operation: Operation | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    due_today: bool = False
    reason: str = ""
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Step:
    """The next step of one row after the change; `task` None: a task is still to be made (`due` not None)."""

    task: Task | None
    due: date | None


def give(rows: Sequence[Pursuit], owners: Mapping[int, int | None], deed: Deed) -> list[dict[str, Any]]:
    """Give each (locked) row to its new owner, or to nobody; returns the before-images.

    An open task goes along with due = max(due, today) (R-F-09); without one a task is opened (R-L-05). Nobody's
    rows keep their date. Raises Conflict when a row left the expected phases meanwhile: nothing is written.
    """
    if not rows:
        return []
    tasks = open_tasks_of([row.pk for row in rows])
    images = [image(row, tasks.get(row.pk)) for row in rows]
    steps = _steps(rows, tasks, owners, deed)
    _write_rows(rows, owners, steps, deed)
    _move_tasks([step.task for step in steps.values() if step.task], owners, deed)
    _open_tasks(rows, owners, steps, deed)
    log_changes(
        [_change(row, owners[row.pk], deed) for row in rows],
        by_id=deed.by_id,
        now=deed.now,
        operation=deed.operation,
    )
    return images


def _steps(
    rows: Sequence[Pursuit], tasks: Mapping[int, Task], owners: Mapping[int, int | None], deed: Deed
) -> dict[int, _Step]:
    today = deed.now.date()
    policy = policy_for(rows[0].kind)
    numbers = policy.numbers(rows[0].store_id, today)
    steps = {}
    for row in rows:
        task = tasks.get(row.pk)
        owned = owners[row.pk] is not None
        if task is not None:
            steps[row.pk] = _Step(task, max(task.due_date, today) if owned else task.due_date)
        elif deed.due_today:
            steps[row.pk] = _Step(None, today)
        else:
            steps[row.pk] = _Step(None, policy.first_due(numbers, row.grade, today) if owned else None)
    return steps


def _write_rows(
    rows: Sequence[Pursuit], owners: Mapping[int, int | None], steps: Mapping[int, _Step], deed: Deed
) -> None:
    today = deed.now.date()
    owned = any(owner is not None for owner in owners.values())
    values: dict[str, Any] = {
        "phase": Phase.ACTIVE if owned else Phase.UNASSIGNED,
        "owner_id": by_key({row.pk: owners[row.pk] for row in rows}, _ID),
        "keeper_id": by_key({row.pk: owners[row.pk] or row.created_by_id for row in rows}, _ID),
        "next_due": by_key({pk: step.due for pk, step in steps.items()}, _DATE),
        "assigned_at": deed.now if owned else None,
        "queued_at": None if owned else deed.now,
        "ladder_step": 0,
        "version": F("version") + 1,
        **deed.values,
    }
    if owned:
        values["next_time"] = _time_kept("next_due", "next_time", today)
    won = Pursuit.objects.filter(pk__in=[row.pk for row in rows], phase__in=deed.expected).update(**values)
    if won != len(rows):
        raise Conflict(_("Somebody else has just changed one of these rows; nothing was done. Try again."))


def _time_kept(due: str, time: str, today: date) -> Case:
    """A planned time survives only on its own day: an overdue one is not carried to today."""
    return Case(
        When(**{f"{due}__lt": today}, then=Value(None)), default=F(time), output_field=models.TimeField()
    )


def _move_tasks(tasks: Sequence[Task], owners: Mapping[int, int | None], deed: Deed) -> None:
    if not tasks:
        return
    today = deed.now.date()
    owned = any(owners[task.pursuit_id] is not None for task in tasks)
    values: dict[str, Any] = {
        "assignee_id": by_key({t.pursuit_id: owners[t.pursuit_id] for t in tasks}, _ID, key="pursuit_id")
    }
    if owned:
        values["due_date"] = Greatest(F("due_date"), Value(today, output_field=_DATE))
        values["due_time"] = _time_kept("due_date", "due_time", today)
    Task.objects.filter(pk__in=[task.pk for task in tasks], state=TaskState.OPEN).update(**values)
    TaskMove.objects.bulk_create(
        (
            TaskMove(
                task_id=task.pk,
                from_user_id=task.assignee_id,
                to_user_id=owners[task.pursuit_id],
                old_due=task.due_date,
                new_due=max(task.due_date, today) if owned else task.due_date,
                cause=deed.origin,
                at=deed.now,
                by_id=deed.by_id,
                operation=deed.operation,
            )
            for task in tasks
        ),
        batch_size=500,
    )


def _open_tasks(
    rows: Sequence[Pursuit], owners: Mapping[int, int | None], steps: Mapping[int, _Step], deed: Deed
) -> None:
    wanted = []
    for row in rows:
        step = steps[row.pk]
        if step.task is None and step.due is not None:
            new = NewTask(pursuit=row, assignee_id=owners[row.pk], due=step.due, origin=deed.origin)
            wanted.append(new)
    if wanted:
        create_tasks(wanted, now=deed.now)


def _change(row: Pursuit, owner_id: int | None, deed: Deed) -> Change:
    to_phase = Phase.ACTIVE if owner_id is not None else Phase.UNASSIGNED
    detail: dict[str, Any] = {"from": row.owner_id, "to": owner_id}
    if row.owner is not None and row.owner_id != owner_id:
        detail["from_name"] = row.owner.name
    if owner_id is not None and owner_id in deed.names:
        detail["to_name"] = deed.names[owner_id]
    return Change(row, deed.action, to_phase, deed.reason, detail)
