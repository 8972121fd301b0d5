"""Options of long pickers, asked for while typing: vehicle catalogue, cities of a province, people of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from driveline.core import catalogue, regions
from driveline.core.people import staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from driveline.core.access import Actor

MOST = 60


def _answer(options: Iterable[catalogue.Option]) -> JsonResponse:
    """{"options": [{"value", "text", "hint"}]}."""
    return JsonResponse({"options": [{"value": o.id, "text": o.label, "hint": o.hint} for o in options]})


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:40]


def _parent(request: HttpRequest) -> int | None:
    above = request.GET.get("parent", "")
    return int(above) if above.isascii() and above.isdigit() and len(above) < 16 else None


@require_GET
def brands(request: HttpRequest) -> JsonResponse:
    """Brands in use that match what was typed."""
    return _answer(catalogue.brand_options(_text(request), MOST))


@require_GET
def series(request: HttpRequest) -> JsonResponse:
    """Series of the brand `parent`; without one, those of all brands that match."""
    return _answer(catalogue.series_options(_parent(request), _text(request), MOST))


@require_GET
def models(request: HttpRequest) -> JsonResponse:
    """Models of the series `parent`, the newest first."""
    above = _parent(request)
    return _answer(catalogue.model_options(above, _text(request), MOST) if above else [])


@require_GET
def cities(request: HttpRequest) -> JsonResponse:
    """Cities of the province `parent` (its name)."""
    found = regions.cities(request.GET.get("parent", "")[:20])
    return JsonResponse({"options": [{"value": name, "text": name, "hint": ""} for name in found]})


@require_GET
def people(request: HttpRequest) -> JsonResponse:
    """Employed people of the current store, with `permission` only those whose role has it. Staff names are no secret."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    rows = staff(actor.store_id)
    if wanted := request.GET.get("permission", "")[:60]:
        rows = rows.filter(role__grants__permission=wanted)
    if text := _text(request):
        rows = rows.filter(user__name__icontains=text)
    found = [{"value": m.user_id, "text": m.user.name, "hint": str(m.role)} for m in rows[:MOST]]
    return JsonResponse({"options": found})
