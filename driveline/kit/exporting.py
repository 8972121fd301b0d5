"""CSV of all rows of a filter: streamed in constant memory, scope and masking honoured, cells neutralised, audited."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from driveline.kit.columns import neutral
from driveline.kit.listing import EXPORT_MAX, ListPage, remembered_for
from driveline.kit.pages import Context
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

    from driveline.kit.actor import Actor
    from driveline.kit.columns import Column

CHUNK = 500


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_answer(page: ListPage, data: QueryDict, actor: Actor) -> StreamingHttpResponse:
    """All matching rows up to `export.max_rows`, in the person's column order, with a BOM for spreadsheets."""
    ctx = Context.of(actor)
    columns = [c for c in page.chosen_columns(actor, remembered_for(actor, page.name)) if c.exported]
    keys = list(_keys(page, data, ctx))
    ports.audit.write(
        actor,
        "export",
        object_type=page.model._meta.label_lower,
        detail={"page": page.name, "filter": data.urlencode()[:500], "rows": len(keys)},
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
