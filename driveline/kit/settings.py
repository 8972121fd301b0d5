"""Typed settings per store (STYLE §5.7): declared once, read as attributes, stored one row per value that differs.

Order (DESIGN §3a): the store's newest value with valid_from ≤ the business date, else the group's, else the default.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

from driveline.kit.ports import ports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.utils.functional import _StrPromise

_sections: dict[str, type[StoreSettings]] = {}


@dataclass(frozen=True)
class SettingField:
    """What is known of one setting: its default, label, help, limits. `key` is `section.name`, never renamed."""

    name: str
    key: str
    type: str
    default: Any
    label: str | _StrPromise
    help: str | _StrPromise
    unit: str | _StrPromise
    min_value: int | None
    max_value: int | None
    choices: Sequence[tuple[str, str | _StrPromise]] | None
    rule: str
    group: str | _StrPromise


def setting(
    *,
    default: Any,
    label: str | _StrPromise,
    help: str | _StrPromise = "",
    unit: str | _StrPromise = "",
    min_value: int | None = None,
    max_value: int | None = None,
    choices: Sequence[tuple[str, str | _StrPromise]] | None = None,
    rule: str = "",
    key: str = "",
    group: str | _StrPromise = "",
) -> Any:
    """Declare one setting as a class attribute of a `StoreSettings`. The annotation gives its type:
    int, bool, str, datetime.time, list (of strings) or dict (weekday → hours)."""
    return _Declared(locals())


class _Declared:
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(setting,))
class StoreSettings:
    """Base of a module's settings. `class LeadSettings(StoreSettings, section="lead", label=_("Lead rules"))`."""

    section: ClassVar[str]
    label: ClassVar[str | _StrPromise]
    permission_view: ClassVar[str]
    permission_edit: ClassVar[str]
    fields: ClassVar[dict[str, SettingField]]

    def __init_subclass__(
        cls,
        *,
        section: str,
        label: str | _StrPromise,
        view: str = "settings.view",
        edit: str = "settings.edit",
    ) -> None:
        if section in _sections:
            raise ValueError(f"settings section {section} exists already")
        cls.section, cls.label, cls.permission_view, cls.permission_edit = section, label, view, edit
        cls.fields = {}
        for name, annotation in cls.__annotations__.items():
            declared = cls.__dict__.get(name)
            if isinstance(declared, _Declared):
                options = dict(declared.options)
                key = options.pop("key") or f"{section}.{name}"
                kind = annotation if isinstance(annotation, str) else annotation.__name__
                cls.fields[name] = SettingField(name=name, key=key, type=kind.split("[")[0], **options)
        _sections[section] = cls

    def __init__(self, **values: Any) -> None:
        for name, field in self.fields.items():
            object.__setattr__(self, name, values.get(name, field.default))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("settings are read only; write them through core.services.settings")

    @classmethod
    def of(cls, store_id: int, day: dt.date | None = None) -> Self:
        """The settings in force for a store (or group) on a business day (default today). One query."""
        stored = ports.settings.values(
            store_id, [f.key for f in cls.fields.values()], day or ports.clock.today()
        )
        return cls.from_stored(stored)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """The settings of the values that are stored, by key; the default for the others."""
        return cls(**{name: from_json(f, stored[f.key]) for name, f in cls.fields.items() if f.key in stored})


def from_json(field: SettingField, value: Any) -> Any:
    """The typed value of what stands in the JSON column; None, which hands the setting back, stays None."""
    return dt.time.fromisoformat(value) if value is not None and field.type in ("time", "dt.time") else value


def to_json(value: Any) -> Any:
    """What is stored of a typed value."""
    return value.strftime("%H:%M") if isinstance(value, dt.time) else value


type Rehearsal = Callable[[Sequence[int], Any, Any], list[str]]

_rehearsals: dict[type[StoreSettings], Rehearsal] = {}


def rehearsal(section: type[StoreSettings], rehearse: Rehearsal) -> None:
    """Let a section be rehearsed before a change is saved: `rehearse(store ids, old, new)` says in sentences what
    the new values would have done to what has happened; none when they would have done nothing else."""
    _rehearsals[section] = rehearse


def rehearsed(section: type[StoreSettings], store_ids: Sequence[int], old: Any, new: Any) -> list[str]:
    """The sentences of the section's rehearsal; none for a section without one."""
    found = _rehearsals.get(section)
    return found(store_ids, old, new) if found else []


def sections() -> list[type[StoreSettings]]:
    """Every declared section, in the order of declaration."""
    return list(_sections.values())
