"""The views of a ListPage: page and fragment, export, batch and row commands."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path

from driveline.kit.exporting import csv_answer, export_offer
from driveline.kit.listing import ListPage, count_words, remembered_for
from driveline.kit.saved import first_view, query_of, saved_views
from driveline.kit.verbs import Do
from driveline.kit.views.acting import act
from driveline.kit.views.guard import actor_of, for_page, one_or_404, wants_fragment

if TYPE_CHECKING:
    from collections.abc import Callable


def list_patterns(page: ListPage) -> list[URLPattern]:
    """Every address of a list: the page, its export, its commands, its details."""

    def at(tail: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
        return path(f"{page.path}{tail}", for_page(page, partial_of(view, page)), name=f"{page.name}{name}")

    patterns = [at("", show, "")]
    if page.export:
        patterns += [at("export/", ask_export, ".export.ask"), at("export.csv", export, ".export")]
    for verb in page.verbs:
        if isinstance(verb, Do):
            if verb.batch:
                patterns.append(
                    path(
                        f"{page.path}batch/{verb.code}/",
                        for_page(page, partial_of(batch, page, verb)),
                        name=f"{page.name}.batch.{verb.code}",
                    )
                )
            if verb.row:
                patterns.append(
                    path(
                        f"{page.path}<int:pk>/{verb.code}/",
                        for_page(page, partial_of(single, page, verb)),
                        name=f"{page.name}.{verb.code}",
                    )
                )
    if page.detail is not None:
        patterns += page.detail.patterns(page)
    return patterns


def partial_of(view: Callable[..., HttpResponseBase], *first: object) -> Callable[..., HttpResponseBase]:
    """The view with its declaration bound; `request` stays the first argument."""
    bound = partial(_call, view, first)
    bound.__name__ = view.__name__  # type: ignore[attr-defined]  # wraps() reads it
    return bound


def _call(
    view: Callable[..., HttpResponseBase], first: tuple[object, ...], request: HttpRequest, **kwargs: object
) -> HttpResponseBase:
    return view(request, *first, **kwargs)


def show(request: HttpRequest, page: ListPage) -> HttpResponse:
    """The list: whole, or only its changing part for a fragment request."""
    actor = actor_of(request)
    fragment = wants_fragment(request, "list")
    remembered = remembered_for(actor, page.name)
    if not request.GET and not fragment and (view := first_view(page, actor, remembered)):
        return redirect(f"{page.url}?{query_of(view)}")
    listing = page.listing(request.GET, actor)
    context = {
        "page": page,
        "listing": listing,
        "ctx": listing.ctx,
        "count_words": count_words(listing.slice),
        "views": saved_views(page, request.GET, actor, remembered),
    }
    template = page.template
    if fragment:
        return HttpResponse(squeezed(render_to_string(f"{template}#list", context, request)))
    return HttpResponse(squeezed(render_to_string(template, context, request)))


def squeezed(html: str) -> str:
    """Without the indentation of the templates: a quarter of a list's bytes. No list holds preformatted text."""
    return _indentation.sub("\n", html)


_indentation = re.compile(r"\s*\n\s*")


def ask_export(request: HttpRequest, page: ListPage) -> HttpResponse:
    """The question before an export: how many rows, which columns, and that it is written down."""
    actor = actor_of(request)
    if not actor.can(page.export):
        raise PermissionDenied
    offer = export_offer(page, request.GET, actor)
    return render(request, "kit/export.html", {"page": page, "offer": offer})


def export(request: HttpRequest, page: ListPage) -> HttpResponseBase:
    """All rows of the filter as CSV, streamed, in the columns of the list; audited."""
    actor = actor_of(request)
    if not actor.can(page.export):
        raise PermissionDenied
    return csv_answer(page, request.GET, actor)


def batch(request: HttpRequest, page: ListPage, verb: Do) -> HttpResponse:
    """A command on a selection: ids of the page, or all that match the list's query."""
    data = request.POST if request.method == "POST" else request.GET
    ids = chosen(
        request, page, data.get("ids", ""), everything=data.get("all") == "1", query=data.get("query", "")
    )
    ids = targets(page, verb, ids)
    return act(request, verb, ids, everything=data.get("all") == "1", query=data.get("query", ""))


def single(request: HttpRequest, page: ListPage, verb: Do, pk: int) -> HttpResponse:
    """A command on one row; a row out of sight is 404."""
    one_or_404(page.rows(actor_of(request)), pk)
    return act(request, verb, targets(page, verb, [pk]))


def targets(page: ListPage, verb: Do, ids: list[int]) -> list[int]:
    """The keys the command takes: those of the list, or of what its rows hang on."""
    if not verb.through:
        return ids
    found: list[int] = []
    for start in range(0, len(ids), 500):
        rows = page.model._default_manager.filter(pk__in=ids[start : start + 500])
        found += rows.values_list(f"{verb.through}_id", flat=True)
    return list(dict.fromkeys(found))


def chosen(request: HttpRequest, page: ListPage, ids: str, *, everything: bool, query: str) -> list[int]:
    """The keys of a selection, cut to what the page shows this person; unreadable ids are 404."""
    from django.http import QueryDict

    from driveline.kit.pages import Context

    actor = actor_of(request)
    if everything:
        return list(
            page.matching(QueryDict(query), Context.of(actor)).values_list("pk", flat=True)[:BATCH_MAX]
        )
    try:
        wanted = [int(part) for part in ids.split(",") if part][:PAGE_MAX]
    except ValueError as error:
        raise Http404 from error
    seen = set(page.rows(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    return [pk for pk in wanted if pk in seen]


PAGE_MAX = 200
BATCH_MAX = 100_000
