"""Settings in words: a value with its unit, where it comes from, what is to come, what was changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from driveline.kit.formats import day, moment, unit, weekday

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import BoundField
    from django.utils.functional import _StrPromise

    from driveline.core.forms_settings import SettingsForm
    from driveline.core.services.setting_history import HistoryRow
    from driveline.core.services.settings import Change, Shown
    from driveline.kit.settings import SettingField

LIST_SHOWN = 6
MONDAY = dt.date(2024, 1, 1)

ORIGINS: dict[str, tuple[str, str | _StrPromise]] = {
    "default": ("", _("Default")),
    "group": ("tag-acc", _("Group")),
    "store": ("tag-ok", _("This store")),
}


@dataclass(frozen=True)
class Item:
    """One setting as the page draws it; `default` "" when it is the default that holds, `upcoming` what is set for
    later with the address that takes it back ("" for whoever only looks)."""

    field: BoundField
    unit: str
    origin: str
    origin_css: str
    default: str
    upcoming: list[tuple[str, str]]
    reset: str


@dataclass(frozen=True)
class HistoryLine:
    """One change in words."""

    label: str
    old: str
    new: str
    valid_from: str
    who: str
    when: str


def say(field: SettingField, value: Any, *, for_group: bool = False) -> str:
    """The value as a person reads it, with its unit; what a store has not set is as the group has it, what the group has
    not set is the default."""
    if value is None:
        return str(ORIGINS["default"][1]) if for_group else gettext("as the group")
    if field.type == "bool":
        return gettext("Yes") if value else gettext("No")
    if field.type == "dict":
        return _week(value)
    if field.type == "list":
        return _list(value)
    if field.choices is not None:
        return next((str(label) for code, label in field.choices if code == value), str(value))
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    text = "-" if value == "" else str(value)
    return f"{text} {unit(field.unit, value)}".strip()


def items(form: SettingsForm, base: str, today: dt.date, *, for_group: bool) -> list[tuple[str, list[Item]]]:
    """(heading, settings) in the order of declaration; the date comes after them."""
    groups: dict[str, list[Item]] = {}
    for name, shown in form.shown.items():
        groups.setdefault(str(shown.field.group), []).append(
            _item(form, name, shown, base, today, for_group=for_group)
        )
    return list(groups.items())


def _item(form: SettingsForm, name: str, shown: Shown, base: str, today: dt.date, *, for_group: bool) -> Item:
    css, origin = _origin(shown, for_group=for_group)
    field = shown.field
    whose = {"unit": "group"} if form.unit == "group" else {}
    address = f"{base}reset/{name}/?"
    return Item(
        field=form[name],
        unit=unit(field.unit),
        origin=str(origin),
        origin_css=css,
        default="" if shown.origin == "default" else say(field, shown.default),
        upcoming=[
            (
                gettext("from %(day)s: %(value)s")
                % {"day": day(when, today), "value": say(field, value, for_group=for_group)},
                address + urlencode({"from": when.isoformat(), **whose}) if form.may_change else "",
            )
            for when, value in shown.upcoming
        ],
        reset=address + urlencode(whose) if shown.origin == "store" and form.may_change else "",
    )


def changed_words(changes: list[Change], valid_from: dt.date | None, today: dt.date) -> str:
    """What a save did: 已保存 2 项:H 级 1 天 → 2 天;…"""
    if not changes:
        return gettext("Nothing was different, nothing was saved")
    lines = [f"{c.field.label} {_stored(c.field, c.old)} → {_stored(c.field, c.new)}" for c in changes[:3]]
    text = ngettext("%(n)s setting saved: %(what)s", "%(n)s settings saved: %(what)s", len(changes)) % {
        "n": len(changes),
        "what": gettext("; ").join(lines) + ("…" if len(changes) > 3 else ""),
    }
    if valid_from and valid_from > today:
        text += gettext(", valid from %(day)s") % {"day": day(valid_from, today)}
    return text


def withdrawn_words(
    changes: list[Change], now: Mapping[str, Shown], since: dt.date, today: dt.date, *, for_group: bool
) -> str:
    """What handing back did: 已撤回 A 级跟进间隔 5 天，恢复为 3 天（默认）. `now`: what holds from the day `since` on."""
    if not changes:
        return gettext("Nothing was different, nothing was saved")
    told = []
    for change in changes:
        shown = now[change.field.name]
        words = {
            "label": change.field.label,
            "old": _stored(change.field, change.old, for_group=for_group),
            "new": say(shown.field, shown.value),
            "origin": _origin(shown, for_group=for_group)[1],
            "day": day(since, today),
        }
        if since > today:
            told.append(gettext("%(label)s %(old)s taken back, %(new)s from %(day)s (%(origin)s)") % words)
        else:
            told.append(gettext("%(label)s %(old)s taken back, %(new)s again (%(origin)s)") % words)
    return gettext("; ").join(told)


def history_lines(rows: list[HistoryRow], today: dt.date, *, for_group: bool) -> list[HistoryLine]:
    """The history as the page draws it."""

    def told(row: HistoryRow, value: Any) -> str:
        return say(row.field, value, for_group=for_group)

    return [
        HistoryLine(
            label=str(row.field.label),
            old=told(row, row.before),
            new=_taken_back(told(row, row.value)) if row.withdrawn else told(row, row.value),
            valid_from=day(row.valid_from, today),
            who=row.set_by,
            when=moment(row.set_at, today),
        )
        for row in rows
    ]


def _taken_back(value: str) -> str:
    return gettext("taken back: %(value)s") % {"value": value}


def _origin(shown: Shown, *, for_group: bool) -> tuple[str, str | _StrPromise]:
    """Look and name of where a value comes from; on the group's own page its own value is the group's."""
    return ORIGINS["group" if for_group and shown.origin == "store" else shown.origin]


def _stored(field: SettingField, value: Any, *, for_group: bool = False) -> str:
    """The same for a value as it is stored (a time is text there)."""
    return (
        str(value) if field.type in ("time", "dt.time") and value else say(field, value, for_group=for_group)
    )


def _list(value: list[str]) -> str:
    if not value:
        return gettext("none")
    text = gettext(", ").join(value[:LIST_SHOWN])
    if len(value) > LIST_SHOWN:
        return ngettext("%(text)s … %(n)s in all", "%(text)s … %(n)s in all", len(value)) % {
            "text": text,
            "n": len(value),
        }
    return text


def _week(value: dict[str, Any]) -> str:
    """Days of the same hours in one: 周一-周五 08:30–18:00,周六 09:00–17:00."""
    parts: list[tuple[int, int, str]] = []
    for number in range(7):
        pair = value.get(str(number))
        hours = f"{pair[0]}–{pair[1]}" if pair else gettext("closed")
        if parts and parts[-1][2] == hours:
            parts[-1] = (parts[-1][0], number, hours)
        else:
            parts.append((number, number, hours))
    return gettext(", ").join(f"{_days(first, last)} {hours}" for first, last, hours in parts)


def _days(first: int, last: int) -> str:
    names = [weekday(MONDAY + dt.timedelta(days=number)) for number in (first, last)]
    return names[0] if first == last else f"{names[0]}-{names[1]}"
