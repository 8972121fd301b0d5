"""战败线索 PG-L04: why they were lost, and bringing them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.core.dictionaries import items
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Open
from driveline.modules.leads.forms import ActivateForm
from driveline.modules.leads.pages.columns import PursuitColumns, owner_name
from driveline.modules.leads.pages.filters import entry, keyword, owner, source
from driveline.modules.leads.services.commands import lead_activate

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

c = PursuitColumns()


def _reason(pursuit: Pursuit, ctx: Context) -> str:
    labels = ctx.once(
        ("reasons", pursuit.store_id),
        lambda: {i.code: i.label for i in items(pursuit.store_id, "defeat_reason", include_inactive=True)},
    )
    return labels.get(pursuit.close_reason, pursuit.close_reason)


def _former(pursuit: Pursuit, ctx: Context) -> str:
    return owner_name(pursuit)


@register
class LostLeads(ListPage):
    """Defeated leads, the latest first; activation makes them grade H with a task today (R-L-09)."""

    name, path, title, menu, order = "lost-leads", "lost-leads/", _("Defeated leads"), "network", 40
    model, permission, export = Pursuit, "lost_leads.view", "lost_leads.export"
    columns = [
        c.name(), c.phone(), c.source(), c.car(shown=False), c.series(shown=True), c.model(), c.follow_count(),
        col.Computed(key="reason", label=_("Defeat reason"), text=_reason, card="state"),
        col.Cut(key="close_remark", label=_("Defeat remark"), css="t2", card="text"),
        col.Moment(key="closed_at", label=_("Defeated at"), sort="closed_at", card="due"),
        col.Computed(key="owner", label=_("Former consultant"), source="owner", join=("owner",), text=_former, card="side"),
        col.Number(key="defeat_count", label=_("Times defeated"), priority=1),
    ]  # fmt: skip
    filters = [
        keyword("", "lost_leads.view"), source(), owner(),
        entry("category", _("Defeat category"), "close_category", "defeat_category"),
        entry("reason", _("Defeat reason"), "close_reason", "defeat_reason"),
        flt.Dates(name="closed", label=_("Defeated at"), column="closed_at", moment=True),
    ]  # fmt: skip
    orders = [Order("newest", "closed_at", descending=True), Order("oldest", "closed_at")]
    verbs = [
        Open("view", _("View"), "lost_leads.view", lambda p: f"/leads/{p.pk}/", main=True),
        Do(lead_activate, form=ActivateForm),
    ]
    empty = Empty(_("No defeated leads"), _("Defeated leads stand here with the reason."))
    store_column, api = c.store(), Resource("lost-leads")

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind="lead", phase=Phase.LOST)
