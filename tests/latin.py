"""A world in which nobody and nothing has a Chinese name, so that Chinese on a page is the program's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from pypinyin import lazy_pinyin

from driveline.core.models import DictItem, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
# What the program brings along and names in both languages itself.
BILINGUAL = {DictItem: "label", Role: "label"}


def chinese_in(text: str) -> list[str]:
    """The runs of Chinese characters and full-width signs in a text, each once."""
    return list(dict.fromkeys(CHINESE.findall(text)))


def latinise() -> None:
    """Write in Latin letters whatever people have typed, in every row there is; the program's own names stay."""
    for model in apps.get_models():
        if fields := [field for field in model._meta.concrete_fields if _typed(model, field)]:
            _rewrite(model, [field.attname for field in fields])


def _typed(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    text = isinstance(field, (models.CharField, models.TextField, models.JSONField))
    return text and not field.primary_key and not field.choices


def _rewrite(model: type[models.Model], names: list[str]) -> None:
    rows = model._default_manager.exclude(is_system=True) if model is User else model._default_manager.all()
    for row in rows:
        new = {name: _latin(getattr(row, name)) for name in names if not _own(row, name)}
        changed = {name: value for name, value in new.items() if value != getattr(row, name)}
        if changed:
            model._default_manager.filter(pk=row.pk).update(**changed)


def _own(row: models.Model, name: str) -> bool:
    return BILINGUAL.get(type(row)) == name and bool(getattr(row, "label_en", ""))


def _latin(value: Any) -> Any:
    if isinstance(value, str):
        return CHINESE.sub(lambda found: "".join(lazy_pinyin(found[0])).title(), value)
    if isinstance(value, dict):
        return {_latin(key): _latin(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_latin(one) for one in value]
    return value


def typed_names() -> Iterable[str]:
    """The names of dictionary entries and roles as they were typed: shown where they are kept up."""
    yield from DictItem.objects.values_list("label", flat=True)
    yield from Role.objects.values_list("label", flat=True)
