"""平台调用日志: who called or was asked when, what came of it, how long it took. No message and no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.modules.leads.models import CallOutcome, PlatformCall, PlatformConnection
from driveline.modules.leads.services.platforms.connections import VIEW

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.pages import Context

LOOKS = {
    CallOutcome.NEW: "st-won", CallOutcome.DUPLICATE: "st-on", CallOutcome.FAILED: "st-new",
    CallOutcome.REPEATED: "st-", CallOutcome.REFUSED: "st-review", CallOutcome.POLLED: "st-on",
    CallOutcome.POLL_FAILED: "st-new",
}  # fmt: skip
WRONG = (CallOutcome.FAILED, CallOutcome.REFUSED, CallOutcome.POLL_FAILED)


def _look(row: PlatformCall) -> tuple[str, str | _StrPromise]:
    return LOOKS.get(CallOutcome(row.outcome), "st-"), row.get_outcome_display()


def _connections(ctx: Context) -> list[tuple[str, str]]:
    rows = PlatformConnection.objects.filter(store_id=ctx.actor.store_id).order_by("pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


@register
class PlatformCalls(ListPage):
    """Calls of the last 90 days, newest first."""

    name, path, title, menu, order = (
        "platform-calls",
        "platform-calls/",
        _("Platform calls"),
        "setup",
        75,
    )
    model, permission = PlatformCall, VIEW
    columns = [
        col.Moment(key="at", label=_("Time"), sort="at", card="due", pin="l"),
        col.Column(key="connection", label=_("Connection"), join=("connection",), card="title"),
        col.Status(key="outcome", label=_("Outcome"), look=_look, card="state"),
        col.Number(key="status", label=_("Status code")),
        col.Number(key="messages", label=_("Messages"), card="line"),
        col.Number(key="created", label=_("New")),
        col.Number(key="duplicates", label=_("Duplicate")),
        col.Number(key="failed", label=_("Faulty")),
        col.Number(key="ms", label=_("Milliseconds")),
        col.Number(key="size", label=_("Bytes")),
        col.Column(key="address", label=_("From"), css="t2"),
        col.Cut(key="note", label=_("Note"), css="t2", card="text"),
    ]
    filters = [
        flt.Choice(name="connection", label=_("Connection"), column="connection_id", options=_connections),
        flt.Choice(name="outcome", label=_("Outcome"), options=CallOutcome.choices),
        flt.Dates(name="at", label=_("Time"), column="at", moment=True),
    ]
    orders = [Order("newest", "at", descending=True), Order("oldest", "at")]
    scenes = [Scene("all", _("All")), Scene("wrong", _("Gone wrong"), lambda ctx: Q(outcome__in=WRONG))]
    empty = Empty(_("No calls yet"), _("Every call of a platform stands here for 90 days."))
