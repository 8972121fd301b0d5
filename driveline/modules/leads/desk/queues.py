"""The tiles: to call first, due, overdue, the coming week, to assign, arrived today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.engines.followup.models import Pursuit
from driveline.kit.badges import capped_count
from driveline.kit.desk import FUTURE_DAYS, Queue, queue
from driveline.kit.formats import day, waiting
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.desk.common import TASKS, address, load, settings
from driveline.modules.leads.desk.figures import done_today
from driveline.modules.leads.services.counts import arrived_since, queued_since, unassigned
from driveline.modules.leads.services.waiting import waited

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


@queue("lead.first", _("First contact due"), order=10, permission=TASKS)
def first(actor: Actor, ctx: Context) -> Queue:
    """待首联: due, and nobody has spoken to them yet."""
    found = load(actor, ctx)
    limit = settings(actor, ctx).first_contact_limit
    note, tone = gettext("Limit %(limit)s") % {"limit": waiting(limit)}, ""
    if found.waiting_since is not None:
        minutes = waited(found.waiting_since, actor, ctx)
        note = gettext("Waiting up to %(wait)s, limit %(limit)s") % {
            "wait": waiting(minutes),
            "limit": waiting(limit),
        }
        tone = "bad" if minutes > limit else "warn"
    return Queue(found.first, note, tone, address("/lead-tasks/", ("scene", "first")))


@queue("lead.due", _("Falling due today"), order=20, permission=TASKS)
def due(actor: Actor, ctx: Context) -> Queue:
    """今日到期."""
    found = load(actor, ctx)
    done = done_today(actor, ctx)["followups"]
    note = gettext("First contact: %(first)s, done: %(done)s") % {"first": found.first, "done": done}
    return Queue(found.counts.due, note, "", address("/lead-tasks/", ("scene", "due")))


@queue("lead.overdue", _("Already overdue"), order=30, permission=TASKS)
def overdue(actor: Actor, ctx: Context) -> Queue:
    """已过期."""
    found = load(actor, ctx)
    days = found.worst_days
    note = (
        ngettext("Up to %(n)d day", "Up to %(n)d days", days) % {"n": days}
        if days
        else gettext("Nothing late")
    )
    return Queue(found.counts.overdue, note, "bad", address("/lead-tasks/", ("scene", "overdue")))


@queue("lead.future", _("Next 7 days"), order=40, permission=TASKS)
def future(actor: Actor, ctx: Context) -> Queue:
    """将来 7 天."""
    last = ctx.today + timedelta(days=FUTURE_DAYS)
    note = gettext("%(from)s to %(to)s") % {
        "from": day(ctx.today + timedelta(days=1), ctx.today),
        "to": day(last, ctx.today),
    }
    url = address("/lead-tasks/", ("scene", "future"), ("due_to", last))
    return Queue(load(actor, ctx).counts.future, note, "", url)


@queue("lead.assign", _("To assign"), order=50, permission="leads.assign")
def to_assign(actor: Actor, ctx: Context) -> Queue:
    """待分配: nobody's yet. Two queries."""
    count = capped_count(unassigned(actor))
    oldest = queued_since(actor) if count else None
    note, tone = gettext("Everything is assigned"), ""
    if oldest is not None:
        minutes = waited(oldest, actor, ctx)
        note = gettext("Waiting up to %(wait)s") % {"wait": waiting(minutes)}
        tone = "bad" if minutes > settings(actor, ctx).first_contact_limit else "warn"
    return Queue(count, note, tone, address("/leads/", ("scene", "queue")))


@queue("lead.today", _("Arrived today"), order=60, permission="leads.view")
def arrived(actor: Actor, ctx: Context) -> Queue:
    """今日进线, yesterday beside it. One query."""
    midnight = clock.day_start(ctx.today)
    yesterday = midnight - timedelta(days=1)
    rows = visible(Pursuit, actor, "leads.view").filter(arrived_since(yesterday), kind=KIND)
    found = rows.aggregate(
        today=Count("pk", filter=Q(arrived_at__gte=midnight)),
        before=Count("pk", filter=Q(arrived_at__lt=midnight)),
    )
    note = gettext("Yesterday %(n)s") % {"n": found["before"]}
    return Queue(found["today"], note, "", address("/leads/", ("scene", "today")), whole=True)
