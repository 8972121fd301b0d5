"""Addresses that belong to every page: live figures, global search, undo, saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from driveline.kit import registry
from driveline.kit.badges import live as live_figures
from driveline.kit.errors import Invalid
from driveline.kit.listing import ListPage
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
    """存为视图: keep the present filter of a list under a name, and show it."""
    page = _list(request, name)
    query = kept_query(QueryDict(request.POST.get("query", "").lstrip("?")))
    try:
        view = ports.preferences.view_save(actor_of(request), page.name, request.POST.get("name", ""), query)
    except Invalid as error:
        return JsonResponse({"errors": error.errors}, status=422)
    return _goes_to(page, query_of(view))


@require_POST
def change_view(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """重命名 and 保存更改: another name, other conditions, or both.

    A name alone is drawn where the person is: conditions that were changed and not kept stay as they are. Conditions
    that were kept are shown as the view has them.
    """
    page, sent = _list(request, name), request.POST
    query = kept_query(QueryDict(sent["query"].lstrip("?"))) if "query" in sent else None
    try:
        view = ports.preferences.view_change(
            actor_of(request), page.name, pk, name=sent.get("name"), query=query
        )
    except Invalid as error:
        return JsonResponse({"errors": error.errors}, status=422)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return done(**{"list:refresh": {}}) if query is None else _goes_to(page, query_of(view))


@require_POST
def delete_view(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Forget a saved view of one's own; the list begins with its first scene again."""
    page, actor = _list(request, name), actor_of(request)
    ports.preferences.view_delete(actor, page.name, pk)
    return _goes_to(page, f"scene={page.scenes_for(actor)[0].code}")


def _goes_to(page: ListPage, query: str) -> HttpResponse:
    return done(**{"nav:go": {"url": f"{page.url}?{query}"}})


def _list(request: HttpRequest, name: str) -> ListPage:
    """The list of this name, else 404: other pages have no views, and a list out of reach does not exist."""
    try:
        page = registry.page(name)
    except KeyError as error:
        raise Http404 from error
    if not isinstance(page, ListPage) or not page.allowed(actor_of(request)):
        raise Http404
    return page
