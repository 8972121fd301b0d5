"""Set-based helpers: one statement for many rows, whatever their number (DESIGN §3.10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Case, F, Field, Value, When
from django.db.models.expressions import Combinable

BATCH = 500


def chunks[T](rows: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """The rows in slices of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def by_key(
    values: Mapping[int, Any], field: Field[Any, Any], *, key: str = "pk", default: str = ""
) -> Combinable:
    """An expression that gives each row its own value, grouped by value so that equal ones share a branch.

    `key` is the column the mapping's keys mean. Rows that are not named keep the column `default`.
    """
    groups: dict[Any, list[int]] = defaultdict(list)
    for pk, value in values.items():
        groups[value].append(pk)
    if len(groups) == 1 and not default:
        return Value(next(iter(groups)), output_field=field)
    whens = [
        When(**{f"{key}__in": pks}, then=Value(value, output_field=field)) for value, pks in groups.items()
    ]
    return Case(
        *whens, default=F(default) if default else Value(None, output_field=field), output_field=field
    )
