"""What the page templates ask: addresses with a changed parameter, capped and grouped numbers, kinds of widgets."""

from __future__ import annotations

import json as json_module
from typing import Any

from django import forms, template
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from driveline.kit import formats
from driveline.kit.paging import anywhere

register = template.Library()

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox"),
    (forms.CheckboxSelectMultiple, "radios"),
    (forms.RadioSelect, "radios"),
    (forms.Textarea, "textarea"),
)


@register.simple_tag
def param_replace(query: str, **changes: Any) -> str:
    """The query string with parameters replaced; a place in the list (page, cursors) never survives a change."""
    data = anywhere(QueryDict(query), "exact")
    for name, value in changes.items():
        data[name] = str(value)
    return data.urlencode()


@register.filter
def capped(value: int) -> str:
    """7, 999+, nothing for 0."""
    return formats.capped(value)


@register.filter
def thousands(value: int) -> str:
    """4,127."""
    return formats.number(value)


class _Compact(DjangoJSONEncoder):
    """No blanks, no escapes for Chinese: lists are sent often."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False, "separators": (",", ":")})


@register.filter
def json(value: Any) -> SafeString:
    """Compact JSON for a data attribute in single quotes."""
    text = json_module.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character, entity in (("&", "&amp;"), ("'", "&#39;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return mark_safe(text)  # noqa: S308 - every character that ends the attribute is escaped above


@register.filter
def script(value: Any, element_id: str) -> SafeString:
    """Compact JSON in a script element that no browser runs."""
    return json_script(value, element_id, encoder=_Compact)


@register.filter
def words(value: str) -> list[str]:
    """The words of a text."""
    return value.split()


@register.filter
def widget_kind(field: forms.BoundField) -> str:
    """How the field is drawn: checkbox, radios, textarea or plain."""
    widget = field.field.widget
    return next((name for kind, name in KINDS if isinstance(widget, kind)), "plain")
