"""Addresses that belong to every page: live figures, global search, undo, saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from driveline.kit import registry
from driveline.kit.badges import live as live_figures
from driveline.kit.errors import Invalid
from driveline.kit.ports import ports
from driveline.kit.saved import kept_query, query_of
from driveline.kit.views.guard import actor_of, done, refusals

if TYPE_CHECKING:
    from driveline.kit.registry import Hit

HITS = 8


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Badges, bell and counts in one answer, asked every 60 seconds and after each act."""
    return JsonResponse(live_figures(actor_of(request)))


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Ctrl K: finds of all searchers, each cut to the person's scope."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:60]
    hits: list[Hit] = []
    if len(text) >= 2:
        for find in registry.searchers():
            hits += find(actor, text)
    return render(request, "kit/search.html", {"hits": hits[:HITS], "more": len(hits) > HITS, "text": text})


@require_POST
@refusals
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an operation back; tells how many rows were put back and which were left alone."""
    try:
        result = ports.undo(actor_of(request), pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    count = len(result.restored)
    text = ngettext("Undone for %(n)d row", "Undone for %(n)d rows", count) % {"n": count}
    if result.skipped:
        text += gettext("; %(n)s changed since and left as they are") % {"n": len(result.skipped)}
    return done(
        **{
            "list:refresh": {"changed": result.restored[:200]},
            "toast": {"text": text},
            "badges:refresh": {},
            "undo:hide": {},
        }
    )


@require_POST
def save_view(request: HttpRequest, name: str) -> HttpResponse:
    """存为视图: keep the present filter of a page under a name."""
    page = _page(request, name)
    query = kept_query(QueryDict(request.POST.get("query", "").lstrip("?")))
    try:
        view = ports.preferences.view_save(actor_of(request), page, request.POST.get("name", ""), query)
    except Invalid as error:
        return JsonResponse({"errors": error.errors}, status=422)
    return _shows(page, view)


@require_POST
def change_view(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """重命名 and 保存更改: another name or other conditions, whichever is sent. The conditions shown stay shown."""
    page = _page(request, name)
    sent = request.POST
    query = kept_query(QueryDict(sent["query"].lstrip("?"))) if "query" in sent else None
    try:
        view = ports.preferences.view_change(actor_of(request), pk, name=sent.get("name"), query=query)
    except Invalid as error:
        return JsonResponse({"errors": error.errors}, status=422)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return _shows(page, view)


@require_POST
def delete_view(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Forget a saved view of one's own."""
    page = _page(request, name)
    ports.preferences.view_delete(actor_of(request), pk)
    scene = registry.page(page).scenes_for(actor_of(request))[0].code  # type: ignore[attr-defined]  # a ListPage
    return done(**{"nav:go": {"url": f"{registry.page(page).url}?scene={scene}"}})


def _shows(page: str, view: Any) -> HttpResponse:
    return done(**{"nav:go": {"url": f"{registry.page(page).url}?{query_of(view)}"}})


def _page(request: HttpRequest, name: str) -> str:
    try:
        page = registry.page(name)
    except KeyError as error:
        raise Http404 from error
    if not page.allowed(actor_of(request)):
        raise Http404
    return page.name
