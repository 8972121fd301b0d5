"""Settings of the floor itself: when a store is open (DESIGN §3a Settings, time), what programs may do."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from driveline.kit.settings import StoreSettings, setting

# Weekday (0 = Monday, as text because it is stored as JSON) → [opens, closes], or None for a closed day.
EVERY_DAY: dict[str, Any] = {str(weekday): ["08:30", "18:00"] for weekday in range(7)}


class OpeningSettings(StoreSettings, section="store", label=_("Opening hours")):
    """Opening hours per weekday and the dates on which the store is closed."""

    opening_hours: dict[str, Any] = setting(
        default=EVERY_DAY,
        label=_("Opening hours"),
        help=_("Working minutes, such as those of the first contact, count only while the store is open."),
        rule="DESIGN §3a",
    )
    closed_dates: list[str] = setting(
        default=[],
        label=_("Closed dates"),
        help=_("One date a line, for example 2027-02-06."),
        rule="DESIGN §3a",
    )

    def problems(self) -> dict[str, str]:
        """Closed dates that are not dates: field → sentence."""
        for text in self.closed_dates:
            try:
                date.fromisoformat(text)
            except ValueError:
                return {"closed_dates": _("%(text)s is not a date: write 2027-02-06.") % {"text": text}}
        return {}


class ApiSettings(StoreSettings, section="api", label=_("API")):
    """How much one token may ask for."""

    requests_per_minute: int = setting(
        default=600,
        label=_("Requests a minute"),
        help=_("How many requests one token may make on the average; more are asked to wait."),
        min_value=1,
        max_value=60_000,
    )
    burst: int = setting(
        default=100,
        label=_("Requests at once"),
        help=_("How many of them may come in one moment."),
        min_value=1,
        max_value=10_000,
    )
