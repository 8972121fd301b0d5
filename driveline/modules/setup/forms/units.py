"""Forms of a store and of a department."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.kit.forms import ServiceForm


class StoreForm(ServiceForm):
    """A new store."""

    names = {"store_code": "code", "store_name": "name"}

    name = forms.CharField(label=_("Unit name"), max_length=60)
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("2 to 20 letters and figures, for example HX000026; it stays."),
    )
    city = forms.CharField(label=_("City"), max_length=30, required=False)


class StoreNameForm(ServiceForm):
    """Name and city of a store."""

    name = forms.CharField(label=_("Unit name"), max_length=60)
    city = forms.CharField(label=_("City"), max_length=30, required=False)


class DepartmentForm(ServiceForm):
    """Name of a department (or of the group)."""

    name = forms.CharField(label=_("Unit name"), max_length=60)
