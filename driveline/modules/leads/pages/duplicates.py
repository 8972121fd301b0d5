"""重复线索 PG-L05: arrivals that made no new lead, the rule that held them back, whom they met and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import phones
from driveline.core.access import phone_view
from driveline.core.people import user_label
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.choices import BatchState, Done, VerdictCode
from driveline.engines.intake.deciding import label_of, labels
from driveline.engines.intake.models import Intake
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.scopes import reaches, rule_of
from driveline.kit.verbs import Open
from driveline.modules.leads.choices import KIND, EntryMethod, look
from driveline.modules.leads.pages.filters import keyword, person_name, source
from driveline.modules.leads.services.wishes import remark_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

HIT = ("pursuit", "pursuit__party")


def _name(arrival: Intake, ctx: Context) -> str:
    return str(arrival.payload.get("name") or "")


def _named(arrival: Intake, ctx: Context) -> str | SafeString:
    """The name as it was given, leading to the lead that was met when that may be seen."""
    name = _name(arrival, ctx)
    if _why_not_see(arrival, ctx.actor):
        return name
    return col.opening(f"/leads/{arrival.pursuit_id}/", name)


def _words(arrival: Intake, ctx: Context) -> str:
    return remark_of(arrival)


def _phone(arrival: Intake, ctx: Context) -> str:
    """Whole for whom the row is own or who sees all numbers of the store; else masked (DESIGN §3a)."""
    if not arrival.phone_key:
        return ""
    whole = phone_view(ctx.actor, arrival.store_id, arrival.actor_id) == "full"  # type: ignore[arg-type]  # core's own
    return phones.pretty(arrival.phone_key) if whole else phones.masked_pretty(arrival.phone_key)


def _hit(arrival: Intake, ctx: Context) -> str:
    """命中对象: what kind of row it met and how that stood then; a row of the same file has no name yet."""
    if arrival.pursuit is None:
        return gettext("An earlier row of the file") if arrival.batch_id else ""
    state = str(look(arrival.hit_state)[1]) if arrival.hit_state else ""
    return " · ".join(filter(None, [gettext("Lead"), arrival.pursuit.party.name, state]))


class Handled(col.Choice):
    """What was done with the lead it met; of an import that was taken back it holds no more."""

    def export(self, row: Intake, ctx: Context) -> str:
        said = super().export(row, ctx)
        if said and row.batch is not None and row.batch.state == BatchState.REVERTED:
            return gettext("%(done)s (import taken back)") % {"done": said}
        return said


def _why_not_see(arrival: Intake, actor: Actor) -> str:
    if arrival.pursuit is None:
        return gettext("It met no lead, but an earlier row of its file.")
    scope = actor.scope("leads.view")
    if scope is None or not reaches(rule_of(Pursuit), arrival.pursuit, actor, scope):
        return gettext("The lead is not among those you see.")
    return ""


@register
class DuplicateLeads(ListPage):
    """Held-back arrivals of every door, newest first; read only. Rows that cannot be read stand elsewhere (A-L-11)."""

    name, path, title, menu, order = (
        "duplicate-leads",
        "duplicate-leads/",
        _("Duplicate leads"),
        "network",
        50,
    )
    model, permission, export = Intake, "duplicate_leads.view", "duplicate_leads.export"
    columns = [
        col.Computed(key="name", label=_("Customer name"), text=_name, html=_named, join=HIT, pin="l", fixed=True,
                     card="title"),
        col.Phone(key="phone", label=_("Mobile"), shown_number=_phone, card="phone"),
        col.Computed(key="rule", label=_("Filter reason"), text=lambda a, ctx: str(label_of(a.kind, a.rule)), card="state"),
        col.Column(key="source", label=_("Source"), join=("source",)),
        col.Computed(key="hit", label=_("Matched"), text=_hit, join=HIT, card="line",
                     html=lambda a, ctx: col.cut(_hit(a, ctx))),
        Handled(key="done", label=_("Handled"), join=("batch",), card="mark"),
        col.Computed(key="hit_owner", label=_("Consultant then"), join=("hit_owner",), card="side",
                     text=lambda a, ctx: user_label(a.hit_owner) if a.hit_owner else ""),
        col.Computed(key="door", label=_("Way of entry"), text=lambda a, ctx: EntryMethod.words(a.door), shown=False),
        col.Column(key="batch", label=_("Import"), join=("batch",), shown=False),
        col.Computed(key="actor", label=_("Entered by"), join=("actor",), text=lambda a, ctx: user_label(a.actor),
                     priority=1),
        col.Moment(key="at", label=_("Entered at"), sort="at", card="due"),
        col.Computed(key="said", label=_("Remark"), text=_words, css="t2 narrow", card="text", priority=1,
                     html=lambda a, ctx: col.cut(remark_of(a))),
    ]  # fmt: skip
    filters = [
        keyword("pursuit__", "duplicate_leads.view"),
        flt.Choice(name="reason", label=_("Filter reason"), column="rule", options=lambda ctx: labels(KIND)),
        flt.Choice(name="done", label=_("Handled"), options=Done.choices),
        source(),
        flt.Choice(name="door", label=_("Way of entry"), options=EntryMethod.choices),
        flt.Picked(
            name="by", label=_("Entered by"), column="actor_id", url="/options/people/?permission=leads.create",
            label_of=person_name,
        ),
        flt.Dates(name="at", label=_("Entered at"), column="at", moment=True),
    ]  # fmt: skip
    orders = [Order("newest", "at", descending=True), Order("oldest", "at")]
    scenes = [
        Scene("all", _("All")),
        Scene("today", _("Today"), lambda ctx: Q(at__gte=ctx.now.replace(hour=0, minute=0, second=0, microsecond=0))),
        Scene("activated", _("Activated again"), lambda ctx: Q(done=Done.ACTIVATED)),
    ]  # fmt: skip
    verbs = [
        Open(
            "view", _("See the customer"), "leads.view", lambda a: f"/leads/{a.pursuit_id or 0}/",
            guard=_why_not_see, main=True,
        ),
    ]  # fmt: skip
    empty = Empty(
        _("No duplicate leads"), _("A number that is a lead already stands here, with what was done with it.")
    )
    store_column = col.Column(key="store", label=_("Store"), join=("store",))
    api = Resource(
        "duplicate-leads",
        also=[
            col.Column(key="lead", label=_("Lead"), source="pursuit.id", join=HIT),
            col.Column(key="door_code", label=_("Way of entry"), source="door"),
            col.Column(key="rule_code", label=_("Filter reason"), source="rule"),
        ],
    )

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind=KIND, verdict=VerdictCode.DUPLICATE)
