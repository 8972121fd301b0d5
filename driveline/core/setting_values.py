"""Reading what a person typed, or a program sent, for a setting: its type and its limits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from driveline.kit.settings import SettingField

LONGEST_TEXT = 200
LONGEST_LIST = 500


def checked(field: SettingField, value: Any) -> Any:
    """The value as the setting's type has it. Raises ValueError with the sentence for the person."""
    if field.type == "bool":
        return _bool(value)
    if field.type == "int":
        return _int(field, value)
    if field.type in ("time", "dt.time"):
        return _time(value)
    if field.type == "list":
        return _list(value)
    if field.type == "dict":
        return _week(value)
    return _text(field, value)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("Choose yes or no."))
    return value


def _int(field: SettingField, value: Any) -> int:
    try:
        number = int(str(value).strip())
    except ValueError:
        raise ValueError(_("Enter a whole number.")) from None
    low, high = field.min_value, field.max_value
    if (low is not None and number < low) or (high is not None and number > high):
        if low is None:
            raise ValueError(_("At most %(high)s.") % {"high": high})
        if high is None:
            raise ValueError(_("At least %(low)s.") % {"low": low})
        raise ValueError(_("Between %(low)s and %(high)s.") % {"low": low, "high": high})
    return number


def _time(value: Any) -> dt.time:
    if isinstance(value, dt.time):
        return value.replace(second=0, microsecond=0)
    try:
        return dt.time.fromisoformat(str(value).strip()).replace(second=0, microsecond=0)
    except ValueError:
        raise ValueError(_("Enter a time such as 08:30.")) from None


def _list(value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(_("Enter one a line."))
    lines = [str(line).strip() for line in value if str(line).strip()]
    if len(lines) > LONGEST_LIST:
        raise ValueError(_("At most %(high)s lines.") % {"high": LONGEST_LIST})
    return list(dict.fromkeys(lines))


def _week(value: Any) -> dict[str, list[str] | None]:
    """Weekday 0…6 → [opens, closes], or None for a closed day; at least one day is open."""
    if not isinstance(value, dict) or not set(map(str, value)) <= set("0123456"):
        raise ValueError(_("Enter the opening hours for each weekday."))
    found: dict[str, list[str] | None] = {}
    for weekday in "0123456":
        pair = value.get(weekday, value.get(int(weekday)))
        if not pair:
            found[weekday] = None
            continue
        opens, closes = _time(pair[0]), _time(pair[1])
        if opens >= closes:
            raise ValueError(_("Closing time must be after opening time."))
        found[weekday] = [f"{opens:%H:%M}", f"{closes:%H:%M}"]
    if not any(found.values()):
        raise ValueError(_("The store must be open on one day at least."))
    return found


def _text(field: SettingField, value: Any) -> str:
    text = str(value).strip()
    if field.choices is not None and text not in {code for code, _label in field.choices}:
        raise ValueError(_("This is not one of the choices."))
    if len(text) > LONGEST_TEXT:
        raise ValueError(_("At most %(high)s characters.") % {"high": LONGEST_TEXT})
    return text
