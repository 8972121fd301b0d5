"""Reads the stored settings (kit.ports.SettingStore): the store's newest value in force, else its group's."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from driveline.core.models import OrgUnit, SettingValue
from driveline.core.request_cache import forget, once, remembering, request_cache

# (unit of the row, key, valid from, value), oldest first
type Row = tuple[int, str, date, Any]


def standing() -> QuerySet[SettingValue]:
    """What was set and not taken back: all that counts, but for the history."""
    return SettingValue.objects.filter(withdrawn_at=None)


def latest(rows: Iterable[Row], day: date) -> dict[str, Any]:
    """What one unit itself has on a day, by key: of several values the one with the latest `valid_from` ≤ day, of the
    same day the one set last. None hands the key back."""
    return {key: value for _unit, key, since, value in rows if since <= day}


def holding(rows: Iterable[Row], unit_id: int, day: date) -> dict[str, Any]:
    """What holds in a unit on a day, by key, of its own rows and those of the group above it."""
    own: list[Row] = []
    above: list[Row] = []
    for row in rows:
        (own if row[0] == unit_id else above).append(row)
    found: dict[str, Any] = {}
    for values in (latest(above, day), latest(own, day)):
        found.update({key: value for key, value in values.items() if value is not None})
    return found


class SettingStore:
    """Implements `kit.ports.SettingStore` with one query a call, or one a unit within `caching()`."""

    def values(self, unit_id: int, keys: Iterable[str], day: date) -> dict[str, Any]:
        """The stored value of each key in force on the day; absent means the default. What was taken back does not count."""
        wanted = set(keys)
        return holding([row for row in self._rows(unit_id, wanted) if row[1] in wanted], unit_id, day)

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
    rows = standing().filter(which, Q(unit_id=unit_id) | Q(unit_id__in=parent))
    return list(rows.order_by("valid_from", "id").values_list("unit_id", "key", "valid_from", "value"))


store = SettingStore()
