"""Days, however they are written; the order of day and month is found out from a whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from driveline.kit.importing.plain import CellError, narrow

YMD, DMY, MDY = "ymd", "dmy", "mdy"
FIRST_YEAR, LAST_YEAR = 1900, 2100
# Days since 1899-12-30, as programs count them, are believed from 1954 to 2119.
SERIALS = range(20_000, 80_001)
EPOCH = dt.date(1899, 12, 30)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_time = re.compile(
    r"[T ,]+(?:上午|下午|晚上|早上|中午)?\s*\d{1,2}(?:[:时点]\d{0,2}){1,2}(?:[:分秒]\d{0,2}(?:[.,]\d+)?秒?)?"
    r"(?:[.,]\d+)?分?\s*(?:[ap]m)?\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_weekday = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,. ]+|[( ]*(?:星期|周)[一二三四五六日天][) ]*", re.IGNORECASE
)
_chinese = re.compile(r"(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_iso = re.compile(r"(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})")
_packed = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?")
_short = re.compile(r"(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})")
_day_first = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-\s./]*([a-z]{3,9})\.?[-\s,./]*(\d{4}|\d{2})", re.IGNORECASE
)
_month_first = re.compile(
    r"([a-z]{3,9})\.?[-\s./]*(\d{1,2})(?:st|nd|rd|th)?[-\s,./]+(\d{4}|\d{2})", re.IGNORECASE
)
_serial = re.compile(r"(\d{5})(?:\.\d+)?")
_no_year = re.compile(r"\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}\s*[日号]?")
_no_day = re.compile(r"\d{4}\s*(?:年|[-/.])\s*(?:\d{1,2}\s*月?)?")

UNKNOWN = _("This is not a date; write it as 2026-11-20.")
AMBIGUOUS = _("Day and month cannot be told apart; write the date as 2026-11-20.")


@dataclass(frozen=True)
class DateParser:
    """Text → date; a time of day is dropped. `order` decides 03/05/2024; without it such a date is refused."""

    order: str = ""

    def __call__(self, text: str) -> dt.date:
        plain = _weekday.sub(" ", _time.sub("", narrow(text))).strip(" ,.")
        for pattern in (_iso, _chinese, _packed):
            if match := pattern.fullmatch(plain):
                return day(_full(match[1]), int(match[2]), int(match[3]))
        if match := _short.fullmatch(plain):
            return self._short(match)
        if match := _day_first.fullmatch(plain):
            return day(_full(match[3]), _month(match[2]), int(match[1]))
        if match := _month_first.fullmatch(plain):
            return day(_full(match[3]), _month(match[1]), int(match[2]))
        if (match := _serial.fullmatch(plain)) and int(match[1]) in SERIALS:
            return EPOCH + dt.timedelta(days=int(match[1]))
        if _no_year.fullmatch(plain):
            raise CellError(_("The year is missing; write the date as 2026-11-20."))
        if _no_day.fullmatch(plain):
            raise CellError(_("The day is missing; write the date as 2026-11-20."))
        raise CellError(UNKNOWN)

    def fit(self, samples: Iterable[str]) -> DateParser:
        """The same parser for a column that holds these cells."""
        return DateParser(date_order(samples) or self.order)

    def _short(self, match: re.Match[str]) -> dt.date:
        first, second, third = int(match[1]), int(match[3]), match[4]
        if self.order == YMD and len(third) <= 2:
            return day(_full(match[1]), second, int(third))
        if len(third) == 1:
            raise CellError(AMBIGUOUS)
        if first > 12 or (self.order == DMY and second <= 12):
            return day(_full(third), second, first)
        if second > 12 or self.order == MDY or first == second:
            return day(_full(third), first, second)
        raise CellError(AMBIGUOUS)


def date(order: str = "") -> DateParser:
    """A parser of days. `order`: dmy or mdy for a source that is known, else found out by `fit`."""
    return DateParser(order)


def date_order(samples: Iterable[str]) -> str:
    """dmy, mdy or ymd as a whole column shows it; "" when nothing in it does, or when it contradicts itself."""
    found = [match for sample in samples if (match := _short.fullmatch(_time.sub("", narrow(sample))))]
    if not found:
        return ""
    parts = [(int(match[1]), int(match[3]), int(match[4])) for match in found]
    if all(len(match[4]) <= 2 for match in found) and _years_first(parts):
        return YMD
    if any(len(match[4]) == 1 for match in found):
        return ""
    dmy = sum(12 < first <= 31 and second <= 12 for first, second, _year in parts)
    mdy = sum(first <= 12 < second <= 31 for first, second, _year in parts)
    if dmy and mdy:  # a few slips of the pen do not turn a column
        return DMY if dmy > 20 * mdy else MDY if mdy > 20 * dmy else ""
    if dmy or mdy:
        return DMY if dmy else MDY
    return DMY if all(match[2] == "." for match in found) else ""


def _years_first(parts: list[tuple[int, int, int]]) -> bool:
    """24-3-5: the first of three short figures is the year when it cannot be a day, or varies far less than the last."""
    firsts, lasts = {part[0] for part in parts}, {part[2] for part in parts}
    if any(part[1] > 12 for part in parts) or max(lasts) > 31:
        return False
    return max(firsts) > 31 or len(lasts) > 3 * len(firsts)


def day(year: int, month: int, number: int) -> dt.date:
    """The day of the calendar, or a CellError."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(_("The year %(year)s cannot be meant.") % {"year": year})
    try:
        return dt.date(year, month, number)
    except ValueError:
        raise CellError(_("There is no such day in the calendar.")) from None


def _full(year: str) -> int:
    """Two figures mean this century up to 49."""
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < 50 else 1900)


def _month(name: str) -> int:
    short = name[:3].lower()
    if short not in MONTHS:
        raise CellError(UNKNOWN)
    return MONTHS.index(short) + 1
