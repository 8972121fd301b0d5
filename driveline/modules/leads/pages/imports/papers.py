"""Spreadsheets to download: the empty template, rows with errors, duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from django.http import FileResponse
from django.utils.translation import gettext

from driveline.core import dictionaries
from driveline.engines.intake.imports import papers
from driveline.kit.ports import ports
from driveline.kit.views.guard import actor_of, one_or_404
from driveline.modules.leads.choices import KIND

if TYPE_CHECKING:
    from django.http import HttpRequest

    from driveline.engines.intake.models import ImportBatch
    from driveline.kit.listing import ListPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def template(request: HttpRequest, page: ListPage) -> FileResponse:
    """The empty list to fill in, named after the source it is for."""
    actor = actor_of(request)
    given = request.GET.get("source", "")
    source = dictionaries.item_by_id(actor.store_id, "lead_source", int(given) if given.isdecimal() else None)
    label = str(source) if source else ""
    name = gettext("Import template %(source)s") % {"source": label}
    return _sent(papers.template_paper(actor, KIND, label), name.strip())


def failed(request: HttpRequest, page: ListPage, pk: int) -> FileResponse:
    """The rows that were not taken, with the reason in the cell; mended they can be sent again."""
    return _rows(request, page, pk, gettext("to mend"))


def duplicates(request: HttpRequest, page: ListPage, pk: int) -> FileResponse:
    """The rows whose customer was there, with what was done."""
    return _rows(request, page, pk, gettext("duplicates"))


def _rows(request: HttpRequest, page: ListPage, pk: int, what: str) -> FileResponse:
    actor = actor_of(request)
    batch: ImportBatch = one_or_404(page.rows(actor), pk)
    mended = what == gettext("to mend")
    paper = papers.failed_paper(batch) if mended else papers.duplicates_paper(batch)
    ports.audit.write(
        actor,
        "export",
        object_type="intake.importbatch",
        object_id=batch.pk,
        detail={"page": page.name, "file": "failed" if mended else "duplicates"},
    )
    return _sent(paper, f"{batch.name.rpartition('.')[0] or batch.name}-{what}")


def _sent(paper: BinaryIO, name: str) -> FileResponse:
    answer = FileResponse(paper, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
