"""Forms of a connection: a new one and its secret, its limits, another secret, how it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from driveline.kit.pages import Context
from driveline.kit.views.details import drawn, row_of
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of
from driveline.modules.leads.platform_forms import ConnectionForm, PollForm, RotateForm
from driveline.modules.leads.services.platforms import connections as service
from driveline.modules.leads.services.platforms.polling import poll_edit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.kit.listing import ListPage
    from driveline.modules.leads.services.platforms.connections import Made


def create(request: HttpRequest, page: ListPage) -> HttpResponse:
    """A connection of the store; its secret is shown once."""
    actor = actor_of(request)

    def act(data: dict[str, Any]) -> HttpResponse:
        return _secret(request, page, service.connection_create(actor, data))

    return form_screen(
        request,
        page,
        lambda data: ConnectionForm(data, actor=actor),
        act,
        gettext("New connection"),
        permission=service.EDIT,
        lead_text=gettext("It gets a key and a secret for the platform. Then say how its messages are read."),
    )


def edit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """What it is called, whether it is in use, its limits."""
    actor = actor_of(request)
    row = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        service.connection_edit(actor, pk, data)
        return saved(pk)

    return form_screen(
        request,
        page,
        lambda data: ConnectionForm.for_row(row, actor, data),
        act,
        gettext("Edit %(name)s") % {"name": row.name},
        permission=service.EDIT,
    )


def rotate(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Another secret; the present one stays good for a while."""
    actor = actor_of(request)
    row = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        return _secret(request, page, service.secret_rotate(actor, pk, **data))

    return form_screen(
        request,
        page,
        lambda data: RotateForm(data, actor=actor),
        act,
        gettext("A new secret for %(name)s") % {"name": row.name},
        permission=service.EDIT,
        saves=[("close", gettext("Make a new secret"))],
    )


def polling(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """How the platform is asked for what is new."""
    actor = actor_of(request)
    row = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        poll_edit(actor, pk, data)
        return saved(pk)

    return form_screen(
        request,
        page,
        lambda data: PollForm.for_row(getattr(row, "poll", None), actor, data),
        act,
        gettext("Polling of %(name)s") % {"name": row.name},
        permission=service.EDIT,
    )


def _secret(request: HttpRequest, page: ListPage, made: Made) -> HttpResponse:
    """The key and the secret, this once."""
    context = {
        "page": page,
        "made": made,
        "title": made.connection.name,
        "address": request.build_absolute_uri(f"/api/v1/inbound/leads/{made.connection.key}"),
        "ctx": Context.of(actor_of(request)),
    }
    answer = drawn(request, "leads/platforms/secret.html", context)
    answer["HX-Trigger"] = '{"list:refresh": {"changed": []}}'
    answer["Cache-Control"] = "no-store"
    return answer
