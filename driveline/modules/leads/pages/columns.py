"""Columns that the lead pages share. A lead, a task and a record show the same datum in the same form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from driveline.core import phones
from driveline.core.access import phone_view
from driveline.core.people import user_label
from driveline.kit import columns as col
from driveline.modules.leads.choices import look
from driveline.modules.leads.services.waiting import first_call
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.safestring import SafeString

    from driveline.core.models import Party
    from driveline.engines.followup.models import Pursuit, Task
    from driveline.kit.pages import Context


TIP_SECONDS = 30  # a tooltip may be that late; what is written always reads the settings themselves


def place(party: Party) -> str:
    """Province and city in one: 江苏 南京."""
    return " ".join(filter(None, [party.province, party.city]))


def shown_phone(pursuit: Pursuit, ctx: Context) -> str:
    """The number as this person may see it: whole or masked (DESIGN §3a)."""
    return number_for(pursuit, pursuit.party.phone_key, ctx)


def number_for(pursuit: Pursuit, key: str, ctx: Context) -> str:
    """A number of the person, whole or masked."""
    if not key:
        return ""
    whole = phone_view(ctx.actor, pursuit.store_id, pursuit.keeper_id) == "full"  # type: ignore[arg-type]  # core's own
    return phones.pretty(key) if whole else phones.masked_pretty(key)


def owner_name(pursuit: Pursuit) -> str:
    """The consultant, with a word for somebody who left; "" for none."""
    return user_label(pursuit.owner) if pursuit.owner else ""


def car(pursuit: Pursuit) -> str:
    """The intended car in one line: 迈腾 2025款 380TSI."""
    series, model = str(pursuit.series or ""), _model(pursuit)
    return " ".join(filter(None, [series, model])) or str(pursuit.brand or "")


def _model(pursuit: Pursuit) -> str:
    """The model's name without the series it begins with."""
    name, series = str(pursuit.car_model or ""), str(pursuit.series or "")
    return name[len(series) :].strip() if series and name.lower().startswith(series.lower()) else name


def _car_html(pursuit: Pursuit) -> str | SafeString:
    model = _model(pursuit)
    if not model:
        return car(pursuit)
    return format_html(
        '<span class="cut cut-m">{} <span class="t3">{}</span></span>',
        pursuit.series or "",
        model,
    )


def grade_tip(grade: str, ctx: Context, store_id: int) -> str:
    """A 级，每 3 天."""
    days = shown_settings(ctx, store_id).interval(grade)
    return ngettext("Grade %(grade)s, every day", "Grade %(grade)s, every %(days)s days", days) % {
        "grade": grade,
        "days": days,
    }


def shown_settings(ctx: Context, store_id: int) -> LeadSettings:
    """The settings of a store for what is only shown, at most half a minute old."""
    key = f"grade-tips-{store_id}-{ctx.today}"

    def kept() -> LeadSettings:
        settings: LeadSettings | None = cache.get(key)
        if settings is None:
            settings = LeadSettings.of(store_id, ctx.today)
            cache.set(key, settings, TIP_SECONDS)
        return settings

    return ctx.once(key, kept)


def _repeats(pursuit: Pursuit) -> list[tuple[str, str]]:
    n = pursuit.dup_count
    if not n:
        return []
    tip = ngettext("Entered again %(n)d time", "Entered again %(n)d times", n) % {"n": n}
    return [(gettext("again %(n)d") % {"n": n}, tip)]


@dataclass(frozen=True, kw_only=True)
class TaskDue(col.Due):
    """When a task is due; for a first call of today how long the lead has been waiting for it."""

    def render(self, row: Task, ctx: Context) -> str | SafeString:
        limit = shown_settings(ctx, row.store_id).first_contact_limit
        told = first_call(row, ctx.actor, ctx, limit)
        if told is None:
            return super().render(row, ctx)
        tip = gettext("No first contact yet")
        return format_html('<span class="{}" title="{}">{}</span>', told[0], tip, told[1])


