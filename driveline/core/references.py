"""References that the database does not check for every row (docs/decisions/0014-checks-of-references.md)."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Exists, ForeignKey, OuterRef


def unchecked() -> list[ForeignKey]:
    """The columns that name a row without a constraint of the database."""
    fields = (field for model in apps.get_models() for field in model._meta.concrete_fields)
    return [
        field
        for field in fields
        if isinstance(field, ForeignKey) and not getattr(field, "db_constraint", True)
    ]


def dangling() -> Iterator[tuple[str, int]]:
    """Of those the ones that name a row that is not there, with how many do. Reads each table once."""
    for field in unchecked():
        target = field.related_model._base_manager.filter(pk=OuterRef(field.attname))
        rows = field.model._base_manager.exclude(**{field.attname: None}).filter(~Exists(target))
        if found := rows.count():
            yield f"{field.model._meta.label_lower}.{field.name}", found
