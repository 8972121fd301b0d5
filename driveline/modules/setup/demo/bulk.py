"""Rows straight to the driver: a demonstration of tens of thousands must be there in seconds.

`bulk_create` spends most of its time building statements; here the statement of a table is built once. Only for
an empty database: keys are given, and the sequences are set behind them at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

CHUNK = 2000
PLAIN = (str, int, float, type(None))
PREPARED = (date, datetime, time, Decimal, list, dict)


def insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write unsaved rows that carry their keys."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column or field.name) for field in fields)
    slots = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({slots})"  # noqa: S608  our own names
    pending = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(pending, CHUNK)):
            cursor.executemany(sql, [[_value(field, row) for field in fields] for row in chunk])


def keys(model: type[models.Model], rows: list[Any]) -> None:
    """Give each row the next free key of its table."""
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
    for place, row in enumerate(rows, last + 1):
        row.pk = place


def set_sequences(*tables: type[models.Model]) -> None:
    """Let the database go on counting behind the keys that were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def _value(field: models.Field[Any, Any], row: models.Model) -> Any:
    value = getattr(row, field.attname)
    if isinstance(value, PREPARED) or not isinstance(value, PLAIN):
        return field.get_db_prep_save(value, connection)
    if isinstance(value, str) and type(value) is not str:
        return str(value)
    return value
