"""Short ways to say days and moments, for the sentences this engine writes."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext

from driveline.core import clock
from driveline.kit import formats
from driveline.kit.formats import month_day, weekday


def day_name(day: date, today: date) -> str:
    """今天 11-20, 明天 11-21, 周日 11-22, beyond a week 12-03, of another year 2027-01-04."""
    ahead = (day - today).days
    if ahead == 0:
        return gettext("today %(date)s") % {"date": month_day(day)}
    if ahead == 1:
        return gettext("tomorrow %(date)s") % {"date": month_day(day)}
    if 1 < ahead <= 7:
        return f"{weekday(day)} {month_day(day)}"
    return formats.day(day, today)


def moment(at: datetime) -> str:
    """11-20 14:08 in the business zone."""
    local = clock.local(at)
    return f"{month_day(local)} {local:%H:%M}"
