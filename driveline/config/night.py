"""How a night runs: the missed dates in order, each store's steps once, with that date's own settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.module_loading import import_string

from driveline.core import clock
from driveline.core.models import OrgUnit, SweepStep

log = logging.getLogger(__name__)
LONGEST_GAP_DAYS = 31

type Step = Callable[[int, date], dict[str, Any] | int | None]


class NightFailed(Exception):
    """At least one step failed; the queue tries the night again."""


def run(steps: Sequence[tuple[str, str]], day: date | None) -> list[str]:
    """Run the steps (name, dotted path) for every active store; a line for each step that ran."""
    lines: list[str] = []
    failed: list[str] = []
    loaded = [(name, import_string(path)) for name, path in steps]
    for store in OrgUnit.objects.filter(kind=OrgUnit.Kind.STORE, active=True).order_by("pk"):
        for date_ in [day] if day else missed_days(store, [name for name, _ in steps], clock.today()):
            for name, step in loaded:
                line = _run_step(store, date_, name, step, again=day is not None)
                if line:
                    lines.append(line)
                    if ": failed" in line:
                        failed.append(line)
    if failed:
        raise NightFailed("; ".join(failed))
    return lines


def missed_days(store: OrgUnit, names: Sequence[str], today: date) -> list[date]:
    """The dates still to be swept, oldest first, today last; only today in a store that was never swept."""
    finished = SweepStep.objects.filter(store=store, finished_at__isnull=False, step__in=names)
    newest = finished.aggregate(newest=Max("day"))["newest"]
    if newest is None:
        return [today]
    first = newest
    unfinished = (
        SweepStep.objects.filter(store=store, finished_at=None, step__in=names).order_by("day").first()
    )
    if unfinished is not None:
        first = min(first, unfinished.day)
    first = max(first, today - timedelta(days=LONGEST_GAP_DAYS))
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def _run_step(store: OrgUnit, day: date, name: str, step: Step, *, again: bool) -> str:
    row, _created = SweepStep.objects.get_or_create(store=store, day=day, step=name)
    if row.finished_at is not None and not again:
        return ""
    try:
        done = step(store.pk, day)
    except Exception as error:
        log.exception("night %s, store %s, step %s failed", day, store.code, name)
        return f"{day} {store.code} {name}: failed, {error}"
    result = {"rows": done} if isinstance(done, int) else done or {}
    SweepStep.objects.filter(pk=row.pk).update(finished_at=timezone.now(), result=result)
    return f"{day} {store.code} {name}: {result}"
