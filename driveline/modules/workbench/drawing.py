"""From registered figures and charts to what the templates draw: words for a change, rows for an SVG and its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from driveline.kit.desk import Bars, Figure, Funnel
from driveline.kit.formats import day, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driveline.kit.pages import Context


@dataclass(frozen=True)
class Drawn:
    """A figure with its change in words; `tone` is ok, bad or t3."""

    figure: Figure
    value: str
    change: str
    tone: str
    before: str
    points: list[int]

    @property
    def unit(self) -> str:
        return "" if self.figure.value is None else unit(self.figure.unit, self.figure.value)


@dataclass(frozen=True)
class Figures:
    """The card of figures: mine, or (`team`) those of all the people I see."""

    rows: Sequence[Drawn]
    team: bool


def drawn_figure(figure: Figure) -> Drawn:
    """The number of today and how it stands to yesterday."""
    change, tone = _change(figure)
    before = "-" if figure.yesterday is None else f"{figure.yesterday:,}"
    if figure.yesterday is not None and figure.code in ("effective", "first"):
        before += figure.unit if figure.unit == "%" else f" {unit(figure.unit, figure.yesterday)}"
    return Drawn(
        figure=figure,
        value="-" if figure.value is None else f"{figure.value:,}",
        change=change,
        tone=tone,
        before=gettext("yesterday %(n)s") % {"n": before},
        points=[point for point in figure.points if point is not None],
    )


def _change(figure: Figure) -> tuple[str, str]:
    """↑ 3 or 快 8 分, and whether that is good."""
    if figure.value is None or figure.yesterday is None:
        return "", "t3"
    step = figure.value - figure.yesterday
    if step == 0:
        return gettext("unchanged"), "t3"
    if figure.better == "down":
        words = gettext("%(n)s %(unit)s faster") if step < 0 else gettext("%(n)s %(unit)s slower")
        return words % {"n": abs(step), "unit": unit(figure.unit, abs(step))}, "ok" if step < 0 else "bad"
    return f"{'↑' if step > 0 else '↓'} {abs(step)}", "ok" if step > 0 else "bad"


def drawn_chart(chart: Bars | Funnel, ctx: Context) -> dict[str, Any]:
    """What the chart tags and the table beside them take."""
    return _bars(chart, ctx) if isinstance(chart, Bars) else _funnel(chart)


def _bars(chart: Bars, ctx: Context) -> dict[str, Any]:
    rows = []
    for place, one in enumerate(chart.days):
        values = [values[place] for _label, values in chart.series]
        rows.append({"label": str(one.day), "values": values, "name": day(one, ctx.today)})
    return {
        "kind": "bars",
        "title": chart.title,
        "series": [label for label, _values in chart.series],
        "rows": rows,
        "empty": not any(value for _label, values in chart.series for value in values),
    }


def _funnel(chart: Funnel) -> dict[str, Any]:
    whole = chart.steps[0][1]
    rows = []
    for place, (label, count) in enumerate(chart.steps):
        share = f"{round(100 * count / whole)}%" if whole and place else ""
        rows.append({"label": str(label), "value": count, "note": share})
    return {"kind": "funnel", "title": chart.title, "note": chart.note, "rows": rows, "empty": not whole}
