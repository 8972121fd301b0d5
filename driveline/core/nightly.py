"""The night (R-G-10, DESIGN §3a): each step once per store and business date, in order, also when late or killed.

    @step("followup.repair", order=10)
    def repair(store, day): ...

A step may run twice for the same date and must leave the same rows; it takes the settings of that date. What it
returns, a small dictionary of counts, is kept with the step.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from driveline.core import clock
from driveline.core.journal import plain
from driveline.core.models import OrgUnit, SweepStep
from driveline.core.one_at_a_time import one_at_a_time
from driveline.core.request_cache import request_cache

log = logging.getLogger(__name__)

# A store that slept longer begins anew so many days ago; older than that nothing is to be mended any more.
LONGEST_GAP_DAYS = 366

type StepBody = Callable[[OrgUnit, date], dict[str, Any] | None]
type MinuteBody = Callable[[OrgUnit, datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Line:
    """One step that ran: its counts, or the error it ended with."""

    store: str
    day: date | datetime
    step: str
    result: dict[str, Any]
    error: str = ""

    def __str__(self) -> str:
        outcome = f"failed, {self.error}" if self.error else str(self.result)
        return f"{self.day} {self.store} {self.step}: {outcome}"


@dataclass
class Report:
    """What a run did; `failed` will be tried again by the next one."""

    lines: list[Line] = field(default_factory=list)

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.error]

    def __str__(self) -> str:
        return f"{len(self.lines)} run, {len(self.failed)} failed"


class NightFailed(Exception):
    """At least one step failed; raised by `sweep` for the queue, which tries again."""


_steps: dict[str, tuple[int, StepBody]] = {}
_minute_steps: dict[str, MinuteBody] = {}


def step[F: StepBody](code: str, order: int) -> Callable[[F], F]:
    """Register a nightly step; the order is rising, the same for all stores."""

    def declare(body: F) -> F:
        if code in _steps:
            raise ValueError(f"nightly step {code} is declared twice")
        _steps[code] = (order, body)
        return body

    return declare


def minute_step[F: MinuteBody](code: str) -> Callable[[F], F]:
    """Register what is looked at every minute in every store."""

    def declare(body: F) -> F:
        if code in _minute_steps:
            raise ValueError(f"minute step {code} is declared twice")
        _minute_steps[code] = body
        return body

    return declare


def steps() -> list[str]:
    """The codes of the nightly steps in the order in which they run."""
    return sorted(_steps, key=lambda code: (_steps[code][0], code))


def run(until: date | None = None) -> Report:
    """Run every step that is missing up to the date (default today), date by date, store by store.

    A step that fails is logged, and waits with its later dates for the next run; other steps and other
    stores go on. Two runs at the same time: the second waits, then finds nothing left to do.
    """
    until = until or clock.today()
    report = Report()
    with one_at_a_time("sweep"):
        for store in _stores():
            _run_store(store, until, report)
    return report


def run_again(day: date) -> Report:
    """Run all steps of one date once more, finished or not."""
    report = Report()
    with one_at_a_time("sweep"):
        for store in _stores():
            for code in steps():
                report.lines.append(_run_step(store, day, code))
    return report


def sweep(day: date | None = None) -> list[str]:
    """For the command line and the queue: `run_again(day)` or `run()`, as lines. Raises NightFailed."""
    report = run_again(day) if day else run()
    if report.failed:
        raise NightFailed("; ".join(map(str, report.failed)))
    return [str(line) for line in report.lines]


def run_minute(now: datetime | None = None) -> Report:
    """Run the minute steps in every store; one that fails is logged and does not stop the others."""
    now = now or clock.now()
    report = Report()
    for store in _stores():
        for code, body in _minute_steps.items():
            try:
                with request_cache():
                    result = body(store, now)
            except Exception as error:
                log.exception("minute step %s failed in store %s", code, store.code)
                report.lines.append(Line(store.code, now, code, {}, str(error) or type(error).__name__))
            else:
                report.lines.append(Line(store.code, now, code, result or {}))
    return report


def _stores() -> list[OrgUnit]:
    return list(OrgUnit.objects.filter(kind=OrgUnit.Kind.STORE, active=True).order_by("pk"))


def _run_store(store: OrgUnit, until: date, report: Report) -> None:
    due = missing(store, until)
    held_back: set[str] = set()
    for day in sorted(due):
        for code in due[day]:
            if code in held_back:
                continue
            line = _run_step(store, day, code)
            report.lines.append(line)
            if line.error:
                held_back.add(code)


def missing(store: OrgUnit, until: date) -> dict[date, list[str]]:
    """Date → codes of the steps still to run. A store never swept begins with the date itself, and so does
    a step that is new."""
    rows = SweepStep.objects.filter(store=store)
    newest = rows.filter(finished_at__isnull=False).aggregate(newest=Max("day"))["newest"] or until
    finished: dict[str, set[date]] = defaultdict(set)
    broken_off: dict[str, date] = {}
    limit = until - timedelta(days=LONGEST_GAP_DAYS)
    for code, day, at in rows.filter(day__gte=limit).values_list("step", "day", "finished_at"):
        if at is not None:
            finished[code].add(day)
        else:
            broken_off[code] = min(day, broken_off.get(code, day))
    due: dict[date, list[str]] = defaultdict(list)
    for code in steps():
        known = finished.get(code)
        first = max(known) + timedelta(days=1) if known else min(newest, until)
        day = max(min(first, broken_off.get(code, first)), limit)
        while day <= until:
            if not known or day not in known:
                due[day].append(code)
            day += timedelta(days=1)
    return dict(due)


def _run_step(store: OrgUnit, day: date, code: str) -> Line:
    row, _made = SweepStep.objects.get_or_create(store=store, day=day, step=code)
    try:
        with request_cache():
            result = plain(_steps[code][1](store, day) or {})
    except Exception as error:
        log.exception("night %s: step %s failed in store %s", day, code, store.code)
        return Line(store.code, day, code, {}, str(error) or type(error).__name__)
    SweepStep.objects.filter(pk=row.pk).update(finished_at=clock.system_now(), result=result)
    return Line(store.code, day, code, result)


@step("core.notifications", order=900)
def _purge_notifications(store: OrgUnit, day: date) -> dict[str, Any]:
    """Messages are kept for 90 days (dealer.md §1.3)."""
    from driveline.core.notifications import purge

    return {"purged": purge(store.pk, day)}
