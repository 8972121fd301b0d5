"""The form of a settings section: one field per setting, with where its value comes from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.services import settings as service
from driveline.kit.errors import Invalid
from driveline.kit.forms import KitForm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from driveline.kit.actor import Actor
    from driveline.kit.settings import SettingField

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class LinesField(forms.CharField):
    """A list of words, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return list(value)
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class WeekWidget(forms.MultiWidget):
    """Two time inputs for each weekday; both left empty is a closed day."""

    template_name = "core/week.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets = [forms.TimeInput(attrs={"type": "time"}, format="%H:%M") for _place in range(14)]
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[Any]:
        found: list[Any] = []
        for weekday in range(7):
            pair = (value or {}).get(str(weekday))
            found += [dt.time.fromisoformat(text) for text in pair] if pair else [None, None]
        return found

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        for place, box in enumerate(boxes):
            end = gettext("closes") if place % 2 else gettext("opens")
            box["attrs"]["aria-label"] = f"{WEEKDAYS[place // 2]} {end}"
        context["days"] = [(WEEKDAYS[day], boxes[2 * day], boxes[2 * day + 1]) for day in range(7)]
        return context


class WeekField(forms.MultiValueField):
    """Opening hours per weekday, as the setting stores them."""

    widget = WeekWidget

    def __init__(self, **kwargs: Any) -> None:
        boxes = [forms.TimeField(required=False) for _place in range(14)]
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[Any]) -> dict[str, list[str] | None]:
        times = list(data_list) + [None] * (14 - len(data_list))
        found: dict[str, list[str] | None] = {}
        for weekday in range(7):
            opens, closes = times[2 * weekday], times[2 * weekday + 1]
            if (opens is None) != (closes is None):
                raise forms.ValidationError(
                    gettext("%(day)s: enter both times, or none for a closed day.")
                    % {"day": WEEKDAYS[weekday]}
                )
            found[str(weekday)] = [f"{opens:%H:%M}", f"{closes:%H:%M}"] if opens and closes else None
        return found


class SettingsForm(KitForm):
    """A section for the current store, or for the group. `shown[name]` tells where each value comes from.

    `save()` stores what was changed and returns the changes; what the rules refuse becomes an error of the form.
    """

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        section: service.Section,
        unit: service.Level = "store",
        **kwargs: Any,
    ) -> None:
        self.section = section
        self.unit = unit
        self.shown = service.shown(section, service.unit_of(actor, unit))
        self.may_change = service.may_change(actor, section, unit)
        initial = {name: item.value for name, item in self.shown.items()} | {"valid_from": clock.today()}
        groups: dict[str, list[str]] = {}
        for item in section.fields.values():
            groups.setdefault(str(item.group), []).append(item.name)
        self.layout = [*groups.items(), (gettext("Validity"), ["valid_from"])]
        super().__init__(*args, actor=actor, initial=initial | kwargs.pop("initial", {}), **kwargs)

    def prepare(self) -> None:
        """One field a setting, in the order of declaration, then the day from which the change holds."""
        for item in self.section.fields.values():
            self.fields[item.name] = form_field(item)
        self.fields["valid_from"] = forms.DateField(
            label=_("Valid from"),
            help_text=_("Today, or a later day."),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        if not self.may_change:
            for field in self.fields.values():
                field.disabled = True

    def rehearse(self) -> list[str] | None:
        """What the values would have done before they are stored; None when the rules refused."""
        return self._ask(service.setting_rehearse)

    def save(self) -> list[service.Change] | None:
        """The changes made (none = nothing differed), or None when the rules refused and errors were added."""
        return self._ask(service.setting_change)

    def _ask[T](self, ask: Callable[..., T]) -> T | None:
        values = {name: self.cleaned_data[name] for name in self.section.fields if name in self.cleaned_data}
        day = self.cleaned_data.get("valid_from")
        # Only what was touched: a value inherited and left alone stays inherited.
        touched = {name: value for name, value in values.items() if name in self.changed_data}
        try:
            return ask(self.actor, self.section, touched, day, self.unit)
        except Invalid as error:
            for name, sentences in error.errors.items():
                for sentence in sentences:
                    self.add_error(name if name in self.fields else None, sentence)
            return None


def form_field(item: SettingField) -> forms.Field:
    """The field a setting is edited with; the limits are checked again by the service."""
    common: dict[str, Any] = {"label": item.label, "help_text": item.help}
    if item.type == "bool":
        return forms.BooleanField(required=False, **common)
    if item.type == "int":
        return forms.IntegerField(min_value=item.min_value, max_value=item.max_value, **common)
    if item.type in ("time", "dt.time"):
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **common)
    if item.type == "list":
        return LinesField(required=False, widget=forms.Textarea(attrs={"rows": 4}), **common)
    if item.type == "dict":
        return WeekField(required=False, **common)
    if item.choices is not None:
        return forms.ChoiceField(choices=item.choices, **common)
    return forms.CharField(required=False, max_length=200, **common)
