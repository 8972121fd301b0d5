"""Reads the stored settings (kit.ports.SettingStore): the store's newest value in force, else its group's."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.db.models import Q

from driveline.core.models import OrgUnit, SettingValue
from driveline.core.request_cache import forget, once, remembering, request_cache

# (unit of the row, key, valid from, value), oldest first
type Row = tuple[int, str, date, Any]


class SettingStore:
    """Implements `kit.ports.SettingStore` with one query a call, or one a unit within `caching()`."""

    def values(self, unit_id: int, keys: Iterable[str], day: date) -> dict[str, Any]:
        """The stored value of each key in force on the day; absent means the default.

        Of several values of one unit the one with the latest `valid_from` ≤ day wins, of the same day the
        one set last; what was taken back does not count. A stored null hands the key back to the group (or to
        the default).
        """
        wanted = set(keys)
        own: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        for row_unit, key, valid_from, value in self._rows(unit_id, wanted):
            if key in wanted and valid_from <= day:
                (own if row_unit == unit_id else inherited)[key] = value
        found = {key: value for key, value in inherited.items() if value is not None}
        found.update({key: value for key, value in own.items() if value is not None})
        return found

    def later_days(self, unit_id: int, keys: Iterable[str], day: date) -> list[date]:
        """The days after this one that bring the unit, or the group above it, a value of the keys."""
        wanted = set(keys)
        rows = self._rows(unit_id, wanted)
        return sorted({since for _unit, key, since, _value in rows if key in wanted and since > day})

    def _rows(self, unit_id: int, keys: set[str]) -> list[Row]:
        if not remembering():
            return _load(unit_id, Q(key__in=keys))
        return once(("settings", unit_id), lambda: _load(unit_id, Q()))

    def forget(self) -> None:
        """Drop what this request has read; called by the service that writes."""
        forget("settings")

    def caching(self) -> AbstractContextManager[None]:
        """Within the block (one request, one store of a sweep) all stored values of a unit are read once."""
        return request_cache()


def _load(unit_id: int, which: Q) -> list[Row]:
    parent = OrgUnit.objects.filter(pk=unit_id, parent__kind=OrgUnit.Kind.GROUP).values("parent_id")
    rows = SettingValue.objects.filter(which, Q(unit_id=unit_id) | Q(unit_id__in=parent), withdrawn_at=None)
    return list(rows.order_by("valid_from", "id").values_list("unit_id", "key", "valid_from", "value"))


store = SettingStore()
