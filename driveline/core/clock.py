"""The two clocks (DESIGN §3a). `now` and `today` are the business clock, `system_now` is never faked.

For demonstrations and tests `DRIVELINE_NOW` fixes the business clock and `DRIVELINE_NOW_FILE` names a file
that holds it, read at every use; production refuses both. All moments are in Shanghai time (R-G-01).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: list[dt.datetime] = []
_last_in_file: dict[str, dt.datetime] = {}


def now() -> dt.datetime:
    """The present moment of business, aware, in Shanghai time."""
    if _frozen:
        return _frozen[-1]
    file, fixed = os.environ.get("DRIVELINE_NOW_FILE"), os.environ.get("DRIVELINE_NOW")
    if file or fixed:
        _refuse_in_production()
        if file and (moment := _from_file(file)) is not None:
            return moment
        if fixed:
            return parse(fixed)
    return system_now()


def today() -> dt.date:
    """The business date: a calendar day in Shanghai."""
    return now().date()


def system_now() -> dt.datetime:
    """The clock of the machine, for sessions, tokens, heartbeats and throttling; never faked."""
    return dt.datetime.now(SHANGHAI)


def local(moment: dt.datetime) -> dt.datetime:
    """The same moment in Shanghai time."""
    return moment.astimezone(SHANGHAI)


def day_start(day: dt.date) -> dt.datetime:
    """Midnight at which a business day begins; the day ends before `day_start(day + 1)`."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """A time of a business day as a moment."""
    return dt.datetime.combine(day, time, SHANGHAI)


def parse(text: str) -> dt.datetime:
    """ISO text as a moment; without an offset it is meant in Shanghai. Raises ImproperlyConfigured."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The clock cannot be set to {text.strip()!r}: write 2026-11-22T09:30."
        ) from error
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


@contextmanager
def freeze(moment: dt.datetime | dt.date | str) -> Iterator[dt.datetime]:
    """Hold the business clock of the whole process at a moment; for tests, may be nested."""
    if isinstance(moment, str):
        fixed = parse(moment)
    elif isinstance(moment, dt.datetime):
        fixed = moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)
    else:
        fixed = day_start(moment)
    _frozen.append(fixed)
    try:
        yield fixed
    finally:
        _frozen.pop()


def _from_file(name: str) -> dt.datetime | None:
    """What the file says; while it is being rewritten (empty for a moment) what it said last."""
    try:
        text = Path(name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if text:
        _last_in_file[name] = parse(text)
    return _last_in_file.get(name)


def _refuse_in_production() -> None:
    if not (settings.DEBUG or getattr(settings, "DEMO", False) or getattr(settings, "TESTING", False)):
        raise ImproperlyConfigured(
            "DRIVELINE_NOW, DRIVELINE_NOW_FILE: the clock is not for setting in production."
        )
