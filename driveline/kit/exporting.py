"""CSV of all rows of a filter, after a question that says what it will hold: streamed in constant memory, scope and
masking honoured, cells neutralised, audited."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from driveline.kit.badges import capped_count
from driveline.kit.columns import Phone, neutral
from driveline.kit.formats import listed
from driveline.kit.listing import EXPORT_MAX, ListPage, remembered_for
from driveline.kit.pages import Context
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import QueryDict

    from driveline.kit.actor import Actor
    from driveline.kit.columns import Column

CHUNK = 500
COLUMNS, ALL = "cols", "all"


@dataclass(frozen=True)
class Offer:
    """What an export would hold: how many rows, cut at `most` when there are `more`, and which columns."""

    rows: int
    more: bool
    most: int
    shown: Sequence[Column]
    every: Sequence[Column]
    conditions: Sequence[str]
    query: Sequence[tuple[str, str]]

    @property
    def names(self) -> str:
        """The shown columns in one line."""
        return listed(column.label for column in self.shown)

    @property
    def phones(self) -> bool:
        """Whether telephone numbers are among the columns."""
        return any(isinstance(column, Phone) for column in self.every)


def export_offer(page: ListPage, data: QueryDict, actor: Actor) -> Offer:
    """The question before an export. The count goes no further than the most that is exported: one query, another one
    for the arrangement of the columns, and one for each condition whose name has to be looked up."""
    ctx = Context.of(actor)
    found = capped_count(page.matching(data, ctx), EXPORT_MAX)
    return Offer(
        rows=min(found, EXPORT_MAX),
        more=found > EXPORT_MAX,
        most=EXPORT_MAX,
        shown=_columns(page, actor),
        every=_columns(page, actor, every=True),
        conditions=[str(drawn["chip"].label) for drawn in page.drawn_chips(data, ctx)],
        query=[(name, value) for name, values in data.lists() if name != COLUMNS for value in values],
    )


def _columns(page: ListPage, actor: Actor, *, every: bool = False) -> list[Column]:
    """Those of the list as the person arranged them; for `every` those that are hidden stand behind them."""
    shown = page.chosen_columns(actor, remembered_for(actor, page.name))
    hidden = [c for c in page.columns_for(actor) if c not in shown] if every else []
    return [c for c in [*shown, *hidden] if c.exported]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_answer(page: ListPage, data: QueryDict, actor: Actor) -> StreamingHttpResponse:
    """All matching rows up to `export.max_rows`, in the person's column order, with a BOM for spreadsheets."""
    ctx = Context.of(actor)
    columns = _columns(page, actor, every=data.get(COLUMNS) == ALL)
    keys = list(_keys(page, data, ctx))
    ports.audit.write(
        actor,
        "export",
        object_type=page.model._meta.label_lower,
        detail={
            "page": page.name,
            "filter": data.urlencode()[:500],
            "rows": len(keys),
            "columns": len(columns),
        },
    )
    answer = StreamingHttpResponse(_lines(page, keys, columns, ctx), content_type="text/csv; charset=utf-8")
    name = f"{page.title}-{ctx.today:%Y%m%d}.csv"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def _keys(page: ListPage, data: QueryDict, ctx: Context) -> Iterator[int]:
    order = page.order_of(data.get("order", ""))
    yield from page.matching(data, ctx).order_by(*order.columns).values_list("pk", flat=True)[:EXPORT_MAX]


def _lines(page: ListPage, keys: list[int], columns: list[Column], ctx: Context) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + _line(writer, [str(c.label) for c in columns])
    for start in range(0, len(keys), CHUNK):
        rows = page.fetch(keys[start : start + CHUNK], columns)
        page.prepare(rows, ctx)
        yield "".join(_line(writer, [neutral(c.export(row, ctx)) for c in columns]) for row in rows)


def _line(writer: Any, cells: list[str]) -> str:
    line: str = writer.writerow(cells)
    return line
