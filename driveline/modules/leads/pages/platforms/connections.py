"""平台接入: the connections of a store, how their messages are read, their secrets, how they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.kit import columns as col
from driveline.kit.detail import DetailPage, Facts, Tab
from driveline.kit.formats import moment, number
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Open, Tool
from driveline.modules.leads.models import PlatformCall, PlatformConnection
from driveline.modules.leads.pages.platforms import editing, mapping
from driveline.modules.leads.services.platforms.calls import Day, counts
from driveline.modules.leads.services.platforms.connections import EDIT, VIEW
from driveline.modules.leads.services.platforms.mapping import problems

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.pages import Context

SHOWN = 20
NOTHING = Day()


def look(row: PlatformConnection) -> tuple[str, str | _StrPromise]:
    """In use, off, or still without a mapping."""
    if not row.active:
        return "st-void", _("Off")
    return ("st-new", _("No mapping yet")) if problems(row.mapping) else ("st-on", _("In use"))


def _day(row: PlatformConnection, ctx: Context) -> Day:
    found: Day = ctx.kept.get("platform days", {}).get(row.pk, NOTHING)
    return found


def _asked(row: PlatformConnection, ctx: Context) -> str:
    """Every 5 minutes, or what went wrong."""
    poll = getattr(row, "poll", None)
    if poll is None or not poll.active:
        return ""
    if poll.failures:
        return gettext("%(n)s failures: %(reason)s") % {"n": poll.failures, "reason": poll.last_error}
    return gettext("every %(n)s min") % {"n": poll.minutes}


def _address(row: PlatformConnection, ctx: Context) -> str:
    return f"/api/v1/inbound/leads/{row.key}"


def _window(row: PlatformConnection, ctx: Context) -> str:
    return gettext("%(n)s s") % {"n": row.window}


def _former(row: PlatformConnection, ctx: Context) -> str:
    good = row.former_secret and row.former_until
    return moment(row.former_until, ctx.today) if good else ""


def _polled(name: str) -> Any:
    return lambda row, ctx: str(getattr(getattr(row, "poll", None), name, "") or "")


def _asked_at(row: PlatformConnection, ctx: Context) -> str:
    poll = getattr(row, "poll", None)
    return moment(poll.asked_at, ctx.today) if poll is not None and poll.asked_at else ""


def calls_context(row: PlatformConnection, ctx: Context) -> dict[str, Any]:
    """The newest calls over the connection."""
    rows = PlatformCall.objects.filter(connection_id=row.pk, store_id=row.store_id).order_by("-at", "-id")
    calls = [(moment(c.at, ctx.today), c.get_outcome_display(), c.status, c.ms, c.note) for c in rows[:SHOWN]]
    return {"calls": calls, "url": f"/platform-calls/?connection={row.pk}"}


class ConnectionDetail(DetailPage):
    """The drawer of a connection."""

    facts = (
        Facts(
            _("Connection"),
            [
                col.Column(key="source", label=_("Source")),
                col.Status(key="status", label=_("Status"), look=look),
                col.Computed(key="address", label=_("Address for pushing"), text=_address),
                col.Column(key="key", label=_("Key")),
                col.Computed(key="window", label=_("A signature is good for"), text=_window),
                col.Number(key="per_minute", label=_("Messages a minute at most")),
                col.Moment(key="secret_at", label=_("Secret made at")),
                col.Computed(key="former", label=_("Former secret good until"), text=_former),
                col.Column(key="relay_prefixes", label=_("Virtual numbers begin with")),
                col.Moment(key="last_seen", label=_("Last message")),
            ],
        ),
        Facts(
            _("Polling"),
            [
                col.Computed(key="asked", label=_("Polled"), text=_asked),
                col.Computed(key="url", label=_("Address"), text=_polled("url")),
                col.Computed(key="cursor", label=_("Read up to"), text=_polled("cursor")),
                col.Computed(key="asked_at", label=_("Last polled"), text=_asked_at),
                col.Computed(key="error", label=_("Last failure"), text=_polled("last_error")),
            ],
        ),
    )
    tabs = (Tab("calls", _("Calls"), "leads/platforms/calls.html", calls_context),)
    joins = ("source", "poll")
    screens = (
        ("new/", editing.create),
        ("<int:pk>/edit/", editing.edit),
        ("<int:pk>/secret/", editing.rotate),
        ("<int:pk>/polling/", editing.polling),
        ("<int:pk>/mapping/", mapping.edit),
    )


def _to(tail: str) -> Any:
    return lambda row: f"/platforms/{row.pk}/{tail}/"


def _figure(name: str) -> Any:
    return lambda row, ctx: number(getattr(_day(row, ctx), name))


@register
class Platforms(ListPage):
    """Car platforms that bring leads by themselves, with what came today."""

    name, path, title, menu, order = "platforms", "platforms/", _("Platform connections"), "setup", 70
    model, permission = PlatformConnection, VIEW
    columns = [
        col.Name(key="name", label=_("Connection"), url=lambda row: f"/platforms/{row.pk}/", card="title"),
        col.Column(key="source", label=_("Source"), join=("source",), card="line"),
        col.Status(key="status", label=_("Status"), look=look, card="state"),
        col.Moment(key="last_seen", label=_("Last message"), card="due"),
        col.Computed(key="messages", label=_("Messages today"), numeric=True, text=_figure("messages")),
        col.Computed(key="created", label=_("New"), numeric=True, text=_figure("created")),
        col.Computed(key="duplicates", label=_("Duplicate"), numeric=True, text=_figure("duplicates")),
        col.Computed(key="failed", label=_("Faulty"), numeric=True, text=_figure("failed")),
        col.Computed(key="asked", label=_("Polling"), join=("poll",), text=_asked),
        col.Column(key="key", label=_("Key"), shown=False, css="t2"),
    ]
    orders = [Order("first", "pk")]
    scenes = [Scene("all", _("All"))]
    verbs = [
        Open("mapping", _("Mapping"), EDIT, _to("mapping"), main=True),
        Open("edit", _("Edit"), EDIT, _to("edit")),
        Open("polling", _("Polling"), EDIT, _to("polling")),
        Open("secret", _("New secret"), EDIT, _to("secret")),
    ]
    tools = [Tool(_("New connection"), EDIT, "/platforms/new/", icon="plus", primary=True)]
    empty = Empty(
        _("No platform is connected"),
        _("A platform can push its leads here or be polled for them every five minutes."),
        icon="plug-connected-x",
    )
    detail = ConnectionDetail()

    def prepare(self, objects: list[PlatformConnection], ctx: Context) -> None:
        """What came today over each connection, one query."""
        ctx.kept["platform days"] = counts([row.pk for row in objects], ctx.today)
