"""网销线索 PG-L01: all leads, to be assigned, worked, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Series
from driveline.engines.followup.choices import OPEN_PHASES, Phase
from driveline.engines.followup.models import Pursuit
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource
from driveline.kit.formats import capped, waiting
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Open, Tool
from driveline.modules.leads.choices import EntryMethod, phase_labels
from driveline.modules.leads.forms import ActivateForm, AssignForm, VoidForm
from driveline.modules.leads.pages import detail, interface
from driveline.modules.leads.pages.columns import PursuitColumns
from driveline.modules.leads.pages.filters import OfImport, file_name, grade, keyword, owner, source
from driveline.modules.leads.pages.followup import record_open
from driveline.modules.leads.services.commands import lead_activate, lead_assign, lead_reassign, lead_void
from driveline.modules.leads.services.counts import arrived_since, queued_since, unassigned
from driveline.modules.leads.services.waiting import waited

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

c = PursuitColumns()


def _status(phases: list[str], ctx: Context) -> Q:
    """Saying that they are open too lets the database use the short index of open leads."""
    chosen = Q(phase=phases[0]) if len(phases) == 1 else Q(phase__in=phases)
    return chosen & Q(is_open=True) if set(phases) <= set(OPEN_PHASES) else chosen


def _today(ctx: Context) -> Q:
    return arrived_since(ctx.now.replace(hour=0, minute=0, second=0, microsecond=0))


def series_name(pk: int, ctx: Context) -> str:
    """The name of a series of the catalogue."""
    return Series.objects.filter(pk=pk).values_list("name", flat=True).first() or "-"


@register
class Leads(ListPage):
    """Leads of the store that the person may see, newest arrival first."""

    name, path, title, menu, order = "leads", "leads/", _("Leads"), "network", 10
    model = Pursuit
    permission = "leads.view"
    export = "leads.export"
    columns = [
        c.name(), c.phone(), c.source(), c.car(), c.brand(), c.series(), c.model(), c.grade(), c.status(), c.owner(),
        c.follow_count(), c.last_followed(), c.last_remark(shown=False), c.next_due(), c.place(),
        col.Column(key="created_by", label=_("Entered by"), join=("created_by",), shown=False),
        col.Moment(key="arrived_at", label=_("Arrived at"), sort="arrived_at"),
    ]  # fmt: skip
    filters = [
        keyword(),
        source(),
        flt.Choice(
            name="assigned",
            label=_("Assignment state"),
            many=False,
            options=[("no", _("Not yet")), ("yes", _("Assigned"))],
            condition=lambda v, ctx: Q(owner__isnull=v == ["no"]),
        ),
        owner(),
        grade(),
        flt.Choice(name="status", label=_("Status"), options=phase_labels(), condition=_status),
        flt.Choice(name="entry", label=_("Way of entry"), column="entry_method", options=EntryMethod.choices),
        flt.Dates(name="arrived", label=_("Arrived at"), column="arrived_at", moment=True),
        flt.Dates(name="due", label=_("Next follow-up"), column="next_due"),
        flt.Picked(
            name="car", label=_("Series"), column="series_id", url="/options/series/", label_of=series_name
        ),
        flt.Contains(name="city", label=_("City"), column="party__city"),
        OfImport(name="import", label=_("Import"), label_of=file_name),
    ]
    orders = [Order("newest", "arrived_at", descending=True), Order("oldest", "arrived_at")]
    scenes = [
        Scene("all", _("All")),
        Scene(
            "queue",
            _("To assign"),
            lambda ctx: Q(phase=Phase.UNASSIGNED, is_open=True),
            counted=True,
            hot=True,
            permission="leads.assign",
        ),
        Scene("open", _("Open"), lambda ctx: Q(is_open=True)),
        Scene("mine", _("Mine"), lambda ctx: Q(owner_id=ctx.actor.user_id), permission="lead_tasks.record"),
        Scene(
            "team",
            _("My people's"),
            lambda ctx: Q(owner_id__in=ctx.actor.team_ids - {ctx.actor.user_id}),
            permission="lead_tasks.reassign",
        ),
        Scene("today", _("Arrived today"), _today, counted=True),
        Scene("again", _("Entered again"), lambda ctx: Q(dup_count__gt=0)),
    ]
    verbs = [
        record_open(),
        Do(lead_assign, form=AssignForm, when=lambda p: p.phase == Phase.UNASSIGNED),
        Do(lead_reassign, form=AssignForm, when=lambda p: p.phase == Phase.ACTIVE),
        Do(lead_activate, form=ActivateForm, batch=False, when=lambda p: p.phase == Phase.LOST),
        Open("edit", _("Edit"), "leads.edit", lambda p: f"/leads/{p.pk}/edit/", guard=detail.edit_why_not),
        Do(lead_void, form=VoidForm, when=lambda p: p.phase in (Phase.UNASSIGNED, Phase.ACTIVE)),
    ]
    tools = [
        Tool(_("New lead"), "leads.create", "/leads/new/", icon="plus", primary=True),
        Tool(_("Import a file"), "leads.import", "/imports/new/", icon="file-import", opens="page"),
    ]
    empty = Empty(_("No leads yet"), _("Enter the first one, or have them brought in."))
    store_column = c.store()
    api = Resource("leads", create=interface.CREATE, examples=interface.EXAMPLES)
    detail = detail.LeadDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind="lead")

    def todo(self, actor: Actor, ctx: Context) -> QuerySet[Any] | None:
        return unassigned(actor)

    def summary(self, rows: QuerySet[Any], ctx: Context) -> str:
        """How many wait for an owner, as the tab counts them, and for how long at most. Two queries of a row; whoever
        looks for something has the tab's number only."""
        n = 0 if ctx.kept["narrowed"] else ctx.kept["scene counts"].get("queue", 0)
        since = queued_since(ctx.actor) if n else None
        if since is None:
            return ""
        wait = waiting(waited(since, ctx.actor, ctx))
        return gettext("To assign: %(n)s, waiting up to %(wait)s") % {"n": capped(n), "wait": wait}
