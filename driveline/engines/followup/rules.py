"""The follow-up rules that need no database (R-F-01 … R-F-18): what may be entered, and what follows from it.

Nothing here reads a clock or a row: `now`, `today`, the policy and the store's numbers are arguments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from driveline.kit.formats import month_day, near_day, weekday

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.followup.policy import Numbers, Policy

REMARK_MAX = 500
RETRY_AFTER = timedelta(hours=2)
RETRY_ROUND = 5  # minutes
EVENING = time(18, 0)
FREE_DAYS = 366  # the furthest day for those whom the interval does not bind

_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003134f]")


def remark_length(text: str, *, han_only: bool = False) -> int:
    """How many characters count (R-F-03): every one but white space, or only Chinese ones."""
    return len(_HAN.findall(text)) if han_only else sum(not c.isspace() for c in text)


def remark_problem(text: str, minimum: int, *, han_only: bool = False) -> str:
    """ "" when the remark will do, else the sentence (R-F-03)."""
    if len(text.strip()) > REMARK_MAX:
        return _("At most %(max)s characters.") % {"max": REMARK_MAX}
    length = remark_length(text, han_only=han_only)
    if length >= minimum:
        return ""
    if han_only:
        return _("At least %(min)s Chinese characters, %(missing)s to go.") % {
            "min": minimum,
            "missing": minimum - length,
        }
    return _("At least %(min)s characters, %(missing)s to go.") % {
        "min": minimum,
        "missing": minimum - length,
    }


def grade_why_not(numbers: Numbers, done: int) -> str:
    """ "" when the grade may be changed after `done` records of this cycle, else how many are missing (R-F-15)."""
    missing = numbers.grade_gate.missing(done)
    if not missing:
        return ""
    return ngettext(
        "The grade may be changed after %(n)s more follow-up.",
        "The grade may be changed after %(n)s more follow-ups.",
        missing,
    ) % {"n": missing}


def defeat_why_not(numbers: Numbers, done: int) -> str:
    """ "" when the customer may be given up, else how many records are missing (R-F-15)."""
    missing = numbers.defeat_gate.missing(done)
    if not missing:
        return ""
    return ngettext(
        "Defeat is possible after %(n)s more follow-up.",
        "Defeat is possible after %(n)s more follow-ups.",
        missing,
    ) % {"n": missing}


def gate_note(numbers: Numbers, done: int) -> str:
    """What stands beside the grades: the gate shut, or how many follow-ups there were and the threshold passed."""
    if shut := grade_why_not(numbers, done):
        return shut
    needed = numbers.grade_gate.needed
    if not needed:
        return ""
    return ngettext(
        "%(done)s follow-up done, may be changed (threshold %(n)s)",
        "%(done)s follow-ups done, may be changed (threshold %(n)s)",
        done,
    ) % {"done": done, "n": needed}


@dataclass(frozen=True)
class Window:
    """The days a next task may have, both included. `open` is False when none is left (R-F-18)."""

    earliest: date
    latest: date

    @property
    def open(self) -> bool:
        return self.latest >= self.earliest

    def holds(self, day: date) -> bool:
        return self.earliest <= day <= self.latest

    def clamp(self, day: date) -> date:
        return max(self.earliest, min(day, self.latest))


def window(
    policy: Policy, numbers: Numbers, pursuit: Pursuit, grade: str, today: date, *, free: bool = False
) -> Window:
    """R-F-05: from tomorrow to today + interval; `free` (who may reassign) is not bound by the interval."""
    days = FREE_DAYS if free else policy.interval(numbers, grade)
    latest = today + timedelta(days=days)
    limit = policy.due_limit(pursuit, today)
    return Window(today + timedelta(days=1), latest if limit is None else min(latest, limit))


def default_date(
    policy: Policy, numbers: Numbers, span: Window, grade: str, today: date, *, reached: bool = True
) -> date:
    """R-F-04: the day of the contact + the interval of the new grade; tomorrow when nobody was reached."""
    days = policy.interval(numbers, grade) if reached else 1
    return span.clamp(today + timedelta(days=days))


def offered_dates(span: Window, default: date) -> tuple[date, ...]:
    """At most three days to click: tomorrow, one between, the default."""
    if not span.open:
        return ()
    between = span.earliest + (default - span.earliest) / 2
    return tuple(sorted({span.earliest, between, default}))


@dataclass(frozen=True)
class Retry:
    """A second try that is offered when nobody was reached."""

    code: str
    label: str
    date: date
    time: time | None


def retries(now: datetime) -> list[Retry]:
    """+2 h and 18:00 while they are still today, and tomorrow (DESIGN §3a)."""
    today = now.date()
    found = []
    later = now + RETRY_AFTER
    later += timedelta(
        minutes=-later.minute % RETRY_ROUND, seconds=-later.second, microseconds=-later.microsecond
    )
    if later.date() == today:
        at = later.time()
        found.append(Retry("two_hours", _("In 2 hours, %(time)s") % {"time": f"{at:%H:%M}"}, today, at))
    if now.time() < EVENING and later.time() != EVENING:
        found.append(Retry("evening", _("Today 18:00"), today, EVENING))
    tomorrow = today + timedelta(days=1)
    found.append(Retry("tomorrow", near_day(tomorrow, today), tomorrow, None))
    return found


def arithmetic(policy: Policy, numbers: Numbers, span: Window, grade: str, today: date) -> str:
    """The sentence under the next date: grade A, every 3 days: today 11-20 + 3 days = Mon 11-23."""
    days = policy.interval(numbers, grade)
    due = today + timedelta(days=days)
    sentence = ngettext(
        "Grade %(grade)s, every day: today %(today)s + %(days)s day = %(weekday)s %(due)s",
        "Grade %(grade)s, every %(days)s days: today %(today)s + %(days)s days = %(weekday)s %(due)s",
        days,
    ) % {
        "grade": grade,
        "days": days,
        "today": month_day(today),
        "weekday": weekday(due),
        "due": month_day(due),
    }
    if span.open and due > span.latest:
        sentence += _("; the last possible day is %(latest)s") % {"latest": month_day(span.latest)}
    return sentence


def range_note(span: Window, *, free: bool) -> str:
    """The foot line of the calendar: why other days are missing, and what to do about a later one."""
    if not span.open:
        return _("no further day is possible: no next task will be made")
    if free:
        return _("any day from tomorrow on: you are not bound by the grade's interval")
    days = {"latest": month_day(span.latest)}
    possible = (
        _("only tomorrow is possible")
        if span.latest == span.earliest
        else _("any day from tomorrow to %(latest)s") % days
    )
    later = _("an appointment after that goes into the remark, or a manager plans it")
    return _("%(possible)s; %(later)s") % {"possible": possible, "later": later}
