"""Working time: minutes while the store is open. Due dates are calendar days and never come here (R-G-01)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from driveline.core import clock
from driveline.core.store_settings import OpeningSettings

# A store that has been closed for so long is taken to work round the clock, or a timer would never end.
SEARCHED_DAYS = 400


@dataclass(frozen=True)
class Hours:
    """Opening and closing time per weekday (0 = Monday, absent = closed), and dates without any."""

    week: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """When the store opens and closes on the day, None when it stays closed."""
        times = self.week.get(day.weekday())
        if times is None or day in self.closed:
            return None
        return clock.at(day, times[0]), clock.at(day, times[1])

    def is_open(self, moment: datetime) -> bool:
        """Whether the store is open at the moment; at closing time it is not."""
        times = self.on(clock.local(moment).date())
        return times is not None and times[0] <= moment < times[1]


def hours_of(store_id: int, day: date | None = None) -> Hours:
    """The hours of a store as set on a business day (default today). One query."""
    found = OpeningSettings.of(store_id, day)
    return parse_hours(found.opening_hours, found.closed_dates)


def parse_hours(week: Mapping[str, Any], closed: list[str]) -> Hours:
    """Hours from what the settings hold: weekday → [opens, closes] or null, and ISO dates."""
    return Hours(
        {int(day): _times(pair) for day, pair in week.items() if pair},
        frozenset(date.fromisoformat(text) for text in closed),
    )


def working_minutes_between(start: datetime, end: datetime, hours: Hours) -> int:
    """Whole minutes between two moments while the store was open; 0 when the end is not later."""
    if end <= start:
        return 0
    seconds = 0.0
    for opens, closes in _spells(start, end, hours):
        seconds += (min(closes, end) - max(opens, start)).total_seconds()
    return int(seconds // 60)


def add_working_minutes(start: datetime, minutes: int, hours: Hours) -> datetime:
    """The moment by which so many working minutes have passed since `start`, at the latest at closing time.

    Outside opening hours the count begins at the next opening. A store without any opening in 400 days
    counts every minute.
    """
    if minutes <= 0:
        return start
    left = timedelta(minutes=minutes)
    for opens, closes in _spells(start, start + timedelta(days=SEARCHED_DAYS), hours):
        begin = max(opens, start)
        if closes - begin >= left:
            return begin + left
        left -= closes - begin
    return start + timedelta(minutes=minutes)


def _spells(start: datetime, end: datetime, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The opening times that overlap the span, in order."""
    day, last = clock.local(start).date(), clock.local(end).date()
    while day <= last:
        times = hours.on(day)
        if times is not None and times[1] > start and times[0] < end:
            yield times
        day += timedelta(days=1)


def _times(pair: list[str]) -> tuple[time, time]:
    return time.fromisoformat(pair[0]), time.fromisoformat(pair[1])


@dataclass(frozen=True)
class Holiday:
    """A day of the public calendar: off, or a weekend day that is worked instead."""

    day: date
    name: str
    off: bool


@cache
def holiday_years() -> tuple[int, ...]:
    """The years whose public holidays are known."""
    return tuple(sorted(int(year) for year, days in _calendar().items() if days))


def public_holidays(year: int) -> list[Holiday]:
    """The public holidays of a year as announced, offered for the closed dates; empty for an unknown year."""
    days = _calendar().get(str(year), [])
    return [Holiday(date.fromisoformat(f"{year}-{day}"), name, bool(off)) for day, name, off in days]


@cache
def _calendar() -> dict[str, list[tuple[str, str, int]]]:
    file = Path(__file__).parent / "data" / "holidays.json"
    found: dict[str, list[tuple[str, str, int]]] = json.loads(file.read_text(encoding="utf-8"))
    return found
