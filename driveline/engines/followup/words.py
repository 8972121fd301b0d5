"""Short ways to say days and moments, for the sentences this engine writes."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext

from driveline.core import clock
from driveline.kit.formats import weekday


def day_name(day: date, today: date) -> str:
    """今天 11-20, 明天 11-21, 周日 11-22, beyond a week 12-03, of another year 2027-01-04."""
    ahead = (day - today).days
    if ahead == 0:
        return gettext("today %(date)s") % {"date": f"{day:%m-%d}"}
    if ahead == 1:
        return gettext("tomorrow %(date)s") % {"date": f"{day:%m-%d}"}
    if 1 < ahead <= 7:
        return f"{weekday(day)} {day:%m-%d}"
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def moment(at: datetime) -> str:
    """11-20 14:08 in the business zone."""
    return f"{clock.local(at):%m-%d %H:%M}"
