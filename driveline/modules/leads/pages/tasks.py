"""线索跟进任务 PG-L02: who is to be contacted, most overdue first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import Task
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do
from driveline.modules.leads.forms import AssignForm, RecordForm
from driveline.modules.leads.pages.columns import PursuitColumns, TaskDue
from driveline.modules.leads.pages.filters import grade, keyword, owner, source
from driveline.modules.leads.pages.followup import FollowUpScreens, task_open
from driveline.modules.leads.services.commands import lead_reassign, lead_task_record
from driveline.modules.leads.services.counts import tasks_to_do, uncalled

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

c = PursuitColumns("pursuit")


@register
class LeadTasks(ListPage):
    """Open follow-up tasks of leads: 到期 and 过期 first, 将来 on its own tab (R-G-13).

    A task nobody has yet (after an activation) stands in the assign queue, not here.
    """

    name, path, title, menu, order = "lead-tasks", "lead-tasks/", _("Follow-up tasks"), "network", 20
    model = Task
    permission = "lead_tasks.view"
    columns = [
        c.name(), c.phone(), c.grade(), c.source(), c.car(), c.brand(), c.series(), c.model(),
        TaskDue(key="due_date", label=_("Due"), time_source="due_time", sort="due_date", card="due"),
        c.last_followed(), c.last_remark(), c.follow_count(),
        col.Column(key="assignee", label=_("Consultant"), join=("assignee",), card="side"),
    ]  # fmt: skip
    joins = ("pursuit", "pursuit__party")
    filters = [
        keyword("pursuit__", "lead_tasks.view"),
        source("pursuit__"),
        grade("pursuit__grade"),
        owner("assignee_id"),
        flt.Dates(name="due", label=_("Due"), column="due_date"),
        flt.Choice(
            name="visit",
            label=_("Visit planned"),
            many=False,
            options=[("1", _("Yes"))],
            condition=lambda v, ctx: Q(plan_visit=True),
        ),
    ]
    orders = [Order("due", "due_date"), Order("latest", "due_date", descending=True)]
    scenes = [
        Scene("now", _("Due and overdue"), lambda ctx: Q(due_date__lte=ctx.today), counted=True, hot=True),
        Scene(
            "first",
            _("First contact due"),
            lambda ctx: Q(due_date__lte=ctx.today) & uncalled(),
            counted=True,
            hot=True,
        ),
        Scene("due", _("Due today"), lambda ctx: Q(due_date=ctx.today), counted=True),
        Scene("overdue", _("Overdue"), lambda ctx: Q(due_date__lt=ctx.today), counted=True),
        Scene("future", _("Future"), lambda ctx: Q(due_date__gt=ctx.today), counted=True),
    ]
    verbs = [task_open(), Do(lead_reassign, form=AssignForm, through="pursuit")]
    empty = Empty(
        _("No tasks"),
        _("Have a look at the coming days when there is time."),
        _("Everything due today is done"),
    )
    store_column = c.store()
    api = Resource(
        "lead-tasks",
        verbs=[Do(lead_task_record, form=RecordForm, batch=False)],
        also=[c.key()],
        examples={
            "record": {"chip": "go_on", "remark": "客户周六上午带家人来看车"},
            "reassign": {"users": [1]},
        },
    )
    hot_badge = True
    detail = FollowUpScreens()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind="lead", state=TaskState.OPEN, assignee__isnull=False)

    def todo(self, actor: Actor, ctx: Context) -> QuerySet[Any] | None:
        return tasks_to_do(actor, ctx.today)
