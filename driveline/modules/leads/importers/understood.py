"""How the cells of a file were understood, for the pages that show its rows: only where that is not what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from driveline.core import dictionaries, phones
from driveline.core.models import User
from driveline.kit.formats import day, listed
from driveline.kit.importing.plain import fold
from driveline.modules.leads.importers.fields import PHONES
from driveline.modules.leads.services.wishes import car_names

if TYPE_CHECKING:
    from driveline.engines.intake.imports.kinds import Order, Read
    from driveline.modules.leads.services.making import LeadEntry

CAR_IDS = {"brand": "brand_id", "series": "series_id", "car_model": "car_model_id"}

type Numbers = Callable[[str, str], list[phones.Phone]]


def understood(order: Order, reads: Sequence[Read], numbers: Numbers) -> list[dict[str, str]]:
    """Row by row: field → what its cell means. `numbers` takes a cell of a field apart. A constant number of queries."""
    known = [read.arrival.data for read in reads if read.arrival is not None]
    words = _Words(order, known)
    found = []
    for read in reads:
        cells = {name: read.cells[at] for name, at in order.columns.items() if at < len(read.cells)}
        means = {n: _numbers(cells[n], numbers(cells[n], n)) for n in PHONES if cells.get(n)}
        if read.arrival is not None:
            means |= {
                n: text
                for n, text in words.of(read.arrival.data, cells).items()
                if _other(text, cells.get(n, ""))
            }
        found.append({n: text for n, text in means.items() if text})
    return found


class _Words:
    """The names behind the ids that the rows were understood as."""

    def __init__(self, order: Order, known: Sequence[LeadEntry]) -> None:
        self._today = order.now.date()
        self._sources = {entry.id: str(entry) for entry in dictionaries.items(order.store_id, "lead_source")}
        self._people = User.objects.in_bulk({entry.owner_id for entry in known if entry.owner_id})
        self._cars = car_names([entry.data.said for entry in known])

    def of(self, entry: LeadEntry, cells: Mapping[str, str]) -> dict[str, str]:
        data = entry.data
        cars = {n: self._car(key, getattr(data, key)) for n, key in CAR_IDS.items()}
        iso = entry.due.isoformat() if entry.due else ""
        return {
            **cars,
            "source": self._sources.get(data.source_id, ""),
            "province": data.province,
            "city": data.city,
            "owner": str(self._people.get(entry.owner_id or 0, "")),
            "due": day(entry.due, self._today) if iso and not cells.get("due", "").startswith(iso) else "",
        }

    def _car(self, key: str, pk: int | None) -> str:
        found: Any = self._cars[key].get(pk or 0)
        return str(found) if found else ""


def _numbers(cell: str, found: Sequence[phones.Phone]) -> str:
    """The right ones of a cell, when it holds several or one written otherwise."""
    right = list(dict.fromkeys(phone.key for phone in found if phone.key))
    plain = len(right) < 2 and cell.isascii() and not _other("".join(right), cell)
    return "" if plain else listed(map(phones.pretty, right))


def _other(text: str, cell: str) -> bool:
    return bool(text and cell) and fold(text) != fold(cell)
