"""The invariants of dealer.md §12.6 that belong to this engine, checked by the sweep and after every story.

INV-1 and INV-6 are constraints of the database too; they are read here so that a report is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from driveline.core import clock
from driveline.core.models import OrgUnit, Transition
from driveline.engines.followup.choices import OPEN_PHASES, Outcome, Phase, TaskState
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.engines.followup.policy import policies

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 100
ENDED = [Phase.WON, Phase.LOST, Phase.CLOSED]


@dataclass(frozen=True)
class Violation:
    """One row that breaks an invariant."""

    rule: str
    row_id: int
    sentence: str


def check(store: OrgUnit | int) -> list[Violation]:
    """Every violation of a store, at most 100 per invariant. Six queries and one per kind."""
    store_id = store if isinstance(store, int) else store.pk
    return [
        violation for rule in (_inv_1, _inv_2, _inv_3, _inv_4, _inv_5, _inv_6) for violation in rule(store_id)
    ]


def check_log(store: OrgUnit | int) -> list[Violation]:
    """INV-9: rows whose last line in the transition log does not say the phase they are in. For tests and repairs:
    it reads every row that has a line."""
    store_id = store if isinstance(store, int) else store.pk
    lines = Transition.objects.filter(subject_type=Pursuit._meta.label_lower, subject_id=OuterRef("pk"))
    last = Subquery(lines.order_by("-at", "-pk").values("to_state")[:1])
    rows = Pursuit.objects.filter(store_id=store_id).annotate(logged=last).exclude(logged=F("phase"))
    found = rows.filter(logged__isnull=False).values_list("pk", "logged", "phase")[:SHOWN]
    return [Violation("INV-9", pk, f"is {phase}, logged as {logged}") for pk, logged, phase in found]


def _open_task() -> Exists:
    return Exists(Task.objects.filter(pursuit_id=OuterRef("pk"), state=TaskState.OPEN))


def without_task(store_id: int, kind: str) -> QuerySet[Pursuit]:
    """INV-2: pursuits that somebody follows and that have no next step."""
    return Pursuit.objects.filter(~_open_task(), store_id=store_id, kind=kind, phase=Phase.ACTIVE)


def ended_with_task(store_id: int) -> QuerySet[Pursuit]:
    """INV-3: pursuits that are over and still have a next step."""
    tasks = Task.objects.filter(store_id=store_id, state=TaskState.OPEN, pursuit__phase__in=ENDED)
    return Pursuit.objects.filter(pk__in=tasks.values("pursuit_id"))


def done_without_record(store_id: int) -> QuerySet[Task]:
    """INV-4: finished tasks of which nobody knows what was said."""
    record = FollowUp.objects.filter(task_id=OuterRef("pk")).exclude(outcome=Outcome.SUPPLEMENT)
    return Task.objects.filter(~Exists(record), store_id=store_id, state=TaskState.DONE)


def _inv_1(store_id: int) -> Iterator[Violation]:
    doubled = (
        Task.objects.filter(store_id=store_id, state=TaskState.OPEN)
        .values("pursuit_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    for row in doubled[:SHOWN]:
        yield Violation("INV-1", row["pursuit_id"], f"{row['n']} open tasks")


def _inv_2(store_id: int) -> Iterator[Violation]:
    for policy in policies():
        for pk in without_task(store_id, policy.kind).values_list("pk", flat=True)[:SHOWN]:
            yield Violation("INV-2", pk, "followed, but no open task")


def _inv_3(store_id: int) -> Iterator[Violation]:
    for pk in ended_with_task(store_id).values_list("pk", flat=True)[:SHOWN]:
        yield Violation("INV-3", pk, "over, but a task is open")


def _inv_4(store_id: int) -> Iterator[Violation]:
    for pk in done_without_record(store_id).values_list("pk", flat=True)[:SHOWN]:
        yield Violation("INV-4", pk, "task done without a record")
    open_ones = FollowUp.objects.filter(store_id=store_id, task__isnull=False).exclude(
        task__state=TaskState.DONE
    )
    for pk in open_ones.values_list("pk", flat=True)[:SHOWN]:
        yield Violation("INV-4", pk, "record of a task that is not done")


def _inv_5(store_id: int) -> Iterator[Violation]:
    today = clock.today()
    counts = Task.objects.filter(store_id=store_id, state=TaskState.OPEN).aggregate(
        all=Count("pk"),
        due=Count("pk", filter=Q(due_date=today)),
        overdue=Count("pk", filter=Q(due_date__lt=today)),
        future=Count("pk", filter=Q(due_date__gt=today)),
    )
    if counts["due"] + counts["overdue"] + counts["future"] != counts["all"]:
        yield Violation("INV-5", 0, f"due, overdue and future do not add up: {counts}")


def _inv_6(store_id: int) -> Iterator[Violation]:
    held = Pursuit.objects.filter(store_id=store_id, exclusive_key__isnull=False)
    for pk in held.exclude(phase__in=OPEN_PHASES).values_list("pk", flat=True)[:SHOWN]:
        yield Violation("INV-6", pk, "over, but still holds its number")
    twice = held.values("exclusive_key").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice[:SHOWN]:
        yield Violation("INV-6", 0, f"{row['n']} open rows hold one number")
