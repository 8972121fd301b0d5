"""What belongs to the frame of every page: the store switch, what the interface remembers, the own language."""

from __future__ import annotations

import json

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from driveline.core import signin
from driveline.core.access import actor_from
from driveline.core.forms.entry import ProfileForm
from driveline.core.middleware import STORE_KEY, StaffRequest, by_script
from driveline.core.preferences import preferences as remembered
from driveline.core.views.account import crumbs
from driveline.core.views.entry import set_language_cookie
from driveline.kit.badges import waiting
from driveline.kit.errors import Invalid

PREFIX = "ui."
MERGED = "ui.list."
BODY_BYTES = 16_000


@require_POST
def switch_store(request: StaffRequest) -> HttpResponse:
    """Work in another unit from now on (R-H-06); 404 for one where the user has no place (R-H-08)."""
    wanted = request.POST.get("store", "")
    row = next((row for row in request.memberships if str(row.store_id) == wanted), None)
    if row is None:
        raise Http404
    request.session[STORE_KEY] = row.store_id
    signin.remember_store(request.user, row.store_id)
    if by_script(request):
        return HttpResponse(status=204, headers={"HX-Redirect": "/"})
    return redirect("/")


@require_GET
def stores_due(request: StaffRequest) -> HttpResponse:
    """What waits for the user in each unit: {"due": {unit id: n}}. Asked when the store switch is opened."""
    return JsonResponse({"due": {str(row.store_id): waiting(actor_from(row)) for row in request.memberships}})


@require_POST
def preferences(request: StaffRequest) -> HttpResponse:
    """Remember `{"key": "ui.…", "value": …}` for the user; null forgets.

    Under `ui.list.…` an object is laid over what is stored, so that columns, page size and the folded form
    can be sent one by one.
    """
    try:
        if len(request.body) > BODY_BYTES:
            raise ValueError
        sent = json.loads(request.body)
        key, value = sent["key"], sent["value"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": _("This cannot be remembered.")}, status=400)
    if not isinstance(key, str) or not key.startswith(PREFIX):
        return JsonResponse({"error": _("This cannot be remembered.")}, status=400)
    if key.startswith(MERGED) and isinstance(value, dict):
        stored = remembered.get(request.actor, key)
        value = {**(stored if isinstance(stored, dict) else {}), **value}
        value = {name: part for name, part in value.items() if part is not None}
    try:
        remembered.put(request.actor, key, value)
    except Invalid as error:
        return JsonResponse({"error": str(error)}, status=422)
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """Who one is here: name, login, places; the language can be chosen."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        user.language = form.cleaned_data["language"]
        user.save(update_fields=["language"])
        response = redirect("core:profile")
        set_language_cookie(response, user.language)
        return response
    context = {"form": form, "crumbs": crumbs(_("About me"))}
    return render(request, "core/profile.html", context, status=422 if request.method == "POST" else 200)
