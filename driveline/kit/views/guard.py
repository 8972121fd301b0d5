"""What every view of a page goes through: signed in, the page is the role's, refusals become answers."""

from __future__ import annotations

import json
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from driveline.kit.errors import Conflict, Forbidden, Refused
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Page


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor; the middleware lets nobody else in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise PermissionDenied
    return actor


def for_page(page: Page, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Guard a view of a page: 403 without the page's permission, 409 with the sentence when refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not page.allowed(actor_of(request)):
            raise PermissionDenied
        return refusals(view)(request, *args, **kwargs)

    return guarded


def refusals(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn Refused and Conflict into 409 with an alert, Forbidden into 403."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            same_store(request)
            return view(request, *args, **kwargs)
        except Forbidden as refusal:
            raise PermissionDenied(str(refusal.sentence)) from refusal
        except Refused as refusal:
            return refused(request, refusal)

    return answered


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """409: what stood in the way, who was first, and a way on. Whatever was typed stays in the page."""
    return render(
        request,
        "kit/parts/conflict.html",
        {"refusal": refusal, "first": isinstance(refusal, Conflict)},
        status=409,
    )


def same_store(request: HttpRequest) -> None:
    """A form carries the store it was opened in; another current store is refused (DESIGN §3a)."""
    if request.method == "POST":
        ports.form_store(request)


def one_or_404(rows: Any, pk: int) -> Any:
    """The row, or 404: outside the actor's scope a row does not exist."""
    found = list(
        rows.order_by().filter(pk=pk)[:1]
    )  # first() would put together an order that one row has no need of
    if not found:
        raise Http404
    return found[0]


def done(**triggers: Any) -> HttpResponse:
    """204 with the events the page listens to, e.g. `done(**{"list:refresh": {"changed": [7]}})`."""
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps(triggers, ensure_ascii=True)
    return answer


def wants_fragment(request: HttpRequest, name: str) -> bool:
    return request.headers.get("X-Fragment") == name


def in_drawer(request: HttpRequest) -> bool:
    return request.headers.get("X-Drawer") == "1"
