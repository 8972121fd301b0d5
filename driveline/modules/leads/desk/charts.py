"""The two charts: fourteen days of follow-ups, and how far this month's leads have come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from driveline.core import clock
from driveline.engines.followup.models import FollowUp, Pursuit
from driveline.kit.desk import Bars, Funnel, chart
from driveline.kit.scopes import Scope, visible
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.desk.common import TASKS
from driveline.modules.leads.desk.figures import CHART_DAYS, closed_days, done_today
from driveline.modules.leads.services.counts import arrived_since, invited

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


@chart("lead.fortnight", order=10, permission=TASKS)
def fortnight(actor: Actor, ctx: Context) -> Bars:
    """近 14 天跟进, effective below, the rest on top; today live."""
    found = closed_days(actor, ctx) | {ctx.today: done_today(actor, ctx)}
    days = tuple(ctx.today - timedelta(days=n) for n in range(CHART_DAYS - 1, -1, -1))
    effective = tuple(found.get(day, {}).get("effective", 0) for day in days)
    rest = tuple(
        found.get(day, {}).get("followups", 0) - good for day, good in zip(days, effective, strict=True)
    )
    return Bars(
        title=_("Follow-ups, 14 days"),
        days=days,
        series=(
            (pgettext_lazy("follow-ups", "Effective"), effective),
            (pgettext_lazy("follow-ups", "Other"), rest),
        ),
    )


@chart("lead.month", order=20, permission="leads.view")
def month(actor: Actor, ctx: Context) -> Funnel:
    """本月转化 by the time of arrival. Two queries."""
    since = clock.day_start(ctx.today.replace(day=1))
    rows = visible(Pursuit, actor, "leads.view").filter(arrived_since(since), kind=KIND)
    found = rows.order_by().aggregate(
        all=Count("pk"),
        called=Count("pk", filter=Q(first_contact_at__isnull=False)),
        effective=Count("pk", filter=Q(first_effective_at__isnull=False)),
    )
    wide = actor.scope("leads.view") == Scope.GROUP
    stores = sorted(actor.group_store_ids) if wide else [actor.store_id]
    asked = FollowUp.objects.filter(
        invited(), store_id__in=stores, kind=KIND, at__gte=since, pursuit__in=rows.values("pk")
    )
    return Funnel(
        title=_("Conversion this month"),
        note=_("by time of arrival"),
        steps=(
            (_("All leads"), found["all"]),
            (_("Contacted"), found["called"]),
            (_("Effective contact"), found["effective"]),
            (_("Invited"), asked.values("pursuit_id").distinct().count()),
        ),
    )
