"""导入记录: every file brought in, how far it is and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from driveline.core.people import user_label
from driveline.engines.intake.choices import BatchState
from driveline.engines.intake.models import ImportBatch
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Tool
from driveline.kit.views.guard import for_page
from driveline.kit.views.lists import partial_of
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.pages.imports import papers, steps
from driveline.modules.leads.pages.imports.interface import RESOURCE
from driveline.modules.leads.services.keeping import import_discard

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

LOOKS = {
    BatchState.UPLOADED: "st-new",
    BatchState.CHECKED: "st-new",
    BatchState.RUNNING: "st-on",
    BatchState.DONE: "st-won",
    BatchState.STOPPED: "st-review",
    BatchState.FAILED: "st-bad",
    BatchState.REVERTED: "st-void",
}


def _state(batch: ImportBatch) -> tuple[str, Any]:
    state = BatchState(batch.state)
    return LOOKS[state], state.label


def _name(batch: ImportBatch, ctx: Context) -> Any:
    return format_html('<a class="name" href="/imports/{}/">{}</a>', batch.pk, batch.name)


def _count(name: str) -> Callable[[Any, Context], str]:
    return lambda batch, ctx: f"{batch.counts.get(name, 0):,}" if batch.started_at else ""


class ImportDetail(DetailPage):
    """An import is no drawer: it has its own page, which shows the step the file stands at."""

    facts = [Facts(_("Import"), [col.Column(key="name", label=_("File name"))])]
    joins = ("job",)

    def patterns(self, page: ListPage) -> list[URLPattern]:
        views: dict[str, Callable[..., HttpResponseBase]] = {
            "new/": steps.new,
            "template.xlsx": papers.template,
            "<int:pk>/": steps.show,
            "<int:pk>/map/": steps.map_columns,
            "<int:pk>/words/": steps.words,
            "<int:pk>/run/": steps.run,
            "<int:pk>/stop/": steps.stop,
            "<int:pk>/progress/": steps.progress,
            "<int:pk>/revert/": steps.revert,
            "<int:pk>/failed.xlsx": papers.failed,
            "<int:pk>/duplicates.xlsx": papers.duplicates,
        }
        return [
            path(
                f"{page.path}{tail}",
                for_page(page, partial_of(view, page)),
                name=f"{page.name}.{view.__name__}",
            )
            for tail, view in views.items()
        ]


@register
class Imports(ListPage):
    """The files of the store that the person may see, the latest first."""

    name, path, title, menu, order = "imports", "imports/", _("Imports"), "network", 60
    model, permission, api = ImportBatch, "leads.import", RESOURCE
    columns = [
        col.Computed(
            key="name", label=_("File name"), text=lambda b, ctx: b.name, html=_name, pin="l", fixed=True, card="title"
        ),
        col.Status(key="state", label=_("Status"), look=_state, card="state"),
        col.Number(key="number", label=_("Batch")),
        col.Column(key="source", label=_("Source if the file names none"), join=("source",), card="line"),
        col.Computed(key="total", label=_("Rows of the file"), text=lambda b, ctx: f"{b.total:,}", numeric=True),
        col.Computed(key="new", label=_("New"), text=_count("new"), numeric=True),
        col.Computed(key="duplicate", label=_("Duplicate"), text=_count("duplicate"), numeric=True),
        col.Computed(key="failed", label=_("Failed"), text=_count("failed"), numeric=True),
        col.Computed(
            key="user", label=_("Imported by"), join=("user",), text=lambda b, ctx: user_label(b.user), card="side"
        ),
        col.Moment(key="created_at", label=_("Uploaded at"), sort="created_at"),
        col.Moment(key="finished_at", label=_("Finished at"), shown=False),
    ]  # fmt: skip
    filters = [
        flt.Contains(name="file", label=_("File name"), column="name"),
        flt.Choice(name="state", label=_("Status"), column="state", options=BatchState.choices),
        flt.Dates(name="created", label=_("Uploaded at"), column="created_at", moment=True),
    ]
    orders = [Order("newest", "created_at", descending=True), Order("oldest", "created_at")]
    tools = [
        Tool(
            _("Import a file"),
            "leads.import",
            "/imports/new/",
            icon="file-import",
            primary=True,
            opens="page",
        ),
        Tool(_("Saved mappings"), "leads.import", "/import-mappings/", icon="list", opens="page"),
    ]
    verbs = [Do(import_discard, when=lambda batch: batch.started_at is None)]
    joins = ("job",)
    empty = Empty(_("No imports yet"), _("A file that was brought in stands here with what came of it."))
    detail = ImportDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind=KIND)
