"""Everything that happened with a lead, newest first: arrivals, contacts, changes of owner and state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Transition
from driveline.engines.followup.choices import Action
from driveline.engines.followup.models import FollowUp
from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.deciding import label_of
from driveline.engines.intake.models import Intake
from driveline.engines.ownership.arrival import why_words
from driveline.kit.formats import day, moment, waiting
from driveline.modules.leads.services.said import said_chip, said_reason
from driveline.modules.leads.services.wishes import cars_of, remark_of

if TYPE_CHECKING:
    from datetime import datetime

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.pages import Context

AT_ONCE = 20


@dataclass(frozen=True)
class Event:
    """One entry of the timeline. `css` is its dot: key (contact), no (not reached), "" (system)."""

    at: datetime
    title: str
    when: str
    css: str = ""
    tag: str = ""
    box: str = ""
    foot: str = ""
    lines: list[str] = field(default_factory=list)


def context(pursuit: Pursuit, ctx: Context) -> dict[str, Any]:
    """The newest entries; three queries, and up to three for the cars of who asked again."""
    events = [*_contacts(pursuit, ctx), *_changes(pursuit, ctx), *_arrivals(pursuit, ctx)]
    events.sort(key=lambda e: e.at, reverse=True)
    return {"events": events[:AT_ONCE], "more": len(events) > AT_ONCE}


def log_context(pursuit: Pursuit, ctx: Context) -> dict[str, Any]:
    """The transition log alone."""
    return {"events": list(reversed(list(_changes(pursuit, ctx))))}


def _contacts(pursuit: Pursuit, ctx: Context) -> list[Event]:
    rows = FollowUp.objects.filter(pursuit_id=pursuit.pk).select_related("actor").order_by("-at", "-id")
    events = []
    for record in rows[: AT_ONCE + 1]:
        foot = [str(record.actor), str(record.get_method_display())]
        if record.next_date:
            at = f" {record.next_time:%H:%M}" if record.next_time else ""
            foot.append(gettext("next %(day)s") % {"day": day(record.next_date, ctx.today) + at})
        if record.old_grade and record.old_grade != record.new_grade:
            foot.append(f"{record.old_grade} → {record.new_grade}")
        events.append(
            Event(
                at=record.at,
                title=said_chip(record),
                when=moment(record.at, ctx.today),
                css="key" if record.reached else "no",
                tag=_tag(record, pursuit),
                box=record.remark,
                foot=" · ".join(foot),
            )
        )
    return events


def _tag(record: FollowUp, pursuit: Pursuit) -> str:
    if record.first_contact:
        minutes = pursuit.first_contact_minutes
        first = gettext("First contact")
        return first if minutes is None else f"{first} {waiting(minutes)}"
    return gettext("effective") if record.effective else ""


def _changes(pursuit: Pursuit, ctx: Context) -> list[Event]:
    rows = Transition.objects.filter(subject_type=pursuit._meta.label_lower, subject_id=pursuit.pk)
    events = []
    for change in rows.select_related("actor").order_by("-at", "-id")[: AT_ONCE + 1]:
        label = dict(Action.choices).get(change.action, change.action)
        reason = said_reason(pursuit.store_id, change.action, change.reason)
        foot = " · ".join(filter(None, [str(change.actor), reason]))
        events.append(
            Event(change.at, str(label), moment(change.at, ctx.today), foot=foot, lines=_said(change.detail))
        )
    return events


def _said(detail: dict[str, Any]) -> list[str]:
    """What a change says of itself: to whom it went, which rule decided."""
    names = {"to_name": _("to %(value)s"), "from_name": _("from %(value)s"), "rule": _("by rule %(value)s")}
    said = [str(words) % {"value": detail[name]} for name, words in names.items() if detail.get(name)]
    return [*said, *filter(None, [why_words(detail.get("why") or {})])]


def _arrivals(pursuit: Pursuit, ctx: Context) -> list[Event]:
    rows = (
        Intake.objects.filter(pursuit_id=pursuit.pk).select_related("source", "actor").order_by("-at", "-id")
    )
    events = []
    arrivals = list(rows[: AT_ONCE + 1])
    cars = cars_of(arrivals)
    for arrival in arrivals:
        done = arrival.get_done_display() if arrival.done else ""
        foot = " · ".join(filter(None, [str(arrival.source or ""), str(arrival.actor), done]))
        new = arrival.verdict == VerdictCode.NEW
        title = gettext("Arrived") if new else gettext("Entered again")
        lines = [] if new else [str(label_of(arrival.kind, arrival.rule)), *_told(arrival, pursuit, cars)]
        when, box = moment(arrival.at, ctx.today), remark_of(arrival)
        events.append(Event(arrival.at, title, when, box=box, foot=foot, lines=lines))
    return events


def _told(arrival: Intake, pursuit: Pursuit, cars: Mapping[int, str]) -> Iterator[str]:
    """What was told otherwise than the lead has it, or anew."""
    name = arrival.payload.get("name")
    if name and name != pursuit.party.name:
        yield gettext("Name given: %(name)s") % {"name": name}
    if arrival.pk in cars:
        yield gettext("Intended car: %(words)s") % {"words": cars[arrival.pk]}
