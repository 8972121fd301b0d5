"""From what was typed to what will be written: fills a contact from its chip and checks it against the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from driveline.engines.followup import rules
from driveline.engines.followup.choices import Method, NextTopic, Outcome, Result, Topic
from driveline.kit.errors import Invalid
from driveline.kit.formats import month_day

if TYPE_CHECKING:
    from driveline.engines.followup.contact import Contact
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.followup.policy import Chip, Numbers, Policy

NEVER_EFFECTIVE = {Result.WRONG_INFO, Result.EXEC_FAILED}  # R-F-10
COMPETITOR_MAX = 80
GIVING_UP = {Result.NO_INTENT, Result.GIVE_UP}  # R-F-11

type Reasons = Mapping[str, frozenset[str]]
"""Category code → codes of its reasons, as the store's dictionaries have them."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A contact that may be written as it stands. `next_date` None: no next task."""

    chip: str
    outcome: str
    method: str
    result: str
    topics: tuple[str, ...]
    reached: bool
    effective: bool
    grade: str
    remark: str
    next_date: date | None = None
    next_time: time | None = None
    next_method: str = ""
    next_topics: tuple[str, ...] = ()
    plan_visit: bool = False
    defeat_category: str = ""
    defeat_reason: str = ""
    competitor: str = ""
    auto_defeat: bool = False
    notices: tuple[str, ...] = ()


@dataclass
class _Errors:
    """Collects sentences per field; the first rule broken names the refusal."""

    found: dict[str, list[str]] = field(default_factory=dict)
    rule: str = ""

    def add(self, name: str, sentence: str, rule: str = "") -> None:
        if sentence:
            self.found.setdefault(name, []).append(sentence)
            self.rule = self.rule or rule

    def raise_any(self) -> None:
        if self.found:
            raise Invalid(self.found, self.rule)


def complete(
    policy: Policy,
    numbers: Numbers,
    pursuit: Pursuit,
    contact: Contact,
    now: datetime,
    *,
    free: bool = False,
    reasons: Reasons | None = None,
    supplement: bool = False,
) -> Draft:
    """The draft of a contact with this pursuit, or Invalid with a sentence per field.

    `free`: the actor is not bound by the interval. `supplement`: a record without a task, which plans nothing.
    """
    errors = _Errors()
    said = _said(policy, numbers, contact, errors, supplement=supplement)
    draft = replace(said, grade=str(pursuit.grade))
    if not supplement:
        draft = replace(draft, grade=_grade(policy, numbers, pursuit, contact, errors))
    if draft.outcome == Outcome.LOSE:
        _check_defeat(numbers, pursuit, contact, reasons or {}, errors)
        draft = replace(
            draft,
            defeat_category=contact.defeat_category,
            defeat_reason=contact.defeat_reason,
            competitor=contact.competitor.strip()[:COMPETITOR_MAX],
        )
    if draft.outcome == Outcome.CONTINUE:
        if _is_last(numbers, pursuit):
            draft = replace(draft, auto_defeat=True)
        else:
            draft = _planned(policy, numbers, pursuit, contact, draft, now, errors, free=free)
    errors.raise_any()
    return draft


def _said(policy: Policy, numbers: Numbers, contact: Contact, errors: _Errors, *, supplement: bool) -> Draft:
    """What was said and how: the chip fills what the form left open."""
    chip = _chip(policy, contact, errors)
    outcome = _outcome(contact, chip, errors, supplement=supplement)
    reached = _first(contact.reached, chip.reached if chip else None, True)
    method = contact.method or (chip.method if chip else Method.PHONE)
    result = _one_of(Result, contact.result or (chip.result if chip else ""), "result", errors)
    effective, notices = _effective(contact, chip, result, outcome, reached=reached)
    topics = _many_of(Topic, _first(contact.topics, chip.topics if chip else None, ()), "topics", errors)
    if reached and not topics:
        errors.add("topics", _("Say what the contact was about."))
    minimum = _remark_min(numbers, chip, reached=reached)
    problem = rules.remark_problem(contact.remark, minimum, han_only=numbers.han_only)
    errors.add("remark", problem, "R-F-03")
    return Draft(
        chip=chip.code if chip else "",
        outcome=outcome,
        method=_one_of(Method, method, "method", errors),
        result=result,
        topics=topics,
        reached=reached,
        effective=effective,
        grade="",
        remark=contact.remark.strip(),
        next_topics=_first(contact.next_topics, chip.next_topics if chip else None, ()),
        notices=tuple(notices),
    )


def _first[T](*values: T | None) -> T:
    return next(value for value in values if value is not None)


def _chip(policy: Policy, contact: Contact, errors: _Errors) -> Chip | None:
    if not contact.chip:
        return None
    chip = policy.chip(contact.chip)
    if chip is None:
        errors.add("chip", _("This is not one of the choices."))
    return chip


