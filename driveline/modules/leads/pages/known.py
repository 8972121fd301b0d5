"""The sentence at the number of a new lead: whom it would meet, while the form is still being filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_POST

from driveline.core import phones
from driveline.core.limits import spend
from driveline.kit.views.guard import actor_of
from driveline.modules.leads.services.known import known_number

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.kit.listing import ListPage

URL = "/leads/new/number/"
LOOKS_PER_MINUTE = 30
FRAGMENT = "leads/known.html"


@require_POST
def known(request: HttpRequest, page: ListPage) -> HttpResponse:
    """A fragment, empty for a number that is nobody's; 429 for who tries one after the other. Not by GET: the
    number would stand in the log of the web server."""
    actor = actor_of(request)
    if not actor.can("leads.create"):
        raise PermissionDenied
    key = phones.normalise(request.POST.get("phone", "")[:40]).key
    if not key:
        return render(request, FRAGMENT)
    if spend("known number", actor.user_id, LOOKS_PER_MINUTE):
        return render(request, FRAGMENT, {"often": True}, status=429)
    return render(request, FRAGMENT, {"met": known_number(actor, key)})
