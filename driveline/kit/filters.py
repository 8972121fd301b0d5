"""Query fields, declared once for form, list, export and API. Each parses its own parameter and never raises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from driveline.kit.pages import Context

FIRST_YEAR, LAST_YEAR = 1900, 2200

type Options = Sequence[tuple[str, str | _StrPromise]]


@dataclass(frozen=True)
class Widget:
    """What the query form draws: `kind` names the partial (text, select, multi, pick, dates); a hidden one is
    only kept, where it is set."""

    name: str
    label: str
    kind: str
    value: Any
    options: list[dict[str, Any]] = field(default_factory=list)
    placeholder: str = ""
    url: str = ""


@dataclass(frozen=True)
class Chip:
    """An active condition in words, with the parameters to drop to be rid of it."""

    label: str
    drop: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Base. `name` is the parameter, `column` the model field (default: name)."""

    name: str
    label: str | _StrPromise
    column: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters it reads."""
        return (self.name,)

    def parse(self, data: QueryDict, ctx: Context) -> Any:
        """The usable value, or None for "no condition"; unusable input is no condition."""
        return data.get(self.name, "").strip() or None

    def apply(self, rows: QuerySet[Any], value: Any, ctx: Context) -> QuerySet[Any]:
        return rows.filter(**{self.column or self.name: value})

    def widget(self, value: Any, ctx: Context) -> Widget:
        return Widget(self.name, str(self.label), "text", value or "")

    def chips(self, value: Any, ctx: Context) -> list[Chip]:
        said = {"name": self.label, "value": self.say(value, ctx)}
        return [Chip(gettext("%(name)s: %(value)s") % said, self.names)]

    def say(self, value: Any, ctx: Context) -> str:
        return str(value)

    def note(self, value: Any, ctx: Context) -> str:
        """What the person must know of the answer, e.g. that the search stopped; "" for nothing."""
        return ""


@dataclass(frozen=True, kw_only=True)
class Search(Filter):
    """The keyword field: `find(text, ctx)` gives the condition and whether more was found than is shown."""

    find: Callable[[str, Context], tuple[Q, bool]]
    placeholder: str | _StrPromise = ""

    def found(self, value: str, ctx: Context) -> tuple[Q, bool]:
        return ctx.once((self.name, value), lambda: self.find(value, ctx))

    def apply(self, rows: QuerySet[Any], value: Any, ctx: Context) -> QuerySet[Any]:
        return rows.filter(self.found(value, ctx)[0])

    def note(self, value: Any, ctx: Context) -> str:
        if not self.found(value, ctx)[1]:
            return ""
        return gettext("Too many are called so: the newest 1,000 were looked at. Type more to narrow it.")

    def widget(self, value: Any, ctx: Context) -> Widget:
        return Widget(self.name, str(self.label), "text", value or "", placeholder=str(self.placeholder))


@dataclass(frozen=True, kw_only=True)
class Contains(Filter):
    """Part of a text, case-insensitive."""

    def apply(self, rows: QuerySet[Any], value: Any, ctx: Context) -> QuerySet[Any]:
        return rows.filter(**{f"{self.column or self.name}__icontains": value})


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One or several of fixed or computed options; `pick` draws them as small buttons."""

    options: Options | Callable[[Context], Options]
    many: bool = True
    pick: bool = False
    condition: Callable[[list[str], Context], Q] | None = None

    def choices(self, ctx: Context) -> Options:
        options = self.options
        return (
            ctx.once(("options", self.name, options), lambda: options(ctx)) if callable(options) else options
        )

    def parse(self, data: QueryDict, ctx: Context) -> list[str] | None:
        known = {str(code) for code, _label in self.choices(ctx)}
        chosen = [v for v in data.getlist(self.name) if v in known]
        return (chosen if self.many else chosen[:1]) or None

    def apply(self, rows: QuerySet[Any], value: list[str], ctx: Context) -> QuerySet[Any]:
        if self.condition is not None:
            return rows.filter(self.condition(value, ctx))
        column = self.column or self.name
        return rows.filter(**({column: value[0]} if len(value) == 1 else {f"{column}__in": value}))

    def widget(self, value: list[str] | None, ctx: Context) -> Widget:
        chosen = set(value or ())
        options = [
            {"value": str(c), "label": str(text), "on": str(c) in chosen} for c, text in self.choices(ctx)
        ]
        return Widget(
            self.name,
            str(self.label),
            "pick" if self.pick else "multi" if self.many else "select",
            value,
            options,
        )

    def say(self, value: list[str], ctx: Context) -> str:
        labels = {str(code): str(text) for code, text in self.choices(ctx)}
        return gettext(", ").join(labels[v] for v in value)


@dataclass(frozen=True, kw_only=True)
class Picked(Filter):
    """One row of a long list, asked for as the person types at `url`; `label_of` names the chosen one."""

    url: str
    label_of: Callable[[int, Context], str]

    def parse(self, data: QueryDict, ctx: Context) -> int | None:
        text = data.get(self.name, "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    def widget(self, value: int | None, ctx: Context) -> Widget:
        chosen = [{"value": value, "label": self.say(value, ctx), "on": True}] if value is not None else []
        return Widget(self.name, str(self.label), "remote", value, chosen, url=self.url)

    def say(self, value: int, ctx: Context) -> str:
        return ctx.once((self.name, value), lambda: self.label_of(value, ctx))


@dataclass(frozen=True, kw_only=True)
class Dates(Filter):
    """A range of days, `name_from` and `name_to`, both ends included; of a datetime column in local days."""

    moment: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def parse(self, data: QueryDict, ctx: Context) -> tuple[date | None, date | None] | None:
        start, end = (_day(data.get(n, "")) for n in self.names)
        return (start, end) if start or end else None

    def apply(
        self, rows: QuerySet[Any], value: tuple[date | None, date | None], ctx: Context
    ) -> QuerySet[Any]:
        start, end = value
        column = self.column or self.name
        if start:
            rows = rows.filter(**{f"{column}__gte": _midnight(start) if self.moment else start})
        if end:
            after = end + timedelta(days=1)
            rows = rows.filter(**{f"{column}__lt": _midnight(after) if self.moment else after})
        return rows

    def widget(self, value: Any, ctx: Context) -> Widget:
        start, end = value or (None, None)
        return Widget(self.name, str(self.label), "dates", {"from": start, "to": end})

    def say(self, value: tuple[date | None, date | None], ctx: Context) -> str:
        start, end = value
        if start and end:
            return gettext("%(from)s to %(to)s") % {"from": start, "to": end}
        return gettext("from %(day)s") % {"day": start} if start else gettext("until %(day)s") % {"day": end}


def _day(text: str) -> date | None:
    """A day of the years anybody has business in; anything else is no condition."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
