"""How dates, delays, numbers, lists and names in two languages are written (UI.md §6). Plain functions; templates and
columns call them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import get_language, gettext, ngettext, pgettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FEW = 3  # names of customers in a message

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday(day: date) -> str:
    """周一 … 周日; in English Mon … Sun."""
    names = [
        gettext("Mon"),
        gettext("Tue"),
        gettext("Wed"),
        gettext("Thu"),
        gettext("Fri"),
        gettext("Sat"),
        gettext("Sun"),
    ]
    return names[day.weekday()]


def day(value: date | None, today: date) -> str:
    """11-20 in this year, else 2025-11-20; in English 20 Nov, 20 Nov 2025; "-" for none."""
    if value is None:
        return "-"
    return month_day(value) if value.year == today.year else written(value, pgettext("date", "j M Y"))


def month_day(value: date) -> str:
    """11-20, in English 20 Nov: a day whose year is plain."""
    return written(value, pgettext("date", "j M"))


def long_day(value: date) -> str:
    """11月20日 周五, in English Fri 20 November."""
    words = {"day": written(value, pgettext("date", "j F")), "weekday": weekday(value)}
    return gettext("%(weekday)s %(day)s") % words


def moment(value: datetime | None, today: date) -> str:
    """今天 14:08 stays "11-20 14:08": the minute a thing happened, in local time."""
    if value is None:
        return "-"
    local = timezone.localtime(value)
    return f"{day(local.date(), today)} {local:%H:%M}"


def near_day(value: date, today: date) -> str:
    """今天 · 明天 11-21 · 周日 11-22 · 12-03."""
    ahead = (value - today).days
    if ahead == 0:
        return gettext("today")
    if ahead == 1:
        return gettext("tomorrow %(day)s") % {"day": day(value, today)}
    if 1 < ahead <= 7:
        return f"{weekday(value)} {day(value, today)}"
    return day(value, today)


def due(value: date | None, at: time | None, today: date) -> tuple[str, str]:
    """(class, words) of a due date: 过期 3 天 · 今天 15:00 · 明天 11-21."""
    if value is None:
        return "due-later", "-"
    late = (today - value).days
    if late > 0:
        return "due-over", ngettext("%(n)d day overdue", "%(n)d days overdue", late) % {"n": late}
    words = near_day(value, today) + (f" {at:%H:%M}" if at else "")
    return ("due-today" if late == 0 else "due-later"), words


def waiting(minutes: int) -> str:
    """18 分 · 25 小时: how long somebody has been waiting while the store was open, so never in days."""
    if minutes < 60:
        return gettext("%(n)d min") % {"n": minutes}
    return gettext("%(n)d h") % {"n": minutes // 60}


def number(value: int | None) -> str:
    """4,127; "-" for none."""
    return "-" if value is None else f"{value:,}"


def capped(value: int, cap: int = 999) -> str:
    """7 · 999+; "" for nought (a badge of 0 is not drawn)."""
    return "" if value <= 0 else (f"{cap}+" if value > cap else str(value))


def unit(words: str | _StrPromise, n: int = 2) -> str:
    """The unit behind a number: 天; in English day or days. Units are declared by `ngettext_lazy`, a sign like % as it is."""
    return words if isinstance(words, str) else str(words % n)


def listed(items: Iterable[object]) -> str:
    """顾晓岚、林岚; in English Gu Xiaolan, Lin Lan."""
    return gettext(", ").join(map(str, items))


def few(items: Iterable[str], most: int = FEW) -> list[str]:
    """The first of many, the last one with a sign that there are more: for a message, listed when it is read."""
    all_of_them = list(items)
    shown = all_of_them[:most]
    return shown if len(all_of_them) <= most else [*shown[:-1], f"{shown[-1]} …"]


def in_language(own: str, english: str) -> str:
    """What was typed; for readers of English the English name, when there is one."""
    return english if english and (get_language() or "").startswith("en") else own
