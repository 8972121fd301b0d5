"""Pieces of JSON Schema. Words in them stay lazy until the document is written in somebody's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from driveline.kit.api.declare import Schema

MAX_ID = 2**63 - 1

ID: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
TEXT: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
INTEGER: Schema = {"type": "integer"}
DATE: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TIME: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


def ref(name: str) -> Schema:
    """A schema or answer of the document's components."""
    return {"$ref": f"#/components/{name}"}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    found = schema | {"type": [schema["type"], "null"]}
    return found | {"enum": [*schema["enum"], None]} if "enum" in schema else found


def record(properties: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """An object; all its members are there unless said otherwise."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
    }


def array(items: Schema, **limits: int) -> Schema:
    """A list of something."""
    return {"type": "array", "items": items, **limits}


def coded(codes: Sequence[Any] = ()) -> Schema:
    """A choice: its code for programs, its label for people."""
    code: Schema = {"type": "string"}
    return record({"code": code | {"enum": list(codes)} if codes else code, "label": TEXT})


def example(schema: Schema, known: Mapping[str, Schema], said: Any = "text") -> Any:
    """A value of the shape, for readers; `known` are the schemas that may be referred to."""
    if "$ref" in schema:
        return example(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], known)
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        members = schema.get("properties", {})
        return {name: example(one, known, one.get("description", name)) for name, one in members.items()}
    if kind == "array":
        return [example(schema["items"], known)]
    formats = {"date": "2026-11-20", "date-time": "2026-11-20T14:08:00+08:00"}
    text = "15:00" if "pattern" in schema else formats.get(schema.get("format", ""), said)
    return {"integer": 1, "boolean": True}.get(kind, text)


def field_at(model: type[models.Model], path: str) -> tuple[Any, bool]:
    """The model field at the end of a dotted path and whether the way there may be empty; None where there is none."""
    field: Any = None
    empty = False
    for name in path.split("."):
        if field is not None:
            model = getattr(field, "related_model", None) or models.Model
        try:
            field = model._meta.get_field(name)
        except (AttributeError, FieldDoesNotExist):
            return None, True
        empty = empty or bool(getattr(field, "null", False))
    return field, empty


def of_field(field: Any) -> Schema:
    """What a model field may hold."""
    if field is None:
        return TEXT
    if isinstance(field, models.ForeignKey) or field.primary_key:
        return ID
    if isinstance(field, models.BooleanField):
        return BOOLEAN
    if isinstance(field, models.IntegerField):
        return INTEGER
    if isinstance(field, models.DateTimeField):
        return MOMENT
    if isinstance(field, models.DateField):
        return DATE
    schema = TEXT | ({"maxLength": field.max_length} if getattr(field, "max_length", None) else {})
    return schema | {"enum": codes_of(field)} if codes_of(field) else schema


def codes_of(field: Any) -> list[Any]:
    """The codes a model field may hold, "" among them where it may be blank; none without choices."""
    choices = list(getattr(field, "choices", None) or ())
    codes = [code for code, _label in choices]
    return [*codes, ""] if codes and field.blank and "" not in codes else codes
