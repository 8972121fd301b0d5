"""One row: in the drawer over its list, or as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from driveline.kit.pages import Context
from driveline.kit.views.guard import actor_of, in_drawer, one_or_404, wants_fragment

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from driveline.kit.listing import ListPage


def show(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """The details of a row; 404 outside the person's scope."""
    row = row_of(request, page, pk)
    context = page.detail.context(
        request, page, row, Context.of(actor_of(request)), request.GET.get("tab", "")
    )
    if wants_fragment(request, "side"):
        return render(request, f"{page.detail.template}#side", context)
    return drawn(request, page.detail.template, context)


def row_of(request: HttpRequest, page: ListPage, pk: int) -> Any:
    """The row with the joins of its details, or 404."""
    rows = page.rows(actor_of(request))
    return one_or_404(rows.select_related(*page.detail.joins) if page.detail.joins else rows, pk)


def drawn(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The drawer's content alone for the drawer, inside the shell otherwise."""
    if in_drawer(request):
        return render(request, template, context | {"frame": "kit/bare.html"}, status=status)
    return render(request, template, context | {"frame": "kit/whole.html"}, status=status)
