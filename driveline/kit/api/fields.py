"""A page's columns as the fields of a resource: the bare datum, a choice with code and label, a number masked as the
page masks it. A new class of column is taught here by `fields_of.register`, else it is what its `value` is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from driveline.kit import columns as col
from driveline.kit.api import shapes

if TYPE_CHECKING:
    from driveline.kit.api.declare import Schema
    from driveline.kit.listing import ListPage
    from driveline.kit.pages import Context

REFERENCE = shapes.ref("schemas/Reference")
CHOICE = shapes.ref("schemas/Choice")


@dataclass(frozen=True)
class Field:
    """One datum of a row: its name, its JSON Schema, and how it is read."""

    name: str
    schema: Schema
    read: Callable[[Any, Context], Any]


def fields_for(page: ListPage) -> list[Field]:
    """The fields of a list, the key first."""
    return [_key(), *_fields(page, list_columns(page))]


def detail_fields_for(page: ListPage) -> list[Field]:
    """Those of one row: of the list, what the details say beyond it, and what the resource tells programs."""
    tells = page.api.tells if page.api is not None else ()
    return [_key(), *_fields(page, [*list_columns(page), *_facts(page)]), *tells]


def list_columns(page: ListPage) -> list[col.Column]:
    """The columns that are data: those that may be exported, the store, and what only programs need."""
    store = [page.store_column] if page.store_column is not None else []
    also = page.api.also if page.api is not None else ()
    return [c for c in (*page.columns, *store, *also) if c.exported]


def _facts(page: ListPage) -> list[col.Column]:
    return [c for block in getattr(page.detail, "facts", ()) for c in block.columns]


def _fields(page: ListPage, columns: list[col.Column]) -> list[Field]:
    found: dict[str, Field] = {}
    for column in columns:
        for one in fields_of(column, page.model):
            found.setdefault(one.name, Field(one.name, one.schema | {"description": column.label}, one.read))
    return list(found.values())


def _key() -> Field:
    return Field("id", shapes.ID, lambda row, ctx: row.pk)


@singledispatch
def fields_of(column: col.Column, model: type[models.Model]) -> list[Field]:
    """The fields a column gives: most give one."""
    path = column.source or column.key
    target, empty = shapes.field_at(model, path)
    if target is not None and target.is_relation and path.rpartition(".")[2] != target.attname:
        schema = shapes.nullable(REFERENCE) if empty else REFERENCE
        return [Field(column.key, schema, lambda row, ctx: reference(column.value(row)))]
    schema = shapes.of_field(target)
    return [
        Field(
            column.key, shapes.nullable(schema) if empty else schema, lambda row, ctx: bare(column.value(row))
        )
    ]


@fields_of.register
def _computed(column: col.Computed, model: type[models.Model]) -> list[Field]:
    """Its text; with a `source` the row it speaks of as well."""
    if not column.source:
        return [Field(column.key, shapes.TEXT, lambda row, ctx: str(column.text(row, ctx)))]

    def read(row: Any, ctx: Context) -> Any:
        found = col.follow(row, column.source)
        return None if found is None else {"id": found.pk, "label": str(column.text(row, ctx))}

    return [Field(column.key, shapes.nullable(REFERENCE), read)]


@fields_of.register
def _name(column: col.Name, model: type[models.Model]) -> list[Field]:
    shown = shapes.TEXT | {"examples": ["王先生"]}
    return [Field(column.key, shown, lambda row, ctx: bare(column.value(row)))]


@fields_of.register
def _phone(column: col.Phone, model: type[models.Model]) -> list[Field]:
    shown = shapes.TEXT | {"examples": ["138****4127"]}
    return [Field(column.key, shown, lambda row, ctx: column.export(row, ctx))]


@fields_of.register
def _status(column: col.Status, model: type[models.Model]) -> list[Field]:
    target, _empty = shapes.field_at(model, column.source or column.key)
    if column.code is None and target is None:
        return [Field(column.key, shapes.TEXT, lambda row, ctx: column.export(row, ctx))]
    codes = [] if column.code is not None else shapes.codes_of(target)
    return [
        Field(
            column.key,
            shapes.coded(codes),
            lambda row, ctx: {"code": str(column.value(row)), "label": column.export(row, ctx)},
        )
    ]


@fields_of.register
def _choice(column: col.Choice, model: type[models.Model]) -> list[Field]:
    target, _empty = shapes.field_at(model, column.source or column.key)
    return [
        Field(
            column.key,
            shapes.coded(shapes.codes_of(target)),
            lambda row, ctx: {"code": str(column.value(row)), "label": column.export(row, ctx)},
        )
    ]


@fields_of.register
def _yes_no(column: col.YesNo, model: type[models.Model]) -> list[Field]:
    return [Field(column.key, shapes.BOOLEAN, lambda row, ctx: bool(column.value(row)))]


@fields_of.register
def _due(column: col.Due, model: type[models.Model]) -> list[Field]:
    """The day; where a time of day may stand beside it, that too, under its own name."""
    day = Field(column.key, shapes.nullable(shapes.DATE), lambda row, ctx: bare(column.value(row)))
    if not column.time_source:
        return [day]
    name = column.time_source.rpartition(".")[2]
    at = shapes.nullable(shapes.TIME)
    return [day, Field(name, at, lambda row, ctx: bare(col.follow(row, column.time_source)))]


def bare(value: Any) -> Any:
    """A datum as JSON knows it: moments with their offset, days and times as ISO text, rows by their key."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def reference(row: Any) -> Any:
    """Another row: its key for programs, its name for people."""
    return None if row is None else {"id": row.pk, "label": str(row)}
