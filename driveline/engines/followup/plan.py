"""Everything the follow-up drawer shows of the rules, computed once: what may be chosen, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.engines.followup import rules
from driveline.engines.followup.choices import ChipGroup, Outcome, Phase
from driveline.engines.followup.rules import Retry
from driveline.kit.formats import near_day

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.followup.policy import Chip, Numbers, Policy


@dataclass(frozen=True)
class DateOption:
    """A day to click."""

    date: date
    label: str


@dataclass(frozen=True, kw_only=True)
class GradeOption:
    """A grade with what choosing it means for the next date; `reason` says why it may not be chosen."""

    code: str
    current: bool
    allowed: bool
    reason: str
    days: int
    default: date | None
    latest: date | None
    dates: tuple[DateOption, ...]
    sentence: str
    range_note: str


@dataclass(frozen=True, kw_only=True)
class ChipOption:
    """A chip, what it fills in, and the reason when it is locked."""

    code: str
    label: str
    key: str
    group: str
    locked: str
    fill: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The drawer's form. `why_not` is "" when the actor may record now."""

    pursuit_id: int
    task_id: int | None
    version: int
    why_not: str
    nth: int
    first_contact: bool
    grade: str
    grade_open: bool
    grade_note: str
    grades: tuple[GradeOption, ...]
    defeat_open: bool
    defeat_note: str
    chips: tuple[tuple[str, tuple[ChipOption, ...]], ...]
    remark_min: int
    remark_max: int
    han_only: bool
    tomorrow: date
    default_next: date | None
    latest: date | None
    range_note: str
    sentence: str
    retries: tuple[Retry, ...]
    auto_defeat_note: str

    def grade_option(self, code: str) -> GradeOption:
        """The option of a grade; StopIteration for an unknown one."""
        return next(option for option in self.grades if option.code == code)


def build(
    policy: Policy,
    numbers: Numbers,
    pursuit: Pursuit,
    now: datetime,
    *,
    task_id: int | None,
    free: bool,
    why_not: str,
) -> Plan:
    """The plan of a pursuit as it stands; no query."""
    today, done = now.date(), pursuit.cycle_follow_count
    grades = tuple(_grade(policy, numbers, pursuit, code, today, free=free) for code in policy.grades)
    current = next(option for option in grades if option.current)
    span = rules.window(policy, numbers, pursuit, pursuit.grade, today, free=free)
    shut = rules.defeat_why_not(numbers, done)
    return Plan(
        pursuit_id=pursuit.pk,
        task_id=task_id,
        version=pursuit.version,
        why_not=why_not,
        nth=pursuit.follow_count + 1,
        first_contact=pursuit.first_contact_at is None,
        grade=pursuit.grade,
        grade_open=not numbers.grade_gate.missing(done),
        grade_note=rules.gate_note(numbers, done),
        grades=grades,
        defeat_open=not shut,
        defeat_note=shut,
        chips=_chips(policy, numbers, shut),
        remark_min=numbers.remark_min,
        remark_max=rules.REMARK_MAX,
        han_only=numbers.han_only,
        tomorrow=span.earliest,
        default_next=current.default,
        latest=current.latest,
        range_note=current.range_note,
        sentence=current.sentence,
        retries=tuple(rules.retries(now)),
        auto_defeat_note=_auto_note(numbers, done),
    )


def _grade(
    policy: Policy, numbers: Numbers, pursuit: Pursuit, code: str, today: date, *, free: bool
) -> GradeOption:
    current = code == pursuit.grade
    reason = "" if current else rules.grade_why_not(numbers, pursuit.cycle_follow_count)
    span = rules.window(policy, numbers, pursuit, code, today, free=free)
    default = rules.default_date(policy, numbers, span, code, today) if span.open else None
    dates = rules.offered_dates(span, default) if default else ()
    return GradeOption(
        code=code,
        current=current,
        allowed=not reason,
        reason=reason,
        days=policy.interval(numbers, code),
        default=default,
        latest=span.latest if span.open else None,
        dates=tuple(DateOption(day, near_day(day, today)) for day in dates),
        sentence=rules.arithmetic(policy, numbers, span, code, today),
        range_note=rules.range_note(span, free=free),
    )


def _chips(
    policy: Policy, numbers: Numbers, defeat_note: str
) -> tuple[tuple[str, tuple[ChipOption, ...]], ...]:
    rows = []
    for group in ChipGroup:
        options = tuple(_chip(c, numbers, defeat_note) for c in policy.chips if c.group == group)
        if options:
            rows.append((str(group.label), options))
    return tuple(rows)


def _chip(chip: Chip, numbers: Numbers, defeat_note: str) -> ChipOption:
    minimum = chip.remark_min if chip.remark_min is not None else numbers.remark_min
    return ChipOption(
        code=chip.code,
        label=str(chip.label),
        key=chip.key,
        group=chip.group,
        locked=defeat_note if chip.outcome == Outcome.LOSE else "",
        fill={
            "chip": chip.code,
            "outcome": str(chip.outcome),
            "method": str(chip.method),
            "result": str(chip.result),
            "reached": chip.reached,
            "effective": chip.effective,
            "topics": list(map(str, chip.topics)),
            "next_topics": list(map(str, chip.next_topics)),
            "remark_min": minimum if chip.reached else 0,
            "invites": chip.invites,
        },
    )


def _auto_note(numbers: Numbers, done: int) -> str:
    """Warns when the next "continue" defeats the customer by rule."""
    limit = numbers.auto_defeat_at
    if limit is None or done + 1 < limit:
        return ""
    return _("This is follow-up %(m)s: saved as going on it becomes a defeat by the system.") % {
        "m": done + 1
    }


def phase_why_not(pursuit: Pursuit) -> str:
    """ "" when a contact may be recorded in this phase."""
    if pursuit.phase == Phase.UNASSIGNED:
        return _("This customer has no consultant yet: assign it first.")
    if not pursuit.is_open:
        return _("This customer is not being followed up any more.")
    return ""
