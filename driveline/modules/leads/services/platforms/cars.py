"""The intended car by the names a platform uses; what the catalogue does not know is left to the remark."""

from __future__ import annotations

from dataclasses import dataclass

from driveline.core.models import Brand, CarModel, Series
from driveline.core.request_cache import once
from driveline.core.search_text import letters


@dataclass(frozen=True, slots=True)
class Car:
    """Ids of the catalogue, as far as the names were known; `unknown` are the words that were not."""

    brand_id: int | None = None
    series_id: int | None = None
    car_model_id: int | None = None
    unknown: tuple[str, ...] = ()


def car_named(brand: str, series: str, model: str) -> Car:
    """The car of these names. A series without a brand counts when there is only one of the name."""
    if not (brand or series or model):
        return Car()
    unknown = []
    brand_id = once(("doors", "brands"), _brands).get(letters(brand)) if brand else None
    if brand and brand_id is None:
        unknown.append(brand)
    series_id, of_brand = _series_named(brand, brand_id, series)
    if series and series_id is None:
        unknown.append(series)
    model_id = _model_named(series, series_id, model) if model and series_id else None
    if model and model_id is None:
        unknown.append(model)
    return Car(brand_id or of_brand, series_id, model_id, tuple(unknown))


def car_words(brand_id: int | None, series_id: int | None, car_model_id: int | None) -> str:
    """Brand, series and model by name; what is not known is left out."""
    named = ((Brand, brand_id), (Series, series_id), (CarModel, car_model_id))
    return " ".join(str(model._default_manager.get(pk=pk)) for model, pk in named if pk is not None)


def _series_named(brand: str, brand_id: int | None, series: str) -> tuple[int | None, int | None]:
    if not series:
        return None, None
    wanted = letters(series)
    known = once(("doors", "series"), _series)
    found = known.get(wanted) or known.get(wanted.removeprefix(letters(brand)), [])
    if brand_id is not None:
        found = [one for one in found if one[1] == brand_id]
    return found[0] if len(found) == 1 else (None, None)


def _model_named(series: str, series_id: int, model: str) -> int | None:
    models = once(("doors", "models", series_id), lambda: _models(series_id))
    wanted, head = letters(model), letters(series)
    return models.get(wanted) or models.get(head + wanted) or models.get(wanted.removeprefix(head))


def _brands() -> dict[str, int]:
    return {letters(name): pk for pk, name in Brand.objects.filter(active=True).values_list("pk", "name")}


def _series() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    rows = Series.objects.filter(active=True, brand__active=True).order_by("pk")
    for pk, name, brand_id in rows.values_list("pk", "name", "brand_id"):
        found.setdefault(letters(name), []).append((pk, brand_id))
    return found


def _models(series_id: int) -> dict[str, int]:
    rows = CarModel.objects.filter(active=True, series_id=series_id)
    return {letters(name): pk for pk, name in rows.values_list("pk", "name")}
