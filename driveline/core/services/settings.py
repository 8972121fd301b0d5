"""Change of settings (R-S-01…03): validated, dated, inherited from the group, audited with old and new value."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import JSONNull, Q
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.journal import audit
from driveline.core.models import OrgUnit, SettingValue
from driveline.core.services.setting_fit import fitting, refuse_new
from driveline.core.setting_store import latest, standing
from driveline.core.setting_values import checked
from driveline.kit.errors import Forbidden, Invalid
from driveline.kit.scopes import Scope
from driveline.kit.settings import StoreSettings, from_json, rehearsed, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from driveline.kit.actor import Actor
    from driveline.kit.settings import SettingField

type Level = Literal["store", "group"]
type Origin = Literal["default", "group", "store"]
type Section = type[StoreSettings]


@dataclass(frozen=True)
class Change:
    """One value that became another, as stored."""

    field: SettingField
    old: Any
    new: Any


@dataclass(frozen=True)
class Shown:
    """A setting as a page shows it: what holds, where it comes from, what would hold without it, what is to come."""

    field: SettingField
    value: Any
    origin: Origin
    default: Any
    group_value: Any
    upcoming: list[tuple[date, Any]] = dataclasses.field(default_factory=list)


def may_change(actor: Actor, section: Section, unit: Level = "store") -> bool:
    """Whether the actor may change the section for the current store or for the whole group."""
    scope = actor.scope(section.permission_edit)
    if scope is None:
        return False
    unit_id = unit_of(actor, unit)
    return unit_id == actor.store_id or scope == Scope.GROUP


def unit_of(actor: Actor, unit: Level) -> int:
    """The id of the current store, or of its group."""
    if unit == "store":
        return actor.store_id
    parent = OrgUnit.objects.values_list("parent_id", flat=True).get(pk=actor.store_id)
    return parent or actor.store_id


def setting_change(
    actor: Actor,
    section: Section,
    values: dict[str, Any],
    valid_from: date | None = None,
    unit: Level = "store",
) -> list[Change]:
    """Store the values (by field name) that differ from what holds on `valid_from` (default today).

    Raises Forbidden, Invalid (unknown name, wrong type, out of limits, a past date, values that do not fit together any
    more, on that day or a later one, here or in a store that inherits them: then nothing is stored). Returns the
    changes; none when everything was so already.
    """
    day = _day(valid_from)
    _allow(actor, section, unit)
    unit_id = unit_of(actor, unit)
    typed = _typed(section, values)
    with fitting(section, unit_id, day):
        now_holds = section.of(unit_id, day)
        changes = [
            Change(section.fields[name], to_json(getattr(now_holds, name)), to_json(value))
            for name, value in typed.items()
            if to_json(getattr(now_holds, name)) != to_json(value)
        ]
        _write(actor, section, unit_id, day, changes)
    return changes


def setting_rehearse(
    actor: Actor,
    section: Section,
    values: dict[str, Any],
    valid_from: date | None = None,
    unit: Level = "store",
) -> list[str]:
    """What these values would have done to what has happened, in sentences, before they are stored (DESIGN §3.11).
    Raises as setting_change."""
    day = _day(valid_from)
    _allow(actor, section, unit)
    unit_id = unit_of(actor, unit)
    typed = _typed(section, values)
    now_holds = section.of(unit_id, day)
    wanted = section(**{name: getattr(now_holds, name) for name in section.fields} | typed)
    refuse_new(now_holds, wanted)
    stores = OrgUnit.objects.filter(Q(pk=unit_id) | Q(parent_id=unit_id), kind=OrgUnit.Kind.STORE)
    return rehearsed(section, list(stores.values_list("pk", flat=True)), now_holds, wanted)


def setting_reset(
    actor: Actor, section: Section, names: Iterable[str], unit: Level = "store"
) -> list[Change]:
    """Hand settings back from today on: the store's to the group, the group's to the default. What is planned stays.
    Raises Forbidden, and Invalid when what holds then does not fit together."""
    _allow(actor, section, unit)
    unit_id, today = unit_of(actor, unit), clock.today()
    with fitting(section, unit_id, today):
        fields = [section.fields[name] for name in names]
        own = _own(fields, unit_id, today)
        changes = [Change(field, own[field.key], None) for field in fields if own.get(field.key) is not None]
        _write(actor, section, unit_id, today, changes)
    return changes


def setting_withdraw(
    actor: Actor, section: Section, name: str, day: date, unit: Level = "store"
) -> list[Change]:
    """Take back what was set for a coming day, as if it had not been: whatever the unit has or inherits goes on, what is
    set after the withdrawal too. Raises as setting_reset; no change when another took it back first."""
    if day <= clock.today():
        raise Invalid(
            {"valid_from": [_("It holds already; only what is set for a coming day can be taken back.")]}
        )
    _allow(actor, section, unit)
    unit_id, field = unit_of(actor, unit), section.fields[name]
    with fitting(section, unit_id, day):
        old = _own([field], unit_id, day).get(field.key)
        rows = standing().filter(unit_id=unit_id, key=field.key, valid_from=day)
        if not rows.update(withdrawn_at=clock.now(), withdrawn_by_id=actor.user_id):
            return []
        changes = [Change(field, old, _own([field], unit_id, day).get(field.key))]
        _audit(actor, section, unit_id, day, changes)
    return changes


def _own(fields: Iterable[SettingField], unit_id: int, day: date) -> dict[str, Any]:
    """What the unit itself has of the settings on a day, as stored, by key; nothing or None where it inherits."""
    keys = [field.key for field in fields]
    rows = standing().filter(unit_id=unit_id, key__in=keys, valid_from__lte=day)
    rows = rows.order_by("valid_from", "id")
    return latest(rows.values_list("unit_id", "key", "valid_from", "value"), day)


def shown(section: Section, unit_id: int, day: date | None = None) -> dict[str, Shown]:
    """Every setting of the section as it stands for a unit on a day (default today), in one query."""
    day = day or clock.today()
    keys = {f.key: f for f in section.fields.values()}
    parent = OrgUnit.objects.filter(pk=unit_id, parent__kind=OrgUnit.Kind.GROUP).values("parent_id")
    rows = standing().filter(Q(unit_id=unit_id) | Q(unit_id__in=parent), key__in=keys)
    own: dict[str, Any] = {}
    above: dict[str, Any] = {}
    planned: dict[str, dict[date, Any]] = {}
    for row in rows.order_by("valid_from", "id"):
        if row.valid_from <= day:
            (own if row.unit_id == unit_id else above)[row.key] = row.value
        elif row.unit_id == unit_id:
            planned.setdefault(row.key, {})[row.valid_from] = row.value  # the last word for a day counts
    return {
        f.name: _shown(f, own.get(k), above.get(k), _upcoming(own.get(k), planned.get(k, {})))
        for k, f in keys.items()
    }


def _upcoming(value: Any, planned: dict[date, Any]) -> list[tuple[date, Any]]:
    """The days that bring another value than the one before."""
    found = []
    for day, then in planned.items():
        if then != value:
            found.append((day, then))
        value = then
    return found


def _shown(known: SettingField, own: Any, above: Any, upcoming: list[tuple[date, Any]]) -> Shown:
    origin: Origin = "store" if own is not None else "group" if above is not None else "default"
    stored = own if own is not None else above
    return Shown(
        field=known,
        value=known.default if stored is None else from_json(known, stored),
        origin=origin,
        default=known.default,
        group_value=from_json(known, above),
        upcoming=[(day, from_json(known, value)) for day, value in upcoming],
    )


def _day(valid_from: date | None) -> date:
    today = clock.today()
    if valid_from is not None and valid_from < today:
        raise Invalid({"valid_from": [_("Settings change from today on or later, never for the past.")]})
    return valid_from or today


def _allow(actor: Actor, section: Section, unit: Level) -> None:
    if not may_change(actor, section, unit):
        raise Forbidden(_("Your role does not include this action."))


def _typed(section: Section, values: dict[str, Any]) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    typed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in section.fields:
            errors[name] = [_("There is no such setting.")]
            continue
        try:
            typed[name] = checked(section.fields[name], value)
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise Invalid(errors, rule="R-S-03")
    return typed


def _write(actor: Actor, section: Section, unit_id: int, day: date, changes: list[Change]) -> None:
    if not changes:
        return
    moment = clock.now()
    SettingValue.objects.bulk_create(
        SettingValue(
            unit_id=unit_id,
            key=change.field.key,
            value=JSONNull() if change.new is None else change.new,
            valid_from=day,
            set_at=moment,
            set_by_id=actor.user_id,
        )
        for change in changes
    )
    _audit(actor, section, unit_id, day, changes)


def _audit(actor: Actor, section: Section, unit_id: int, day: date, changes: list[Change]) -> None:
    audit.write(
        actor,
        "settings.change",
        object_type="core.orgunit",
        object_id=unit_id,
        detail={
            "section": section.section,
            "valid_from": day,
            "changes": {change.field.key: {"old": change.old, "new": change.new} for change in changes},
        },
    )
