"""Forms as the body of a request: the same fields, the same checks, JSON instead of a browser's words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.kit.api import shapes
from driveline.kit.api.parameters import usable
from driveline.kit.api.problems import Fault, Problem, Unusable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.http import HttpRequest

    from driveline.kit.api.declare import Schema
    from driveline.kit.forms import KitForm

BODY_MAX = 1024 * 1024
ITEMS_MAX = 200


def schema_of(form: type[KitForm] | None, more: Mapping[str, Schema] | None = None) -> Schema | None:
    """The JSON Schema of the body; None when there is nothing to say."""
    fields: dict[str, forms.Field] = getattr(form, "base_fields", {})
    properties = {name: _of_field(field) for name, field in fields.items()} | dict(more or {})
    if not properties:
        return None
    required = [name for name, field in fields.items() if field.required]
    return shapes.record(properties, required) | {"additionalProperties": False}


def _of_field(field: forms.Field) -> Schema:
    schema = _shape(field)
    if field.label:
        schema = schema | {"description": field.label}
    return schema if field.required else shapes.nullable(schema)


def _shape(field: forms.Field) -> Schema:
    """What may stand in a field, as far as it is the same for everybody."""
    if isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)):
        return shapes.array(_code(field), maxItems=ITEMS_MAX)
    if isinstance(field, (forms.ModelChoiceField, forms.ChoiceField)):
        return _code(field)
    if isinstance(field, (forms.BooleanField, forms.NullBooleanField)):
        return shapes.BOOLEAN
    if isinstance(field, forms.IntegerField):
        return shapes.INTEGER | _limits(minimum=field.min_value, maximum=field.max_value)
    if isinstance(field, forms.DateField):
        return shapes.DATE
    if isinstance(field, forms.TimeField):
        return shapes.TIME
    least = 1 if field.required else None
    return shapes.TEXT | _limits(minLength=least, maxLength=getattr(field, "max_length", None))


def _limits(**limits: Any) -> Schema:
    return {name: value for name, value in limits.items() if value is not None}


def _code(field: Any) -> Schema:
    """A choice: a key, a number, or one of the codes that the form itself names."""
    if isinstance(field, forms.ModelChoiceField) or getattr(field, "coerce", None) is int:
        return shapes.ID
    codes = [str(code) for code, _label in field.choices]
    if field.required:
        codes = [code for code in codes if code]
    return shapes.TEXT | ({"enum": codes} if codes else {"maxLength": 200})


def body_of(request: HttpRequest, most: int = BODY_MAX) -> dict[str, Any]:
    """The JSON object of a request; without a body an empty one. Raises Problem: too large, not JSON, malformed."""
    fits_in(request, most)
    raw = request.body
    if len(raw) > most:
        raise Problem("too-large")
    if not raw:
        return {}
    if request.content_type != "application/json":
        raise Problem("not-json")
    try:
        found = json.loads(raw, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        raise Problem("malformed", _("The body is not JSON.")) from error
    if not isinstance(found, dict):
        raise Problem("malformed", _("The body must be a JSON object."))
    if not _storable(found):
        raise Problem("malformed", _("This holds characters that cannot be stored."))
    return found


def fits_in(request: HttpRequest, most: int) -> None:
    """Refuse a body that says to have more bytes than it may. Raises Problem."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > most:
        raise Problem("too-large" if length.isdecimal() else "malformed")


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _storable(value: Any) -> bool:
    if isinstance(value, str):
        return usable(value)
    if isinstance(value, dict):
        return all(usable(name) and _storable(one) for name, one in value.items())
    return all(map(_storable, value)) if isinstance(value, list) else True


def checked(schema: Schema | None, body: Mapping[str, Any]) -> None:
    """Refuse members that nobody asked for and values of another type. Raises Unusable."""
    properties: dict[str, Schema] = (schema or {}).get("properties", {})
    faults = [
        Fault(name[:200], gettext("There is no such field."), "unknown")
        for name in body
        if name not in properties
    ]
    faults += [
        Fault(name, gettext("This is not %(type)s.") % {"type": _named(properties[name])}, "type")
        for name, value in body.items()
        if name in properties and not fits(properties[name], value)
    ]
    if faults:
        raise Unusable(faults)


def fits(schema: Schema, value: Any) -> bool:
    """Whether a value has the type that is asked for; what it may say is the form's affair."""
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in types
    if value is None:
        return "null" in types
    if isinstance(value, int):
        return "integer" in types and abs(value) <= schema.get("maximum", shapes.MAX_ID)
    if isinstance(value, str):
        return "string" in types
    if isinstance(value, list):
        items = schema.get("items", {})
        return "array" in types and len(value) <= ITEMS_MAX and all(fits(items, one) for one in value)
    return "object" in types and isinstance(value, dict)


def _named(schema: Schema) -> str:
    """A type in words."""
    types = schema.get("type", "")
    name = types[0] if isinstance(types, list) else types
    words = {
        "string": gettext("a text"),
        "integer": gettext("a whole number"),
        "boolean": gettext("true or false"),
        "array": gettext("a list of such values"),
        "object": gettext("an object"),
    }
    return words.get(name, str(name))


def form_data(body: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """The members as a form reads them; null is what was not said."""
    given = {name: value for name, value in body.items() if value is not None}
    return MultiValueDict({n: v if isinstance(v, list) else [v] for n, v in given.items()})


def cleaned(form: KitForm, given: Collection[str]) -> dict[str, Any]:
    """What the form makes of it. Raises Unusable, also for a field that the role does not have."""
    faults = [
        Fault(name, gettext("Your role does not have this field."), "forbidden")
        for name in given
        if name not in form.fields
    ]
    if not form.is_valid():
        for name, errors in form.errors.as_data().items():
            own = "" if name == "__all__" else name
            faults += [
                Fault(own, str(sentence), error.code or "invalid")
                for error in errors
                for sentence in error.messages
            ]
    if faults:
        raise Unusable(faults)
    return dict(form.cleaned_data)
