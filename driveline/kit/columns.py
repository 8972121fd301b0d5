"""Columns, declared once for page, drawer and export. Three faces, never mixed: `value`, `render`, `export`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from driveline.kit import formats

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    from driveline.kit.pages import Context

DASH = "-"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: str) -> str:
    """A spreadsheet cell that cannot be taken for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and cell != DASH else cell


def follow(row: Any, path: str) -> Any:
    """The attribute at the end of a dotted path, None when something on the way is None."""
    for name in path.split("."):
        if row is None:
            return None
        row = getattr(row, name)
    return row


@dataclass(frozen=True, kw_only=True)
class Column:
    """A datum of a row. `source` is an attribute path ("party.name"); `join` names the relations it needs.

    `shown` False keeps it in the column settings only; `priority`: 0 stands at every width, of the others the two with
    the highest number step aside below 1366 px unless the person chose the columns; `pin` "l" sticks to the left;
    `sort` names the order (of the page's allow-list) that a click on the head asks for; `card` tells the phone layout
    where it stands.
    """

    key: str
    label: str | _StrPromise
    source: str = ""
    join: tuple[str, ...] = ()
    shown: bool = True
    priority: int = 0
    numeric: bool = False
    pin: str = ""
    sort: str = ""
    css: str = ""
    card: str = ""
    fixed: bool = False
    exported: bool = True

    def value(self, row: Any) -> Any:
        """The bare datum."""
        return follow(row, self.source or self.key)

    def render(self, row: Any, ctx: Context) -> str | SafeString:
        """HTML of the cell (escaped by the template unless it is a SafeString)."""
        value = self.value(row)
        return DASH if value is None or value == "" else str(value)

    def export(self, row: Any, ctx: Context) -> str:
        """The text for a spreadsheet."""
        value = self.value(row)
        return "" if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class Computed(Column):
    """A column whose text comes from a function of row and context; `html` may give a richer cell.
    `source` names the related row it speaks of, if there is one: programs get its key too."""

    text: Callable[[Any, Context], str]
    html: Callable[[Any, Context], str | SafeString] | None = None

    def value(self, row: Any) -> Any:
        return None

    def render(self, row: Any, ctx: Context) -> str | SafeString:
        return (self.html or self.text)(row, ctx) or DASH

    def export(self, row: Any, ctx: Context) -> str:
        return self.text(row, ctx)


@dataclass(frozen=True, kw_only=True)
class Name(Column):
    """The name that opens the drawer; small tags may stand beside it. `url` makes the address of a row."""

    url: Callable[[Any], str]
    tags: Callable[[Any, Context], list[tuple[str, str]]] | None = None
    pin: str = "l"
    fixed: bool = True

    def render(self, row: Any, ctx: Context) -> SafeString:
        link = opening(self.url(row), self.value(row))
        if self.tags is None:
            return link
        marks = [
            format_html(' <span class="tag-s" data-tip="{}">{}</span>', tip, t)
            for t, tip in self.tags(row, ctx)
        ]
        return mark_safe(link + "".join(marks))  # noqa: S308 - every part went through format_html


@dataclass(frozen=True, kw_only=True)
class Phone(Column):
    """A phone number as this person may see it; `shown_number` decides per row between whole and masked."""

    shown_number: Callable[[Any, Context], str]

    def render(self, row: Any, ctx: Context) -> str:
        return self.shown_number(row, ctx) or DASH

    def export(self, row: Any, ctx: Context) -> str:
        return self.shown_number(row, ctx).replace(" ", "")


@dataclass(frozen=True, kw_only=True)
class Status(Column):
    """A state as dot and word; `look` maps a row to (css class, label). Programs get the code beside the label:
    what `code` says of the row, else what `source` holds."""

    look: Callable[[Any], tuple[str, str | _StrPromise]]
    code: Callable[[Any], str] | None = None

    def value(self, row: Any) -> Any:
        return self.code(row) if self.code is not None else super().value(row)

    def render(self, row: Any, ctx: Context) -> SafeString:
        css, label = self.look(row)
        return format_html('<span class="st {}">{}</span>', css, label)

    def export(self, row: Any, ctx: Context) -> str:
        return str(self.look(row)[1])


