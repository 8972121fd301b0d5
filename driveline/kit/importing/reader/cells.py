"""A cell's value as the text that a person reads in it."""

from __future__ import annotations

import datetime as dt

# From here on a spreadsheet has kept fifteen figures and put noughts for the rest.
ROUNDED_FROM = 1e15


def text(value: object) -> str:
    """13800000005.0 → 13800000005; dates as 2026-11-20, with the time when there is one; TRUE and FALSE."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return number(value)
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return clock(value.hour, value.minute, value.second)
    if isinstance(value, dt.timedelta):
        return duration(value)
    return "" if value is None else str(value)


def number(value: float) -> str:
    """Fifteen figures as a spreadsheet shows them; a whole number it has rounded in scientific writing."""
    if not -ROUNDED_FROM < value < ROUNDED_FROM:
        if value != value or value in (float("inf"), float("-inf")):
            return ""
        mantissa, _e, exponent = f"{value:.16e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"
    if value == (whole := int(value)):
        return str(whole)
    shown = f"{value:.15g}"
    return f"{value:.15f}".rstrip("0").rstrip(".") if "e" in shown and abs(value) >= 1e-9 else shown


def moment(value: dt.datetime) -> str:
    """The date alone at midnight; seconds only when they are not nought. Halves of a second round up."""
    if value.microsecond:
        value = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    day = f"{value.year:04}-{value.month:02}-{value.day:02}"
    if not (value.hour or value.minute or value.second):
        return day
    return f"{day} {clock(value.hour, value.minute, value.second)}"


def clock(hour: int, minute: int, second: int) -> str:
    """14:05, or 14:05:30."""
    return f"{hour:02}:{minute:02}:{second:02}" if second else f"{hour:02}:{minute:02}"


def duration(value: dt.timedelta) -> str:
    """Hours may pass 24: 30:15."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    return sign + clock(seconds // 3600, seconds // 60 % 60, seconds % 60)
