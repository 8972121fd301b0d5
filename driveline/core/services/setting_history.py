"""What was set for a unit and what was taken back: by whom, when, from which day, and what stood before (R-S-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from driveline.core.models import SettingValue
from driveline.core.setting_store import latest
from driveline.kit.settings import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from driveline.kit.settings import SettingField, StoreSettings


@dataclass(frozen=True)
class HistoryRow:
    """One stored change; a value None means the group's or the default. `withdrawn`: what was set for the day was
    taken back before it, `value` is what then stood for it."""

    field: SettingField
    value: Any
    before: Any
    valid_from: date
    set_at: datetime
    set_by: str
    withdrawn: bool = False


def history(section: type[StoreSettings], unit_id: int, limit: int = 200) -> list[HistoryRow]:
    """What was set and taken back for the unit, newest first, in one query."""
    keys = {f.key: f for f in section.fields.values()}
    rows = SettingValue.objects.filter(unit_id=unit_id, key__in=keys).select_related("set_by", "withdrawn_by")
    standing: dict[str, list[SettingValue]] = {key: [] for key in keys}
    found = []
    for moment, withdrawn, _id, row in _events(rows.order_by("id")):
        known, day = keys[row.key], row.valid_from
        stood = standing[row.key]
        if withdrawn and row not in stood:
            continue  # of a day that was planned twice, the first plan went with the last
        left = [*stood, row] if not withdrawn else [other for other in stood if other.withdrawn_at != moment]
        standing[row.key] = left
        before, after = (from_json(known, _value(values, day)) for values in (stood, left))
        who = row.withdrawn_by if withdrawn else row.set_by
        found.append(HistoryRow(known, after, before, day, moment, str(who), withdrawn))
    return found[::-1][:limit]


def _events(rows: Iterable[SettingValue]) -> list[tuple[datetime, bool, int, SettingValue]]:
    """Each setting and each withdrawal, the oldest first."""
    found = [(row.set_at, False, row.pk, row) for row in rows]
    found += [(row.withdrawn_at, True, row.pk, row) for *_event, row in found if row.withdrawn_at]
    return sorted(found, key=lambda event: event[:3])


def _value(values: list[SettingValue], day: date) -> Any:
    """What stands for the day, as stored, of the values of one setting."""
    rows = sorted(values, key=lambda row: (row.valid_from, row.pk))
    held = latest([(row.unit_id, row.key, row.valid_from, row.value) for row in rows], day)
    return next(iter(held.values()), None)
