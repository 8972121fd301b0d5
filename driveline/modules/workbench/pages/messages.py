"""我的提醒 PG-H03: messages to me, my long work, and what I may still take back."""

from __future__ import annotations

import csv
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from driveline.core import jobs, notifications
from driveline.core.models import Notification
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Act, Resource
from driveline.kit.columns import neutral
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.pages import Context
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.views.guard import actor_of, done, for_page
from driveline.modules.workbench.kinds import kind_label, kind_options
from driveline.modules.workbench.permissions import VIEW
from driveline.modules.workbench.services import acts

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

URL = "/notifications/"


def _title(row: Notification, ctx: Context) -> str:
    return notifications.render(row)[0]


def _title_html(row: Notification, ctx: Context) -> SafeString:
    css = "plain" if row.read_at else "plain b"
    return format_html('<a class="{}" href="{}{}/open/">{}</a>', css, URL, row.pk, _title(row, ctx))


def _body(row: Notification, ctx: Context) -> str:
    return notifications.render(row)[1]


def _body_html(row: Notification, ctx: Context) -> SafeString | str:
    text = _body(row, ctx)
    return format_html('<span class="cut cut-l" title="{}">{}</span>', text, text) if text else ""


def _object_html(row: Notification, ctx: Context) -> SafeString | str:
    if not row.link:
        return ""
    return format_html('<a href="{}{}/open/">{}</a>', URL, row.pk, gettext("Go there"))


def _read(row: Notification) -> tuple[str, Any]:
    return ("st-void", _("Read")) if row.read_at else ("st-on", _("Unread"))


def _read_code(row: Notification) -> str:
    return "read" if row.read_at else "unread"


def _mark_html(row: Notification, ctx: Context) -> SafeString | str:
    if row.read_at:
        return ""
    return format_html('<a href="{}{}/read/" data-post>{}</a>', URL, row.pk, gettext("Mark as read"))


@register
class Messages(ListPage):
    """My messages in the current store, newest first; kept for 90 days."""

    name, path, title = "notifications", "notifications/", _("My notifications")
    model = Notification
    permission = VIEW
    template = "workbench/messages.html"
    columns = [
        col.Computed(key="kind", label=_("Type"), text=lambda n, ctx: kind_label(n.kind), card="side"),
        col.Computed(key="title", label=_("Title"), text=_title, html=_title_html, card="title", fixed=True),
        col.Computed(key="body", label=_("Content"), text=_body, html=_body_html, css="t2", card="text"),
        col.Computed(key="link", label=_("About"), text=lambda n, ctx: n.link, html=_object_html),
        col.Moment(key="created_at", label=_("Time"), sort="created_at", card="due"),
        col.Status(key="read", label=_("Read or not"), look=_read, code=_read_code, card="state"),
        col.Computed(key="mark", label=_("Mark"), text=lambda n, ctx: "", html=_mark_html, exported=False),
    ]  # fmt: skip
    filters = [
        flt.Choice(name="kind", label=_("Type"), options=lambda ctx: kind_options()),
        flt.Choice(
            name="read",
            label=_("Read or not"),
            many=False,
            options=[("no", _("Unread")), ("yes", _("Read"))],
            condition=lambda v, ctx: _is_read(v == ["yes"]),
        ),
        flt.Dates(name="at", label=_("Time"), column="created_at", moment=True),
    ]
    orders = [Order("newest", "created_at", descending=True), Order("oldest", "created_at")]
    scenes = [
        Scene("all", _("All")),
        Scene("unread", _("Unread"), lambda ctx: _is_read(False), counted=True, hot=True),
    ]
    empty = Empty(_("No notifications yet"), _("What happens with your work is told here."), icon="bell")
    api = Resource("notifications", acts=[Act("read", _("Mark as read"), notifications.mark_read)])

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("Workbench"), "url": "/"}, {"label": self.title, "url": self.url}]

    def patterns(self) -> list[URLPattern]:
        def at(tail: str, view: Any, name: str) -> URLPattern:
            return path(f"{self.path}{tail}", for_page(self, view), name=f"{self.name}.{name}")

        return [
            *super().patterns(),
            at("read-all/", read_all, "read-all"),
            at("<int:pk>/open/", open_one, "open"),
            at("<int:pk>/read/", read_one, "read"),
            at("acts/", partial(show_acts, page=self), "acts"),
            at("jobs/<int:pk>/stop/", stop, "job-stop"),
            at("jobs/<int:pk>/undo/", undo_job, "job-undo"),
            at("jobs/<int:pk>/left.csv", left, "job-left"),
        ]


def _is_read(read: bool) -> Q:
    return Q(read_at__isnull=not read)


def _changed(**more: Any) -> HttpResponse:
    return done(**{"list:refresh": {"changed": []}, "badges:refresh": {}, **more})


@require_GET
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what the message is about; from now on it is read (S-83). Another's message does not exist."""
    try:
        found = notifications.open_one(actor_of(request), pk)
    except Notification.DoesNotExist as error:
        raise Http404 from error
    link = found.link if found.link.startswith("/") and not found.link.startswith("//") else ""
    return redirect(_in_its_list(link) or URL)


def _in_its_list(link: str) -> str:
    """A row opens in the drawer over its list, everything else as it is."""
    head, _slash, tail = link.rstrip("/").rpartition("/")
    return f"{head}/?open={link}" if tail.isdecimal() and head.count("/") == 1 else link


@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """标为已读."""
    actor = actor_of(request)
    if not notifications.mine(actor).filter(pk=pk).exists():
        raise Http404
    notifications.mark_read(actor, [pk])
    return _changed()


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """全部已读: the bell shows no number."""
    notifications.mark_read(actor_of(request))
    return _changed()


@require_GET
def show_acts(request: HttpRequest, page: Messages) -> HttpResponse:
    """Long work and what can be taken back, drawn anew."""
    context = {"page": page, "ctx": Context.of(actor_of(request))}
    return render(request, "workbench/acts.html", context)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a job of mine; what is done stays done."""
    try:
        jobs.job_stop(actor_of(request), pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return _changed(toast={"text": gettext("Stopped; what was done stays done.")})


@require_POST
def undo_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back all parts of an action on many rows."""
    try:
        acts.job_undo(actor_of(request), pk)  # type: ignore[arg-type]  # core's own actor
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return _changed(
        toast={"text": gettext("Being undone in the background; this page tells when it is done.")}
    )


@require_GET
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows an action on many left alone, with the reason, as CSV."""
    try:
        rows = acts.left_rows(actor_of(request), pk)  # type: ignore[arg-type]  # core's own actor
    except ObjectDoesNotExist as error:
        raise Http404 from error
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="left-alone-{pk}.csv"'
    writer = csv.writer(answer)
    writer.writerow([gettext("Number"), gettext("Row"), gettext("Reason")])
    writer.writerows([[neutral(cell) for cell in row] for row in rows])
    return answer