@dataclass(frozen=True, kw_only=True)
class GradeMark(Column):
    """The intention grade as a letter on its ground; the tooltip says how often that grade is called."""

    tip: Callable[[Any, Context], str] | None = None

    def render(self, row: Any, ctx: Context) -> str | SafeString:
        grade = self.value(row)
        if not grade:
            return DASH
        tip = self.tip(row, ctx) if self.tip else ""
        return format_html('<span class="grade g-{}" title="{}">{}</span>', grade.lower(), tip, grade)


@dataclass(frozen=True, kw_only=True)
class Choice(Column):
    """A field with choices, shown by its label."""

    def render(self, row: Any, ctx: Context) -> str:
        return self.export(row, ctx) or DASH

    def export(self, row: Any, ctx: Context) -> str:
        owner, _dot, name = (self.source or self.key).rpartition(".")
        for part in owner.split(".") if owner else ():
            row = getattr(row, part)
        return str(getattr(row, f"get_{name}_display")())


@dataclass(frozen=True, kw_only=True)
class YesNo(Column):
    """A boolean in words."""

    yes: str | _StrPromise
    no: str | _StrPromise

    def render(self, row: Any, ctx: Context) -> SafeString:
        on = bool(self.value(row))
        return format_html('<span class="{}">{}</span>', "t-ok" if on else "t3", self.yes if on else self.no)

    def export(self, row: Any, ctx: Context) -> str:
        return str(self.yes if self.value(row) else self.no)


@dataclass(frozen=True, kw_only=True)
class Due(Column):
    """A due date with its delay: 过期 3 天 · 今天 15:00 · 明天 11-21. `time_source` names the time of day."""

    time_source: str = ""

    def render(self, row: Any, ctx: Context) -> str | SafeString:
        day = self.value(row)
        if day is None:
            return DASH
        at = follow(row, self.time_source) if self.time_source else None
        css, words = formats.due(day, at, ctx.today)
        return format_html('<span class="{}" title="{}">{}</span>', css, formats.day(day, ctx.today), words)

    def export(self, row: Any, ctx: Context) -> str:
        day: date | None = self.value(row)
        return day.isoformat() if day else ""


@dataclass(frozen=True, kw_only=True)
class Moment(Column):
    """A point in time: 11-20 14:08."""

    css: str = "t2"

    def render(self, row: Any, ctx: Context) -> str:
        return formats.moment(self.value(row), ctx.today)

    def export(self, row: Any, ctx: Context) -> str:
        at: datetime | None = self.value(row)
        return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else ""


@dataclass(frozen=True, kw_only=True)
class Day(Column):
    """A date: 11-20."""

    css: str = "t2"

    def render(self, row: Any, ctx: Context) -> str:
        return formats.day(self.value(row), ctx.today)

    def export(self, row: Any, ctx: Context) -> str:
        value: date | None = self.value(row)
        return value.isoformat() if value else ""


@dataclass(frozen=True, kw_only=True)
class Number(Column):
    """A whole number, right-aligned with thousands."""

    numeric: bool = True

    def render(self, row: Any, ctx: Context) -> str:
        return formats.number(self.value(row))


@dataclass(frozen=True, kw_only=True)
class Cut(Column):
    """A longer text on one line; what does not fit is shown on hover (frontend tips.js)."""

    def render(self, row: Any, ctx: Context) -> str | SafeString:
        return cut(self.value(row))


def cut(text: Any) -> str | SafeString:
    """The text on one line, as `Cut` shows it; a dash when there is none."""
    return format_html('<span class="cut">{}</span>', text) if text else DASH


def opening(url: str, name: Any) -> SafeString:
    """The name of a row on one line; it opens the drawer."""
    return format_html('<a class="name cut" data-drawer href="{}">{}</a>', url, name or DASH)
