"""My numbers (or my team's) against yesterday: closed days from the counters, today live by the same definitions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from driveline.core import clock
from driveline.core.models import DailyCounter
from driveline.engines.followup.choices import Outcome
from driveline.engines.followup.models import FollowUp
from driveline.kit.desk import Figure, figures
from driveline.kit.scopes import Scope
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.desk.common import TASKS, address, people, stores
from driveline.modules.leads.services.counts import invited

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

CHART_DAYS = 14
SPARK_DAYS = 8
TIMES, PEOPLE, MINUTES = (
    ngettext_lazy("time", "times"),
    ngettext_lazy("person", "people"),
    ngettext_lazy("min", "min"),
)

type Days = dict[date, dict[str, int]]


def _mine(rows: QuerySet[Any], actor: Actor, person: str) -> QuerySet[Any]:
    found = rows.filter(store_id__in=stores(actor))
    who = people(actor)
    return found if who is None else found.filter(**{f"{person}__in": who})


def done_today(actor: Actor, ctx: Context) -> dict[str, int]:
    """Today's followups, effective and invited, live. One query, once a request."""
    return ctx.once("lead done today", lambda: _done_today(actor, ctx))


def _done_today(actor: Actor, ctx: Context) -> dict[str, int]:
    rows = _mine(FollowUp.objects.filter(kind=KIND, at__gte=clock.day_start(ctx.today)), actor, "actor_id")
    return rows.exclude(outcome=Outcome.SUPPLEMENT).aggregate(
        followups=Count("pk"),
        effective=Count("pk", filter=Q(effective=True)),
        invited=Count("pk", filter=invited()),
    )


def closed_days(actor: Actor, ctx: Context) -> Days:
    """The counters of the last 13 closed days, summed over the people. One query, once a request."""
    return ctx.once("lead closed days", lambda: _closed_days(actor, ctx))


def _closed_days(actor: Actor, ctx: Context) -> Days:
    rows = DailyCounter.objects.filter(
        day__gte=ctx.today - timedelta(days=CHART_DAYS - 1),
        day__lt=ctx.today,
        key__in=[f"{KIND}.{key}" for key in ("followups", "effective", "invited")],
    )
    found: Days = defaultdict(dict)
    summed = _mine(rows, actor, "user_id").order_by().values_list("day", "key").annotate(sum=Sum("value"))
    for day, key, value in summed:
        found[day][key.removeprefix(f"{KIND}.")] = value
    return dict(found)


def first_minutes(actor: Actor, ctx: Context) -> dict[date, int]:
    """The median of the first contacts of each of the last 8 days in working minutes. One query.

    A median of people's medians would not be one, so a team's is taken from the records.
    """
    since = clock.day_start(ctx.today - timedelta(days=SPARK_DAYS - 1))
    rows = FollowUp.objects.filter(kind=KIND, at__gte=since, first_contact=True)
    rows = _mine(rows, actor, "actor_id").filter(pursuit__first_contact_minutes__isnull=False)
    found: dict[date, list[int]] = defaultdict(list)
    for at, minutes in rows.values_list("at", "pursuit__first_contact_minutes"):
        found[clock.local(at).date()].append(minutes or 0)
    return {day: round(median(minutes)) for day, minutes in found.items()}


def rate(day: dict[str, int] | None) -> int | None:
    """Effective of all, in percent; None for a day without contacts."""
    if not day or not day.get("followups"):
        return None
    return round(100 * day.get("effective", 0) / day["followups"])


@figures("lead.work", order=10, permission=TASKS)
def my_numbers(actor: Actor, ctx: Context) -> list[Figure]:
    """完成跟进, 有效回访率, 邀约到店, 首联中位."""
    days = closed_days(actor, ctx) | {ctx.today: done_today(actor, ctx)}
    medians = first_minutes(actor, ctx)
    shown = [ctx.today - timedelta(days=n) for n in range(SPARK_DAYS - 1, -1, -1)]
    known = {day: days.get(day) for day in shown}

    def figure(
        code: str, label: Any, unit: Any, values: list[int | None], *more: tuple[str, Any], **rest: Any
    ) -> Figure:
        return Figure(
            code=code, label=label, unit=unit, value=values[-1], yesterday=values[-2], points=tuple(values),
            url=_records(actor, ctx, *more), team=people(actor) != frozenset({actor.user_id}), **rest,
        )  # fmt: skip

    def sums(key: str) -> list[int | None]:
        return [found.get(key, 0) if found is not None else 0 for found in known.values()]

    return [
        figure("followups", _("Follow-ups done"), TIMES, sums("followups"), ("record", "task")),
        figure("effective", _("Effective contacts"), "%", [rate(found) for found in known.values()],
               ("record", "task"), ("effective", 1)),
        figure("invited", _("Invited to the store"), PEOPLE, sums("invited"), ("record", "task"), ("invited", 1)),
        figure("first", _("First contact, median"), MINUTES, [medians.get(day) for day in shown], ("first", 1),
               better="down"),
    ]  # fmt: skip


def _records(actor: Actor, ctx: Context, *more: tuple[str, Any]) -> str:
    """The records that a figure of today counts."""
    pairs: list[tuple[str, Any]] = [("at_from", ctx.today), ("at_to", ctx.today), *more]
    scope = actor.scope(TASKS)
    if scope in (Scope.OWN, Scope.TEAM):
        pairs.append(("by", "mine" if scope == Scope.OWN else "team"))
    return address("/lead-records/", *pairs)
