"""Which years' public holidays become closed dates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.core import clock, opening
from driveline.kit.forms import ServiceForm


class HolidaysForm(ServiceForm):
    """The years whose announced holidays are known, from this year on."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def prepare(self) -> None:
        this_year = clock.today().year
        field: Any = self.fields["year"]
        field.choices = [(y, str(y)) for y in opening.holiday_years() if y >= this_year]

    def days(self) -> list[str]:
        """The days off of the chosen year, from today on."""
        today = clock.today()
        found = opening.public_holidays(self.cleaned_data["year"])
        return [h.day.isoformat() for h in found if h.off and h.day >= today]