class PursuitColumns:
    """The columns of a pursuit, seen from a row that is one (`path=""`) or hangs on one (`path="pursuit"`)."""

    def __init__(self, path: str = "", url: Callable[[Any], str] | None = None) -> None:
        self.path = path
        self.url = url or (lambda row: f"/leads/{self.of(row).pk}/")

    def of(self, row: Any) -> Pursuit:
        """The pursuit of a row."""
        pursuit: Pursuit = getattr(row, self.path) if self.path else row
        return pursuit

    def _dot(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _join(self, *names: str) -> tuple[str, ...]:
        return tuple(f"{self.path}__{n}" if self.path else n for n in names) or (
            (self.path,) if self.path else ()
        )

    def name(self) -> col.Column:
        return col.Name(
            key="name",
            label=_("Customer name"),
            source=self._dot("party.name"),
            join=self._join("party"),
            url=self.url,
            tags=lambda row, ctx: _repeats(self.of(row)),
            card="title",
        )

    def phone(self) -> col.Column:
        return col.Phone(
            key="phone",
            label=_("Mobile"),
            join=self._join("party"),
            shown_number=lambda row, ctx: shown_phone(self.of(row), ctx),
            card="phone",
        )

    def source(self) -> col.Column:
        return col.Column(
            key="source", label=_("Source"), source=self._dot("source"), join=self._join("source")
        )

    def car(self, *, shown: bool = True) -> col.Column:
        return col.Computed(
            key="car",
            shown=shown,
            label=_("Intended car"),
            join=self._join("brand", "series", "car_model"),
            text=lambda row, ctx: car(self.of(row)),
            html=lambda row, ctx: _car_html(self.of(row)),
            card="line",
        )

    def brand(self) -> col.Column:
        return col.Column(
            key="brand", label=_("Brand"), source=self._dot("brand"), join=self._join("brand"), shown=False
        )

    def series(self, *, shown: bool = False) -> col.Column:
        """Where there is no room for the whole car it is shown instead, on a phone's card too."""
        return col.Column(
            key="series",
            label=_("Series"),
            source=self._dot("series"),
            join=self._join("series"),
            shown=shown,
            card="line" if shown else "",
        )

    def model(self) -> col.Column:
        return col.Column(
            key="model",
            label=_("Model"),
            source=self._dot("car_model"),
            join=self._join("car_model"),
            shown=False,
        )

    def grade(self, source: str = "") -> col.Column:
        return col.GradeMark(
            key="grade",
            label=_("Grade"),
            source=source or self._dot("grade"),
            join=self._join(),
            tip=lambda row, ctx: grade_tip(self.of(row).grade, ctx, self.of(row).store_id),
            card="mark",
        )

    def status(self) -> col.Column:
        return col.Status(
            key="status",
            label=_("Status"),
            source=self._dot("phase"),
            join=self._join(),
            look=lambda row: look(self.of(row).phase),
            card="state",
        )

    def owner(self) -> col.Column:
        return col.Computed(
            key="owner",
            label=_("Consultant"),
            source=self._dot("owner"),
            join=self._join("owner"),
            text=lambda row, ctx: owner_name(self.of(row)),
            card="side",
        )

    def follow_count(self) -> col.Column:
        return col.Number(
            key="follow_count",
            label=_("Follow-ups"),
            source=self._dot("follow_count"),
            join=self._join(),
            priority=2,
        )

    def last_followed(self) -> col.Column:
        return col.Moment(
            key="last_followed",
            label=_("Last follow-up"),
            source=self._dot("last_followed_at"),
            join=self._join(),
            priority=1,
        )

    def last_remark(self, shown: bool = True) -> col.Column:
        return col.Cut(
            key="last_remark",
            shown=shown,
            label=_("Last remark"),
            source=self._dot("last_remark"),
            join=self._join(),
            css="t2",
            card="text",
        )

    def next_due(self) -> col.Column:
        return col.Due(
            key="next_due",
            label=_("Next follow-up"),
            source=self._dot("next_due"),
            time_source=self._dot("next_time"),
            join=self._join(),
            card="due",
        )

    def place(self) -> col.Column:
        return col.Computed(
            key="place",
            label=_("Province / city"),
            join=self._join("party"),
            text=lambda row, ctx: place(self.of(row).party),
            shown=False,
        )

    def key(self) -> col.Column:
        """The lead's own key, for programs: on a page the name leads there."""
        return col.Column(key="lead", label=_("Lead"), source=self._dot("id"), join=self._join())

    def store(self) -> col.Column:
        return col.Column(key="store", label=_("Store"), source=self._dot("store"), join=self._join("store"))
