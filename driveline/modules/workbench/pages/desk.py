"""工作台: the queues, the due list, the numbers, tomorrow's visits and the newest messages on one screen (PG-H05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from driveline.core import notifications
from driveline.kit import desk
from driveline.kit.formats import day
from driveline.kit.pages import Context, Screen
from driveline.kit.registry import register
from driveline.kit.views.guard import wants_fragment
from driveline.modules.workbench.drawing import Figures, drawn_chart, drawn_figure
from driveline.modules.workbench.permissions import VIEW

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.kit.actor import Actor

TABS = (
    ("all", _("All")),
    ("overdue", _("Overdue")),
    ("due", _("Due on the day")),
    ("future", _("Next 7 days")),
)
ROWS, ROWS_MORE = 9, 30
MESSAGES = 5


@register
class Workbench(Screen):
    """What is to be done today, worked off from here."""

    name, path, title, menu, order = "workbench", "", _("Workbench"), "workbench", 0
    icon = "layout-dashboard"
    permission = VIEW
    template = "workbench/desk.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Home")}, {"label": self.title, "url": self.url}]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; its changing part alone for a list refresh, the strip alone every minute."""
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
        ctx = Context.of(actor)
        if wants_fragment(request, "queues"):
            context = {"page": self, "ctx": ctx, "queues": drawn_queues(actor, ctx)}
            return render(request, f"{self.template}#queues", context)
        context = {"page": self, "ctx": ctx, **self.context(request, ctx)}
        template = f"{self.template}#list" if wants_fragment(request, "list") else self.template
        return render(request, template, context)

    def context(self, request: HttpRequest, ctx: Context) -> dict[str, Any]:
        """Everything on the screen; at most 25 queries, whatever the number of rows."""
        actor = ctx.actor
        tab = request.GET.get("tab", "")
        tab = tab if tab in dict(TABS) else "all"
        more = request.GET.get("more") == "1"
        figures = [f for source in desk.figures_for(actor) for f in source.find(actor, ctx)]
        due = due_list(actor, ctx, tab, more=more)
        return {
            "tools": desk.tools_for(actor),
            "queues": drawn_queues(actor, ctx),
            "due": due,
            "start": next((row.verb_url for row in due["rows"] if row.workable), "") if due else "",
            "figures": Figures([drawn_figure(f) for f in figures], any(f.team for f in figures)),
            "charts": [drawn_chart(source.find(actor, ctx), ctx) for source in desk.charts_for(actor)],
            "visits": [source.find(actor, ctx) for source in desk.visits_for(actor)],
            "messages": [_message(row, ctx) for row in notifications.mine(actor)[:MESSAGES]],
        }


def drawn_queues(actor: Actor, ctx: Context) -> list[dict[str, Any]]:
    """The tiles; nought is quiet whatever its tone."""
    drawn = []
    for source in desk.queues_for(actor):
        found = source.find(actor, ctx)
        drawn.append(
            {
                "code": source.code,
                "label": source.label,
                "text": found.text,
                "tone": found.tone if found.count else "zero",
                "note": found.note,
                "url": found.url,
            }
        )
    return drawn


def due_list(actor: Actor, ctx: Context, tab: str, *, more: bool) -> dict[str, Any] | None:
    """The rows of a tab over all kinds of work, and the tabs with their numbers; None without any work."""
    works = desk.work_for(actor)
    if not works:
        return None
    counts = [work.counts(actor, ctx) for work in works]
    limit = ROWS_MORE if more else ROWS
    rows = [row for work in works for row in work.rows(actor, ctx, tab, limit)]
    rows = sorted(rows, key=lambda row: row.sort)[:limit]
    total = sum(found.of(tab) for found in counts)
    tabs = [
        {"code": code, "label": label, "on": code == tab, "count": sum(found.of(code) for found in counts)}
        for code, label in TABS
    ]
    return {
        "tab": tab,
        "tabs": tabs,
        "rows": rows,
        "left": max(0, total - len(rows)),
        "more": more,
        "todo": sum(found.of("all") for found in counts),
        "url": works[0].tab_url(tab, ctx),
        "whose": any(row.who for row in rows),
    }


def _message(row: Any, ctx: Context) -> dict[str, Any]:
    title, body, icon = notifications.render(row)
    local = timezone.localtime(row.created_at)
    today = local.date() == ctx.today
    return {
        "pk": row.pk,
        "title": title,
        "body": body,
        "icon": icon,
        "at": row.created_at,
        "when": f"{local:%H:%M}" if today else day(local.date(), ctx.today),
        "read": row.read_at,
    }
