"""How a form in the drawer is drawn, sent and answered: one function for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from driveline.kit.errors import Invalid
from driveline.kit.pages import Context
from driveline.kit.views.details import drawn
from driveline.kit.views.guard import actor_of, done

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from driveline.kit.forms import ServiceForm
    from driveline.kit.pages import Page

type Text = str | _StrPromise
type Act = Callable[[dict[str, Any]], HttpResponse]

SAVE: list[tuple[str, Text]] = [("close", _("Save"))]


def form_screen(
    request: HttpRequest,
    page: Page,
    make: Callable[[Any], ServiceForm],
    act: Act,
    title: str,
    *,
    permission: str,
    saves: list[tuple[str, Text]] | None = None,
    template: str = "kit/form.html",
    **more: Any,
) -> HttpResponse:
    """GET draws the form that `make(None)` gives; POST checks `make(data)` and calls `act(cleaned data)`.

    403 without the permission, 404 for a row out of reach, 422 with the errors beside their fields.
    """
    if not actor_of(request).can(permission):
        raise PermissionDenied
    form = make(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Invalid as error:
            form.take(error)
        except ObjectDoesNotExist as error:
            raise Http404 from error
    context = {
        "page": page,
        "form": form,
        "title": title,
        "saves": SAVE if saves is None else saves,
        "key": request.POST.get("key") or uuid.uuid4().hex,
        "ctx": Context.of(actor_of(request)),
        **more,
    }
    return drawn(request, template, context, status=422 if request.method == "POST" else 200)


def saved(*changed: int, text: str = "", drawer: str = "") -> HttpResponse:
    """204: close the drawer (or show another one there), refresh the list, say what is not seen otherwise."""
    triggers: dict[str, Any] = {"list:refresh": {"changed": list(changed)}}
    triggers |= {"drawer:open": {"url": drawer}} if drawer else {"drawer:close": {}}
    if text:
        triggers["toast"] = {"text": text}
    return done(**triggers)
