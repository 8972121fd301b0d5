"""Charts drawn on the server as SVG: a line, stacked columns, bars. Widths and heights are attributes, colours are classes.

At most three series; labels stand at the bar. A table behind 查看数据 belongs beside each (template's business).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Sequence

register = template.Library()

STEPS = (1, 2, 5, 10, 15, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000)


@register.simple_tag
def spark(values: Sequence[float]) -> SafeString:
    """A line of the last days, 84 × 26, without axis; the figure stands beside it."""
    if not values:
        return SafeString("")
    low, high = min(values), max(values)
    span = (high - low) or 1
    gap = 82 / max(len(values) - 1, 1)
    points = " ".join(f"{1 + i * gap:.1f},{23 - (v - low) / span * 20:.1f}" for i, v in enumerate(values))
    return format_html(
        '<svg class="spark" viewBox="0 0 84 26" aria-hidden="true">'
        '<path class="base" d="M0 25.5h84"/><polyline points="{}"/></svg>',
        points,
    )


@register.simple_tag
def stacked_columns(
    rows: Sequence[dict[str, Any]], label: str, width: int = 480, height: int = 180
) -> SafeString:
    """Columns with up to three parts each: rows of {"label", "values"}; `label` names the chart to who cannot see it."""
    top = _ceiling(max((sum(r["values"]) for r in rows), default=0))
    left, bottom, head = 30, height - 22, 10
    scale = (bottom - head) / top
    step = (width - left - 8) / max(len(rows), 1)
    wide = min(step * 0.46, 22)
    lines = [(left, width, bottom - t * scale, left - 8, bottom - t * scale + 4, t) for t in _ticks(top)]
    parts: list[tuple[Any, ...]] = []
    names: list[tuple[Any, ...]] = []
    for i, row in enumerate(rows):
        x = left + step * i + (step - wide) / 2
        y = float(bottom)
        for n, value in enumerate(row["values"]):
            tall = value * scale
            y -= tall
            if value:
                parts.append(
                    (n + 1, f"{x:.1f}", f"{y:.1f}", f"{wide:.1f}", f"{tall:.1f}", row["label"], value)
                )
        names.append((f"{x + wide / 2:.1f}", height - 5, row["label"]))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        width,
        height,
        label,
        format_html_join(
            "",
            '<path class="grid-l" d="M{0} {2}H{1}"/><text x="{3}" y="{4}" text-anchor="end">{5}</text>',
            lines,
        ),
        format_html_join(
            "",
            '<rect class="s{0}" x="{1}" y="{2}" width="{3}" height="{4}" rx="2"><title>{5}: {6}</title></rect>',
            [(3 if p[0] == 2 else p[0], *p[1:]) for p in parts],
        ),
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', names),
    )


@register.simple_tag
def bars(rows: Sequence[dict[str, Any]], label: str, width: int = 480, row_height: int = 33) -> SafeString:
    """Lying bars: rows of {"label", "value", "note"}; the number and the note stand at the bar's end."""
    top = max((r["value"] for r in rows), default=0) or 1
    left, right = 72, 92
    height = row_height * len(rows) + 6
    drawn = []
    for i, row in enumerate(rows):
        middle = row_height * i + row_height / 2 + 3
        long = max(2.0, (width - left - right) * row["value"] / top)
        drawn.append(
            (
                left - 8,
                f"{middle + 4:.1f}",
                row["label"],
                left,
                f"{middle - 7:.1f}",
                f"{long:.1f}",
                f"{left + long + 8:.1f}",
                f"{row['value']:,} {row.get('note', '')}".strip(),
            )
        )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        height,
        label,
        format_html_join(
            "",
            '<text x="{0}" y="{1}" text-anchor="end">{2}</text>'
            '<rect class="s1" x="{3}" y="{4}" width="{5}" height="14" rx="3"/><text class="val" x="{6}" y="{1}">{7}</text>',
            drawn,
        ),
    )


def _ceiling(most: float) -> int:
    """The top of the axis: four equal steps that hold the largest value."""
    return 4 * next((s for s in STEPS if s * 4 >= most), STEPS[-1])


def _ticks(top: int) -> list[int]:
    return [top * n // 4 for n in range(5)]
