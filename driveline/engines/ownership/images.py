"""Before-images of a command's rows, and putting them back (DESIGN §3a: undo for 30 minutes, skipping changed rows)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.engines.followup.choices import Action, Phase, TaskOrigin, TaskState
from driveline.engines.followup.models import Pursuit, Task, TaskMove
from driveline.engines.followup.services.tasks import cancel_open, lock_pursuits
from driveline.engines.followup.services.transitions import Change, log_changes
from driveline.engines.followup.sets import chunks
from driveline.engines.ownership.notices import tell_undone

if TYPE_CHECKING:
    from driveline.core.models import Operation
    from driveline.kit.actor import Actor

PURSUIT_FIELDS = (
    "phase",
    "is_open",
    "grade",
    "owner_id",
    "keeper_id",
    "exclusive_key",
    "cycle",
    "cycle_follow_count",
    "next_due",
    "next_time",
    "assigned_at",
    "queued_at",
    "ladder_step",
    "closed_at",
    "close_category",
    "close_reason",
    "close_remark",
)
# What a further arrival changes besides: its time and how often it came.
ARRIVAL_FIELDS = ("arrived_at", "dup_count")
TASK_FIELDS = ("assignee_id", "due_date", "due_time", "state", "closed_at", "closed_by_id")


def image(pursuit: Pursuit, task: Task | None, *, arrival: bool = False) -> dict[str, Any]:
    """The row and its open task as they stand before a change that raises the version by one; with `arrival` also
    when it arrived and how often."""
    names = (*PURSUIT_FIELDS, *ARRIVAL_FIELDS) if arrival else PURSUIT_FIELDS
    return {
        "id": pursuit.pk,
        "v": pursuit.version + 1,
        "p": {name: _plain(getattr(pursuit, name)) for name in names},
        "t": {"id": task.pk, **{name: _plain(getattr(task, name)) for name in TASK_FIELDS}} if task else None,
    }


def restore(operation: Operation, actor: Actor) -> list[dict[str, Any]]:
    """Put back every row nobody has changed since. Returns id and reason of the others.

    A constant number of queries per 500 rows. Must run inside a transaction.
    """
    skipped = put_back({int(one["id"]): one for one in operation.before}, operation, actor)
    if not skipped:  # else what was told of the rows that stay still holds
        tell_undone(operation, actor)
    return skipped


def put_back(
    images: Mapping[int, dict[str, Any]], operation: Operation, actor: Actor
) -> list[dict[str, Any]]:
    """The same from images by row id, whatever operation they are of; `operation` is the one that puts them back."""
    skipped: list[dict[str, Any]] = []
    for ids in chunks(sorted(images)):
        rows = lock_pursuits(ids)
        taken = _taken_numbers(rows, images)
        good = []
        for row in rows:
            reason = _why_not(row, images[row.pk], taken)
            if reason:
                skipped.append({"id": row.pk, "reason": reason})
            else:
                good.append(row)
        _put_back(good, images, operation, actor)
    return skipped


def _why_not(row: Pursuit, before: dict[str, Any], taken: set[str]) -> str:
    if row.version != before["v"]:
        return _("Changed since; left as it is.")
    key = before["p"]["exclusive_key"]
    if key and key != row.exclusive_key and key in taken:
        return _("The number is in use by another row by now.")
    return ""


def _taken_numbers(rows: Sequence[Pursuit], images: Mapping[int, dict[str, Any]]) -> set[str]:
    keys = {images[row.pk]["p"]["exclusive_key"] for row in rows if row.exclusive_key is None} - {None}
    if not keys:
        return set()
    held = Pursuit.objects.filter(store_id=rows[0].store_id, exclusive_key__in=keys)
    return {key for key in held.values_list("exclusive_key", flat=True) if key}


def _put_back(
    rows: Sequence[Pursuit], images: Mapping[int, dict[str, Any]], operation: Operation, actor: Actor
) -> None:
    if not rows:
        return
    now = clock.now()
    log_changes(
        [Change(row, Action.UNDO, images[row.pk]["p"]["phase"], operation.verb) for row in rows],
        by_id=actor.user_id,
        now=now,
        operation=operation,
    )
    _put_tasks_back(rows, images, operation, actor, now)
    for row in rows:
        for name, value in images[row.pk]["p"].items():
            setattr(row, name, _value(Pursuit, name, value))
        if row.phase == Phase.UNASSIGNED and row.queued_at is None:
            row.queued_at = row.arrived_at  # an image from before the queue's moment was kept
        row.version += 1
    names = (*PURSUIT_FIELDS, *ARRIVAL_FIELDS)  # what an image does not name is written as it stands
    Pursuit.objects.bulk_update(rows, [*map(_column, names), "version"], batch_size=500)


def _put_tasks_back(
    rows: Sequence[Pursuit],
    images: Mapping[int, dict[str, Any]],
    operation: Operation,
    actor: Actor,
    now: datetime,
) -> None:
    """Cancel what the operation opened, reopen what it cancelled, and hand back what it moved."""
    old = {images[row.pk]["t"]["id"]: images[row.pk]["t"] for row in rows if images[row.pk]["t"]}
    made = [row.pk for row in rows if not images[row.pk]["t"]]
    if made:
        cancel_open(made, by_id=actor.user_id, now=now)
    if not old:
        return
    tasks = list(Task.objects.filter(pk__in=old))
    moves = []
    for task in tasks:
        before = {name: _value(Task, name, old[task.pk][name]) for name in TASK_FIELDS}
        if task.state == TaskState.OPEN and _moved(task, before):
            moves.append(_move(task, before, operation, actor, now))
        for name, value in before.items():
            setattr(task, name, value)
    Task.objects.bulk_update(tasks, list(map(_column, TASK_FIELDS)), batch_size=500)
    TaskMove.objects.bulk_create(moves, batch_size=500)


def _moved(task: Task, before: dict[str, Any]) -> bool:
    return bool(task.assignee_id != before["assignee_id"] or task.due_date != before["due_date"])


def _move(task: Task, before: dict[str, Any], operation: Operation, actor: Actor, now: datetime) -> TaskMove:
    return TaskMove(
        task_id=task.pk,
        from_user_id=task.assignee_id,
        to_user_id=before["assignee_id"],
        old_due=task.due_date,
        new_due=before["due_date"],
        cause=TaskOrigin.UNDO,
        at=now,
        by_id=actor.user_id,
        operation=operation,
    )


def _value(model: type[Pursuit | Task], name: str, stored: Any) -> Any:
    """What stands in the image, as the column holds it."""
    field: Any = model._meta.get_field(name)
    return field.to_python(stored)


def _column(name: str) -> str:
    return name.removesuffix("_id")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value
