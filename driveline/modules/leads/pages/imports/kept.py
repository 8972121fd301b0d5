"""保存的对应关系: how files of the same origin are read, kept under a name; renamed and deleted here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.people import user_label
from driveline.engines.intake.imports.mapping import NAME_MAX
from driveline.engines.intake.imports.words import field_labels_of
from driveline.engines.intake.models import ImportMapping
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts
from driveline.kit.formats import listed
from driveline.kit.forms import ServiceForm
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Open
from driveline.kit.views.details import row_of
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.services.keeping import (
    PERMISSION,
    import_mapping_delete,
    import_mapping_rename,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


class MappingNameForm(ServiceForm):
    """The name that a mapping is found by."""

    name = forms.CharField(label=_("Mapping name"), max_length=NAME_MAX)


def edit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Another name."""
    actor, kept = actor_of(request), row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        import_mapping_rename(actor, kept.pk, data["name"])
        return saved(kept.pk)

    return form_screen(
        request,
        page,
        lambda data: MappingNameForm(data, actor=actor, initial={"name": kept.name}),
        act,
        title=gettext("Rename the mapping"),
        permission=PERMISSION,
    )


def _columns(kept: ImportMapping, ctx: Context) -> str:
    labels = ctx.once(("import fields", kept.store_id), lambda: field_labels_of(kept.store_id, KIND))
    return listed(f"{column} → {labels.get(name, name)}" for column, name in kept.labels.items() if name)


class MappingDetail(DetailPage):
    """Which column of such files is which field."""

    joins = ("user",)
    screens = (("<int:pk>/edit/", edit),)
    facts = (
        Facts(_("Columns of the file"), (col.Computed(key="columns", label=_("Columns"), text=_columns),)),
    )


@register
class ImportMappings(ListPage):
    """The mappings that the person has kept, a manager those of the store; reached from the imports."""

    name, path, title, within = "import-mappings", "import-mappings/", _("Saved mappings"), "imports"
    model, permission = ImportMapping, PERMISSION
    columns = [
        col.Column(key="name", label=_("Mapping name"), pin="l", fixed=True, card="title"),
        col.Computed(key="columns", label=_("Columns of the file"), text=_columns, card="text"),
        col.Computed(key="user", label=_("Saved by"), join=("user",), text=lambda m, ctx: user_label(m.user), card="side"),
        col.Moment(key="saved_at", label=_("Saved at"), sort="saved_at", card="due"),
    ]  # fmt: skip
    filters = [flt.Contains(name="name", label=_("Mapping name"), column="name")]
    orders = [Order("newest", "saved_at", descending=True), Order("oldest", "saved_at")]
    verbs = [
        Open("edit", _("Rename"), PERMISSION, lambda m: f"/import-mappings/{m.pk}/edit/", main=True),
        Do(import_mapping_delete),
    ]
    empty = Empty(
        _("No mapping is kept"),
        _("Give one a name when the columns of a file are set; files like it are then read the same way."),
    )
    detail = MappingDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(kind=KIND)
