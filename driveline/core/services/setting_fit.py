"""Whether the values of a section fit together: in the unit that is changed and in the stores that inherit from it,
on the day of the change and on every later day that brings a value."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.models import OrgUnit
from driveline.core.setting_store import holding, standing, store
from driveline.kit import formats
from driveline.kit.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from driveline.core.setting_store import Row
    from driveline.kit.settings import StoreSettings

STORES_NAMED = 10

type Section = type[StoreSettings]
# (name of the field, sentence)
type Problem = tuple[str, str]


@contextmanager
def fitting(section: Section, unit_id: int, day: date) -> Iterator[None]:
    """A transaction that may bring no value that does not fit; else it raises Invalid and nothing was written. What did
    not fit before is not held against the change."""
    try:
        with transaction.atomic():
            before = _Plan(section, unit_id)
            yield
            store.forget()
            _compare(before, _Plan(section, unit_id), day)
    finally:
        store.forget()  # what was read within may not have been kept


def refuse_new(old: StoreSettings, new: StoreSettings) -> None:
    """Raises Invalid for what does not fit in the new values and is not so in the old ones."""
    _refuse([(name, said) for name, said in _problems(new) if (name, said) not in _problems(old)])


class _Plan:
    """All values of a section that a unit and the stores below it have, own and inherited, read in one query."""

    def __init__(self, section: Section, unit_id: int) -> None:
        self.section, self.unit_id = section, unit_id
        self.stores: dict[int, str] = {}  # below it, with values of their own
        self._rows: dict[int, list[Row]] = {}
        if not hasattr(section, "problems"):
            return
        above = OrgUnit.objects.filter(pk=unit_id, parent__kind=OrgUnit.Kind.GROUP).values("parent_id")
        below = Q(unit__parent_id=unit_id, unit__kind=OrgUnit.Kind.STORE, unit__active=True)
        found = standing().filter(
            Q(unit_id=unit_id) | Q(unit_id__in=above) | below,
            key__in=[field.key for field in section.fields.values()],
        )
        fields = ("unit_id", "key", "valid_from", "value", "unit__parent_id", "unit__name")
        for *row, parent_id, name in found.order_by("valid_from", "id").values_list(*fields):
            self._rows.setdefault(row[0], []).append(tuple(row))
            if parent_id == unit_id:
                self.stores[row[0]] = name

    def days(self, unit_id: int) -> set[date]:
        """The days that bring the unit a value."""
        return {since for _unit, _key, since, _value in self._seen_by(unit_id)}

    def problems(self, unit_id: int, day: date) -> list[Problem]:
        """What does not fit in the unit on the day."""
        return _problems(self.section.from_stored(holding(self._seen_by(unit_id), unit_id, day)))

    def _seen_by(self, unit_id: int) -> list[Row]:
        """The rows of the unit and those it inherits."""
        if unit_id != self.unit_id:
            return self._rows.get(self.unit_id, []) + self._rows.get(unit_id, [])
        return [row for unit, rows in self._rows.items() if unit not in self.stores for row in rows]


def _compare(before: _Plan, after: _Plan, day: date) -> None:
    _refuse(_brought(before, after, before.unit_id, day))
    clashes: dict[Problem, list[str]] = {}
    for store_id, name in sorted((before.stores | after.stores).items()):
        for problem in _brought(before, after, store_id, day):
            clashes.setdefault(problem, []).append(name)
    _refuse(
        [
            (
                field,
                _("%(stores)s: %(problem)s")
                % {"stores": formats.listed(formats.few(names, STORES_NAMED)), "problem": said},
            )
            for (field, said), names in clashes.items()
        ]
    )


def _brought(before: _Plan, after: _Plan, unit_id: int, day: date) -> list[Problem]:
    """What fitted before and does not any more, of the first day that has such a thing."""
    later = {since for plan in (before, after) for since in plan.days(unit_id) if since > day}
    for when in [day, *sorted(later)]:
        known = before.problems(unit_id, when)
        if found := [problem for problem in after.problems(unit_id, when) if problem not in known]:
            return found if when == day else [(field, _from(when, said)) for field, said in found]
    return []


def _from(when: date, said: str) -> str:
    return _("From %(day)s: %(problem)s") % {"day": formats.day(when, clock.today()), "problem": said}


def _problems(values: StoreSettings) -> list[Problem]:
    """A section may have `problems()`: what does not fit together, field name → sentence."""
    problems = getattr(values, "problems", None)
    return [(name, str(said)) for name, said in problems().items()] if problems is not None else []


def _refuse(problems: list[Problem]) -> None:
    errors: dict[str, list[str]] = {}
    for name, said in problems:
        errors.setdefault(name, []).append(said)
    if errors:
        raise Invalid(errors)
