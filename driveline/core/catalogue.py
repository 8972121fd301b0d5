"""The vehicle catalogue, brand → series → model, shared by all stores: loading it and choosing from it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Brand, CarModel, Series
from driveline.core.search_text import initials, letters

FILE = Path(__file__).parent / "data" / "catalogue.tsv.gz"

# Shown on the page about the program, as its licence asks.
ATTRIBUTION = _(
    "Vehicle catalogue: derived from the autohome catalogue published by PyLab.me, "
    "licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)."
)


@dataclass(frozen=True)
class Line:
    """A model as the data file has it; the price in 10,000 yuan."""

    brand: str
    series: str
    model: str
    source_id: str
    price: Decimal | None
    launched: str


@dataclass(frozen=True)
class Loaded:
    """How many were added; nothing is ever removed or renamed by loading."""

    brands: int
    series: int
    models: int


@dataclass(frozen=True)
class Option:
    """Something to choose: what stands in the list and, small beside it, what it belongs to."""

    id: int
    label: str
    hint: str = ""


def read_file(file: Path = FILE) -> list[Line]:
    """The lines of the data file, blanks filled in."""
    found = []
    brand = series = ""
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        for row in stream:
            own_brand, own_series, model, source_id, price, launched = row.rstrip("\n").split("\t")
            brand, series = own_brand or brand, own_series or series
            name = series + model if model.startswith(" ") else model
            found.append(Line(brand, series, name, source_id, Decimal(price) if price else None, launched))
    return found


def load(lines: Iterable[Line] | None = None) -> Loaded:
    """Bring in what is missing of the catalogue; safe to run again. Constant number of queries a batch."""
    wanted = read_file() if lines is None else list(lines)
    with transaction.atomic():
        brands = _add_brands(wanted)
        series = _add_series(wanted)
        models = _add_models(wanted)
    return Loaded(brands, series, models)


def _add_brands(lines: list[Line]) -> int:
    have = set(Brand.objects.values_list("name", flat=True))
    names = dict.fromkeys(line.brand for line in lines)
    new = [Brand(name=name, initials=initials(name)[:30]) for name in names if name not in have]
    Brand.objects.bulk_create(new, batch_size=500)
    return len(new)


def _add_series(lines: list[Line]) -> int:
    brands = dict(Brand.objects.values_list("name", "pk"))
    have = set(Series.objects.values_list("brand_id", "name"))
    keys = dict.fromkeys((brands[line.brand], line.series) for line in lines)
    new = [
        Series(brand_id=brand_id, name=name, initials=initials(name)[:40])
        for brand_id, name in keys
        if (brand_id, name) not in have
    ]
    Series.objects.bulk_create(new, batch_size=500)
    return len(new)


def _add_models(lines: list[Line]) -> int:
    rows = Series.objects.values_list("brand__name", "name", "pk")
    series = {(brand, name): pk for brand, name, pk in rows}
    have = set(CarModel.objects.values_list("series_id", "name"))
    new = []
    for line in lines:
        key = (series[line.brand, line.series], line.model)
        if key not in have:
            have.add(key)
            new.append(
                CarModel(
                    series_id=key[0],
                    name=line.model,
                    source_id=line.source_id,
                    guide_price=line.price,
                    launched=line.launched,
                )
            )
    CarModel.objects.bulk_create(new, batch_size=2000)
    return len(new)


# Choosing. `text` is matched against the name anywhere and against the pinyin initials from the first on.


def brand_options(text: str = "", limit: int = 300) -> list[Option]:
    """Active brands, those that begin with the text first."""
    rows = (
        Brand.objects.filter(active=True).order_by("initials", "name").values_list("id", "name", "initials")
    )
    return [Option(pk, name) for pk, name, _short in _matching(list(rows), text, limit)]


def series_options(brand_id: int | None, text: str = "", limit: int = 300) -> list[Option]:
    """Active series of a brand; without a brand those of all brands, the brand beside them."""
    rows = Series.objects.filter(active=True, brand__active=True)
    if brand_id is not None:
        rows = rows.filter(brand_id=brand_id)
    elif not letters(text):
        return []
    found = rows.order_by("name").values_list("id", "name", "initials", "brand__name")
    hints = {pk: brand for pk, _name, _short, brand in found}
    named = [(pk, name, short) for pk, name, short, _brand in found]
    return [Option(pk, name, hints[pk]) for pk, name, _short in _matching(named, text, limit)]


def model_options(series_id: int, text: str = "", limit: int = 300) -> list[Option]:
    """Active models of a series, the newest launch first, the guide price beside them."""
    rows = CarModel.objects.filter(series_id=series_id, active=True).order_by("-launched", "name")
    found = list(rows.values_list("id", "name", "guide_price"))
    hints = {pk: f"{price:.2f}" if price is not None else "" for pk, _name, price in found}
    named = [(pk, name, "") for pk, name, _price in found]
    return [
        Option(pk, name, hints[pk]) for pk, name, _short in _matching(named, text, limit, keep_order=True)
    ]


def find_series(brand: str, series: str) -> Series | None:
    """The series of an import or a platform, by names as people write them; without a brand if it is the only one."""
    wanted, home = letters(series), letters(brand)
    if not wanted:
        return None
    rows = [row for row in Series.objects.select_related("brand") if letters(row.name) == wanted]
    if home:
        rows = [row for row in rows if letters(row.brand.name) == home]
    return rows[0] if len(rows) == 1 else None


type _Row = tuple[int, str, str]


def _matching(rows: list[_Row], text: str, limit: int, keep_order: bool = False) -> list[_Row]:
    """The rows that match, best first: name begins with it, initials begin with it, name contains it."""
    wanted = letters(text)
    if not wanted:
        return rows[:limit]
    ranked = []
    for row in rows:
        name = letters(row[1])
        if name.startswith(wanted):
            ranked.append((0, row))
        elif wanted.isascii() and row[2].startswith(wanted):
            ranked.append((1, row))
        elif wanted in name:
            ranked.append((2, row))
    if not keep_order:
        ranked.sort(key=lambda pair: pair[0])
    return [row for _rank, row in ranked[:limit]]
