"""Forms with one look: Tabler classes, errors below the field, choices cut to the actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import pretty_name
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.errors import Invalid


class KitForm(forms.Form):
    """Base of every form of the desk. `actor` fills and checks choices; a foreign id is an unknown choice.

    `layout` groups field names under headings; fields not named stand in one group without heading.
    """

    layout: Sequence[tuple[str | _StrPromise, Sequence[str]]] = ()
    required_css_class = "required"

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        self.prepare()
        word_missing(self.fields)
        word_limits(self.fields)
        for name, field in self.fields.items():
            _dress(field, name in self.errors if self.is_bound else False)

    def prepare(self) -> None:
        """Fill choices from what the actor may see."""

    def groups(self) -> list[tuple[str | _StrPromise, list[forms.BoundField]]]:
        """(heading, fields) in the order of the layout."""
        placed = {name for _title, names in self.layout for name in names}
        rest = [self[name] for name in self.fields if name not in placed and not self[name].is_hidden]
        groups: list[tuple[str | _StrPromise, list[forms.BoundField]]] = [
            (title, [self[n] for n in names if n in self.fields]) for title, names in self.layout
        ]
        return [*groups, ("", rest)] if rest else groups


class ServiceForm(KitForm):
    """A form whose rules are a service's: what the service refuses appears beside the field it belongs to.

    `names` maps a field of the service to the field of the form where the two differ.
    """

    names: dict[str, str] = {}

    def take(self, error: Invalid) -> None:
        """Put the sentences of a refusal under their fields, others above the form."""
        for name, sentences in error.errors.items():
            own = self.names.get(name, name)
            for sentence in sentences:
                self.add_error(own if own in self.fields else None, sentence)


class CommandForm(KitForm):
    """The form of a command: knows the rows it is about (a sample of at most 200) and their number."""

    def __init__(self, *args: Any, rows: Sequence[Any] = (), count: int = 0, **kwargs: Any) -> None:
        self.rows = rows
        self.count = count or len(rows)
        super().__init__(*args, **kwargs)


def word_missing(fields: Mapping[str, forms.Field]) -> None:
    """What an empty field that is required says: its own words where it has some, else its label with the verb. Before
    the form is checked."""
    for name, field in fields.items():
        if field.error_messages["required"] is not forms.Field.default_error_messages["required"]:
            continue
        chosen = isinstance(field.widget, forms.widgets.ChoiceWidget)
        sentence = gettext("Choose “%(label)s”.") if chosen else gettext("Enter “%(label)s”.")
        field.error_messages["required"] = sentence % {"label": field.label or pretty_name(name)}


def word_limits(fields: Mapping[str, forms.Field]) -> None:
    """What a number out of its bounds and a text that is too long say, unless the field has words of its own. Before
    the form is checked."""
    for field in fields.values():
        if isinstance(field, forms.IntegerField):
            said = _whole_number(field.min_value, field.max_value)
            for code in ("min_value", "max_value"):
                field.error_messages.setdefault(code, said)
            if field.error_messages["invalid"] is forms.IntegerField.default_error_messages["invalid"]:
                field.error_messages["invalid"] = said
        elif isinstance(field, forms.CharField) and field.max_length:
            said = gettext("At most %(n)s characters.") % {"n": field.max_length}
            field.error_messages.setdefault("max_length", said)


def _whole_number(least: Any, most: Any) -> str:
    words = {"min": least, "max": most}
    if least is not None and most is not None:
        return gettext("A whole number from %(min)s to %(max)s.") % words
    if least is not None:
        return gettext("A whole number, at least %(min)s.") % words
    return (
        gettext("A whole number, at most %(max)s.") % words
        if most is not None
        else gettext("A whole number.")
    )


def _dress(field: forms.Field, broken: bool) -> None:
    widget = field.widget
    attrs = widget.attrs
    if isinstance(
        widget, (forms.CheckboxInput, forms.HiddenInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
    ):
        css = "ck" if isinstance(widget, forms.CheckboxInput) else ""
    elif isinstance(widget, (forms.Select, forms.SelectMultiple)):
        css = "form-select"
    else:
        css = "form-control"
    attrs["class"] = " ".join(filter(None, [attrs.get("class", ""), css, "is-invalid" if broken else ""]))
    if broken:
        attrs["aria-invalid"] = "true"
