"""The form of a new token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.kit.forms import ServiceForm

DAYS = [(30, _("30 days")), (90, _("90 days")), (365, _("One year")), (1095, _("Three years"))]


class TokenForm(ServiceForm):
    """What it is for and how long it is good for."""

    name = forms.CharField(
        label=_("What for"), max_length=40, help_text=_("The program that uses it, e.g. Website or DMS.")
    )
    days = forms.TypedChoiceField(label=_("Good for"), coerce=int, choices=DAYS, initial=365)
