"""Nightly: put right what the invariants forbid, and say so (INV-2, INV-3; INV-4 is only reported)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.access import system_user
from driveline.core.nightly import step
from driveline.core.notifications import notification_kind, notify
from driveline.engines.followup.choices import Action, Phase, TaskOrigin, TaskState
from driveline.engines.followup.invariants import done_without_record, ended_with_task, without_task
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.people import assigners
from driveline.engines.followup.policy import Policy, policies
from driveline.engines.followup.services.tasks import (
    NewTask,
    cancel_open,
    create_tasks,
    lock_pursuits,
    open_tasks_of,
)
from driveline.engines.followup.services.transitions import Change, log_changes
from driveline.engines.followup.sets import BATCH
from driveline.kit.formats import few

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit

LISTED = 50

notification_kind(
    "repaired",
    title=_("Without a next task: %(count)s"),
    body=_("%(names)s: a task due today was made for each"),
    icon="tool",
)


@step("followup.repair", order=100)
def repair(store: OrgUnit, day: date) -> dict[str, Any]:
    """Give every followed row without an open task one for today, cancel tasks of rows that are over. Returns
    counts and the first ids; the second run finds nothing."""
    result: dict[str, Any] = {"opened": 0, "rows": [], "cancelled": _cancel_left_over(store.pk)}
    for policy in policies():
        opened = _open_missing(store.pk, policy, day)
        result["opened"] += len(opened)
        result["rows"] += [row.pk for row in opened[:LISTED]]
        _tell(store.pk, policy, day)
    result["without_record"] = done_without_record(store.pk).count()
    return result


def _open_missing(store_id: int, policy: Policy, day: date) -> list[Pursuit]:
    opened: list[Pursuit] = []
    while ids := list(
        without_task(store_id, policy.kind).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        with transaction.atomic():
            rows = lock_pursuits(ids)
            taken = open_tasks_of(ids)
            missing = [row for row in rows if row.phase == Phase.ACTIVE and row.pk not in taken]
            _open(missing, max(day, clock.today()))
        opened += missing
    return opened


def _open(rows: list[Pursuit], due: date) -> None:
    now, by_id = clock.now(), system_user().pk
    create_tasks(
        [NewTask(pursuit=r, assignee_id=r.owner_id, due=due, origin=TaskOrigin.REPAIR) for r in rows], now=now
    )
    Pursuit.objects.filter(pk__in=[row.pk for row in rows]).update(
        next_due=due, next_time=None, version=F("version") + 1
    )
    log_changes([Change(row, Action.REPAIR, row.phase) for row in rows], by_id=by_id, now=now)


def _cancel_left_over(store_id: int) -> int:
    cancelled = 0
    while ids := list(ended_with_task(store_id).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            over = [row.pk for row in lock_pursuits(ids) if not row.is_open]
            cancelled += cancel_open(over, by_id=system_user().pk, now=clock.now())
    return cancelled


def _tell(store_id: int, policy: Policy, day: date) -> None:
    """Tell those who assign, once a night. What was opened is read from the tasks: a run that was broken off before
    it told anybody is made up for by the next."""
    due = max(day, clock.today())
    opened = Task.objects.filter(
        store_id=store_id,
        kind=policy.kind,
        state=TaskState.OPEN,
        due_date=due,
        origin=TaskOrigin.REPAIR,
    )
    names = list(opened.order_by("pursuit_id").values_list("pursuit__party__name", flat=True))
    if names:
        people = assigners(store_id, policy)
        params = {"count": len(names), "names": few(names)}
        key = f"repaired:{policy.kind}:{store_id}:{due}"
        notify(store_id, people, "repaired", params, policy.tasks_url, dedupe_key=key)
