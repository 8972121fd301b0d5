"""线索跟进记录 PG-L03: what was said, by record or by lead. Read only; a record is never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import Result
from driveline.engines.followup.models import FollowUp
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Open
from driveline.modules.leads.pages.columns import PursuitColumns
from driveline.modules.leads.pages.filters import grade, keyword, person_name, source
from driveline.modules.leads.policy import CHIPS
from driveline.modules.leads.services.counts import invited, latest_contact
from driveline.modules.leads.services.said import said_chip

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor

c = PursuitColumns("pursuit")


@register
class LeadRecords(ListPage):
    """One row per contact, or per lead its latest contact with how many there were (R-L-08)."""

    name, path, title, menu, order = (
        "lead-records",
        "lead-records/",
        _("Follow-up records"),
        "network",
        30,
    )
    model = FollowUp
    permission = "lead_records.view"
    export = "lead_records.export"
    columns = [
        c.name(), c.phone(), c.source(), c.car(shown=False), c.brand(), c.series(shown=True), c.model(),
        c.grade("new_grade"), col.Day(key="due_date", label=_("Due"), shown=False),
        col.Moment(key="at", label=_("Followed up at"), sort="at", card="due"),
        col.YesNo(key="effective", label=_("Effective"), yes=_("Yes"), no=_("No"), priority=1),
        col.Choice(key="method", label=_("Method"), shown=False),
        col.Computed(key="chip", label=_("How it went"), text=lambda r, ctx: said_chip(r), card="state"),
        col.Choice(key="result", label=_("Result"), shown=False),
        col.Column(key="actor", label=_("Followed up by"), join=("actor",), card="side"),
        col.Cut(key="remark", label=_("Remark"), css="t2", card="text"),
        col.Day(key="next_date", label=_("Next follow-up")),
        c.follow_count(),
    ]  # fmt: skip
    joins = ("pursuit", "pursuit__party")
    filters = [
        flt.Choice(
            name="view",
            label=_("View by"),
            many=False,
            options=[("record", _("By record")), ("lead", _("By lead"))],
            condition=lambda v, ctx: Q(at=latest_contact()) if v == ["lead"] else Q(),
        ),
        flt.Contains(name="remark", label=_("Remark")),
        keyword("pursuit__", "lead_records.view"),
        source("pursuit__"),
        flt.Picked(
            name="actor",
            label=_("Followed up by"),
            column="actor_id",
            url="/options/people/",
            label_of=person_name,
        ),
        flt.Dates(name="at", label=_("Followed up at"), moment=True),
        flt.Choice(name="chip", label=_("How it went"), options=[(chip.code, chip.label) for chip in CHIPS]),
        flt.Choice(
            name="effective",
            label=_("Effective"),
            many=False,
            options=[("1", _("Yes")), ("0", _("No"))],
            condition=lambda v, ctx: Q(effective=v == ["1"]),
        ),
        flt.Choice(
            name="by",
            label=_("Whose"),
            many=False,
            options=[("mine", _("My own")), ("team", _("My team's"))],
            condition=lambda v, ctx: Q(
                actor_id__in=ctx.actor.team_ids if v == ["team"] else [ctx.actor.user_id]
            ),
        ),
        flt.Choice(
            name="record",
            label=_("Kind of record"),
            many=False,
            options=[("task", _("Of a task")), ("extra", _("Supplementary"))],
            condition=lambda v, ctx: Q(task__isnull=v == ["extra"]),
        ),
        flt.Choice(
            name="invited",
            label=_("Invited to the store"),
            many=False,
            options=[("1", _("Yes"))],
            condition=lambda v, ctx: invited(),
        ),
        flt.Choice(
            name="first",
            label=_("First contact"),
            many=False,
            options=[("1", _("Yes"))],
            condition=lambda v, ctx: Q(first_contact=True),
        ),
        grade("new_grade"),
        flt.Choice(name="result", label=_("Result"), options=Result.choices),
    ]
    orders = [Order("newest", "at", descending=True), Order("oldest", "at")]
    verbs = [Open("view", _("View"), "lead_records.view", lambda r: f"/leads/{r.pursuit_id}/")]
    empty = Empty(_("No follow-ups yet"), _("Every follow-up that is recorded stands here."))
    store_column = c.store()
    api = Resource("follow-ups", also=[c.key()])

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind="lead")
