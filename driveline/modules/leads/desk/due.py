"""The due list and tomorrow's visits: rows of the task list in the order in which they are to be called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateTimeField, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.people import user_label
from driveline.engines.followup.models import Task
from driveline.kit import formats
from driveline.kit.badges import capped_count
from driveline.kit.desk import FUTURE_DAYS, DueCounts, DueRow, Visit, Visits, due_work, tool, visits
from driveline.kit.scopes import Scope
from driveline.kit.verbs import Tool
from driveline.modules.leads.desk.common import TASKS, address, load, open_tasks, settings
from driveline.modules.leads.pages.columns import car, grade_tip, shown_phone
from driveline.modules.leads.services.counts import uncalled
from driveline.modules.leads.services.waiting import first_call

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

RECORD = "lead_tasks.record"
JOINS = (
    "pursuit__party",
    "pursuit__source",
    "pursuit__brand",
    "pursuit__series",
    "pursuit__car_model",
    "pursuit__lead",
    "assignee",
)
VISITS_SHOWN = 5
FIRST, OVERDUE, TIMED, PLAIN = range(4)


class LeadWork:
    """The due work of leads."""

    permission = TASKS
    list_url = "/lead-tasks/"

    def counts(self, actor: Actor, ctx: Context) -> DueCounts:
        return load(actor, ctx).counts

    def rows(self, actor: Actor, ctx: Context, tab: str, limit: int) -> Sequence[DueRow]:
        """One query: to call first (longest waiting), overdue (oldest), today with a time, today, later."""
        rows = open_tasks(actor).filter(_condition(tab, ctx)).annotate(rank=_rank(ctx), since=_since())
        order = (
            "rank",
            F("since").asc(nulls_last=True),
            "due_date",
            F("due_time").asc(nulls_last=True),
            "pk",
        )
        found = rows.select_related(*JOINS).order_by(*order)[:limit]
        return [self._row(task, actor, ctx) for task in found]

    def tab_url(self, tab: str, ctx: Context) -> str:
        if tab == "future":
            last = ctx.today + timedelta(days=FUTURE_DAYS)
            return address(self.list_url, ("scene", "future"), ("due_to", last))
        return self.list_url if tab == "all" else address(self.list_url, ("scene", tab))

    def _row(self, task: Any, actor: Actor, ctx: Context) -> DueRow:
        pursuit = task.pursuit
        phone = shown_phone(pursuit, ctx)
        first = task.rank == FIRST
        told = first_call(task, actor, ctx, settings(actor, ctx).first_contact_limit)
        css, words = told or formats.due(task.due_date, task.due_time, ctx.today)
        return DueRow(
            pk=task.pk,
            sort=(task.rank, task.since or ctx.now, task.due_date, str(task.due_time or "~"), task.pk),
            grade=pursuit.grade,
            grade_tip=grade_tip(pursuit.grade, ctx, pursuit.store_id),
            name=pursuit.party.name,
            url=f"/leads/{pursuit.pk}/",
            phone=phone,
            tel=pursuit.party.phone_key if phone and "*" not in phone else "",
            subject=car(pursuit),
            remark=pursuit.last_remark or pursuit.lead.remark or _from(pursuit),
            due_css=css,
            due=words,
            who="" if actor.scope(TASKS) == Scope.OWN else user_label(task.assignee),
            verb=_verb(first, actor),
            verb_url=f"/lead-tasks/{task.pk}/record/" if actor.can(RECORD) else f"/leads/{pursuit.pk}/",
            workable=actor.can(RECORD),
        )


def _from(pursuit: Pursuit) -> str:
    """What is known of somebody who has said nothing yet: where he left his number."""
    return gettext("from %(source)s") % {"source": pursuit.source} if pursuit.source else ""


def _verb(first: bool, actor: Actor) -> str:
    if not actor.can(RECORD):
        return gettext("View")
    return gettext("Contact") if first else gettext("Follow up")


def _condition(tab: str, ctx: Context) -> Q:
    if tab == "overdue":
        return Q(due_date__lt=ctx.today)
    if tab == "due":
        return Q(due_date=ctx.today)
    if tab == "future":
        return Q(due_date__gt=ctx.today, due_date__lte=ctx.today + timedelta(days=FUTURE_DAYS))
    return Q(due_date__lte=ctx.today)


def _rank(ctx: Context) -> Case:
    return Case(
        When(due_date__gt=ctx.today, then=Value(PLAIN)),
        When(uncalled(), then=Value(FIRST)),
        When(due_date__lt=ctx.today, then=Value(OVERDUE)),
        When(due_time__isnull=False, then=Value(TIMED)),
        default=Value(PLAIN),
        output_field=IntegerField(),
    )


def _since() -> Case:
    """How long those to call first have been waiting; nothing for the others."""
    return Case(
        When(uncalled(), then=F("pursuit__assigned_at")),
        default=Value(None),
        output_field=DateTimeField(),
    )


due_work(LeadWork())
tool(Tool(_("New lead"), "leads.create", "/leads/new/", icon="plus"))


@visits("lead", order=10, permission=TASKS)
def tomorrow(actor: Actor, ctx: Context) -> Visits:
    """明日邀约到店 (R-F-06). Two queries."""
    day = ctx.today + timedelta(days=1)
    rows: QuerySet[Task] = open_tasks(actor).filter(due_date=day, plan_visit=True)
    found = rows.select_related(*JOINS).order_by(F("due_time").asc(nulls_last=True), "pk")[:VISITS_SHOWN]
    url = address("/lead-tasks/", ("scene", "future"), ("visit", 1), ("due_from", day), ("due_to", day))
    return Visits([_visit(task, actor, ctx) for task in found], capped_count(rows), url)


def _visit(task: Task, actor: Actor, ctx: Context) -> Visit:
    pursuit = task.pursuit
    return Visit(
        at=task.due_time,
        name=pursuit.party.name,
        url=f"/leads/{pursuit.pk}/",
        subject=str(pursuit.series or pursuit.brand or ""),
        grade=pursuit.grade,
        grade_tip=grade_tip(pursuit.grade, ctx, pursuit.store_id),
        who=user_label(task.assignee) if task.assignee and actor.scope(TASKS) != Scope.OWN else "",
    )