def _outcome(contact: Contact, chip: Chip | None, errors: _Errors, *, supplement: bool) -> str:
    if supplement:
        return Outcome.SUPPLEMENT
    outcome = contact.outcome or (chip.outcome if chip else Outcome.CONTINUE)
    if outcome not in (Outcome.CONTINUE, Outcome.LOSE):
        errors.add("outcome", _("This is not one of the choices."))
    return outcome


def _one_of(choices: type[Result | Method], value: str, name: str, errors: _Errors) -> str:
    if not value:
        errors.add(name, _("Choose one."))
    elif value not in choices.values:
        errors.add(name, _("This is not one of the choices."))
    return value


def _many_of(
    choices: type[Topic | NextTopic], values: tuple[str, ...], name: str, errors: _Errors
) -> tuple[str, ...]:
    if any(value not in choices.values for value in values):
        errors.add(name, _("This is not one of the choices."))
    return tuple(dict.fromkeys(values))


def _effective(
    contact: Contact, chip: Chip | None, result: str, outcome: str, *, reached: bool
) -> tuple[bool, list[str]]:
    """R-F-10 forces "not effective" where the result says so; R-F-11 only hints."""
    notices = []
    effective = _first(contact.effective, chip.effective if chip else None, reached)
    if effective and (not reached or result in NEVER_EFFECTIVE):
        effective = False
        notices.append(_("Counted as not effective: nobody was reached or the data are wrong."))
    if result in GIVING_UP and outcome == Outcome.CONTINUE:
        notices.append(_("The customer sees no need: should this be a defeat?"))
    return effective, notices


def _grade(policy: Policy, numbers: Numbers, pursuit: Pursuit, contact: Contact, errors: _Errors) -> str:
    grade = contact.grade or pursuit.grade
    if grade not in policy.grades:
        errors.add("grade", _("This is not one of the choices."))
        return str(pursuit.grade)
    if grade != pursuit.grade:
        errors.add("grade", rules.grade_why_not(numbers, pursuit.cycle_follow_count), "R-F-15")
    return grade


def _remark_min(numbers: Numbers, chip: Chip | None, *, reached: bool) -> int:
    if not reached:
        return 0
    return numbers.remark_min if chip is None or chip.remark_min is None else chip.remark_min


def _check_defeat(
    numbers: Numbers, pursuit: Pursuit, contact: Contact, reasons: Reasons, errors: _Errors
) -> None:
    errors.add("outcome", rules.defeat_why_not(numbers, pursuit.cycle_follow_count), "R-F-15")
    if contact.defeat_category not in reasons:
        errors.add("defeat_category", _("Choose the category of the defeat."))
    if contact.defeat_reason not in reasons.get(contact.defeat_category, ()):
        errors.add("defeat_reason", _("Choose a reason of this category."))


def _is_last(numbers: Numbers, pursuit: Pursuit) -> bool:
    """True when one more "continue" is the M-th record of this cycle (auto-defeat)."""
    limit = numbers.auto_defeat_at
    return limit is not None and pursuit.cycle_follow_count + 1 >= limit


def _planned(
    policy: Policy,
    numbers: Numbers,
    pursuit: Pursuit,
    contact: Contact,
    draft: Draft,
    now: datetime,
    errors: _Errors,
    *,
    free: bool,
) -> Draft:
    """The draft with its next step; without one when no day is left (R-F-18)."""
    _many_of(NextTopic, draft.next_topics, "next_topics", errors)
    method = _one_of(Method, contact.next_method or Method.PHONE, "next_method", errors)
    span = rules.window(policy, numbers, pursuit, draft.grade, now.date(), free=free)
    day = contact.next_date
    if contact.plan_visit:  # R-F-06
        day = span.earliest
    elif day == now.date() and not draft.reached:
        _check_same_day(contact, now, errors)
    elif not span.open:
        return replace(draft, next_topics=())
    elif day is None:
        day = rules.default_date(policy, numbers, span, draft.grade, now.date(), reached=draft.reached)
    else:
        _check_date(day, span, draft.grade, errors)
    return replace(
        draft, next_date=day, next_time=contact.next_time, next_method=method, plan_visit=contact.plan_visit
    )


def _check_date(day: date, span: rules.Window, grade: str, errors: _Errors) -> None:
    if day < span.earliest:
        errors.add("next_date", _("The next follow-up is tomorrow at the earliest."), "R-F-05")
    elif day > span.latest:
        latest = {"grade": grade, "latest": month_day(span.latest)}
        sentence = _(
            "At grade %(grade)s the last possible day is %(latest)s: choose it and write the later appointment in the "
            "remark, or have a manager record it."
        )
        errors.add("next_date", sentence % latest, "R-F-05")


def _check_same_day(contact: Contact, now: datetime, errors: _Errors) -> None:
    if contact.next_time is None:
        errors.add("next_time", _("A second try today needs a time."), "R-F-05")
    elif contact.next_time <= now.time():
        errors.add("next_time", _("This time is over."), "R-F-05")
