"""车型库: brands, series and models, shared by all stores; what is out of use is no longer offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from driveline.core.catalogue import ATTRIBUTION
from driveline.core.models import Brand, CarModel, Series
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts, Tab
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Tool
from driveline.modules.setup.services.catalogue import (
    brand_disable,
    brand_enable,
    series_disable,
    series_enable,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from driveline.kit.pages import Context

MODELS_SHOWN = 200


def status(row: Brand | Series) -> tuple[str, str | _StrPromise]:
    """In use or out of use."""
    return ("st-on", _("In use")) if row.active else ("st-void", _("Disabled"))


def state_filter() -> flt.Filter:
    """In use or not."""
    return flt.Choice(
        name="active",
        label=_("Status"),
        many=False,
        options=[("yes", _("In use")), ("no", _("Disabled"))],
        condition=lambda value, ctx: Q(active=value == ["yes"]),
    )


def _kept(name: str) -> Any:
    return lambda row, ctx: str(ctx.kept.get(name, {}).get(row.pk, 0))


def models_context(row: Series, ctx: Context) -> dict[str, Any]:
    """The models of a series, the newest launch first."""
    rows = CarModel.objects.filter(series=row).order_by("-launched", "name")
    models = list(rows[: MODELS_SHOWN + 1])
    return {"models": models[:MODELS_SHOWN], "more": len(models) > MODELS_SHOWN}


class SeriesDetail(DetailPage):
    """The drawer of a series: its models with their guide prices."""

    facts = (
        Facts(
            _("Series"),
            [
                col.Column(key="brand", label=_("Brand")),
                col.Column(key="name", label=_("Series")),
                col.Column(key="initials", label=_("Initials")),
                col.Status(key="status", label=_("Status"), look=status),
            ],
        ),
    )
    tabs = (Tab("models", _("Models"), "setup/series_models.html", models_context),)
    joins = ("brand",)

    def head(self, row: Series, ctx: Context) -> dict[str, Any]:
        return {"line": [row.brand.name]}


@register
class Catalogue(ListPage):
    """Every series; a click shows its models."""

    name, path, title, menu, order = "catalogue", "catalogue/", _("Vehicle catalogue"), "setup", 60
    model = Series
    permission = "dictionaries.view"
    columns = [
        col.Name(
            key="name", label=_("Series"), url=lambda row: f"/catalogue/{row.pk}/", sort="name", card="title"
        ),
        col.Column(key="brand", label=_("Brand"), join=("brand",), card="line"),
        col.Column(key="initials", label=_("Initials"), css="t2", shown=False),
        col.Computed(key="models", label=_("Models"), numeric=True, text=_kept("models"), card="side"),
        col.Status(key="status", label=_("Status"), look=status, card="state"),
    ]
    filters = [
        flt.Search(
            name="q",
            label=_("Keyword"),
            placeholder=_("Brand or series, also initials"),
            find=lambda text, ctx: (
                Q(name__icontains=text)
                | Q(brand__name__icontains=text)
                | Q(initials__startswith=text.lower())
                | Q(brand__initials__startswith=text.lower()),
                False,
            ),
        ),
        state_filter(),
    ]
    orders = [Order("name", "name"), Order("name_down", "name", descending=True)]
    verbs = [
        Do(series_disable, dialog=False, when=lambda row: row.active),
        Do(series_enable, dialog=False, when=lambda row: not row.active),
    ]
    tools = [Tool(_("Brands"), "dictionaries.view", "/catalogue/brands/", icon="list", opens="page")]
    empty = Empty(_("The catalogue is empty"), _("It is loaded when the program is set up."), icon="car")
    detail = SeriesDetail()

    def summary(self, rows: QuerySet[Any], ctx: Context) -> str:
        return str(ATTRIBUTION)

    def prepare(self, objects: list[Series], ctx: Context) -> None:
        """How many models each series has, one query."""
        rows = CarModel.objects.filter(series_id__in=[row.pk for row in objects]).order_by()
        ctx.kept["models"] = dict(rows.values_list("series_id").annotate(n=Count("pk")))


@register
class Brands(ListPage):
    """Every brand; out of use, its series are not offered either."""

    name, path, title, within = "brands", "catalogue/brands/", _("Brands"), "catalogue"
    model = Brand
    permission = "dictionaries.view"
    columns = [
        col.Column(key="name", label=_("Brand"), sort="name", pin="l", fixed=True, card="title"),
        col.Column(key="initials", label=_("Initials"), css="t2", card="line"),
        col.Computed(key="series", label=_("Series"), numeric=True, text=_kept("series"), card="side"),
        col.Status(key="status", label=_("Status"), look=status, card="state"),
    ]
    filters = [
        flt.Search(
            name="q",
            label=_("Keyword"),
            placeholder=_("Brand, also initials"),
            find=lambda text, ctx: (Q(name__icontains=text) | Q(initials__startswith=text.lower()), False),
        ),
        state_filter(),
    ]
    orders = [Order("name", "name"), Order("name_down", "name", descending=True)]
    verbs = [
        Do(brand_disable, dialog=False, when=lambda row: row.active),
        Do(brand_enable, dialog=False, when=lambda row: not row.active),
    ]
    tools = [Tool(_("Series"), "dictionaries.view", "/catalogue/", icon="arrow-left", opens="page")]
    empty = Empty(_("The catalogue is empty"), _("It is loaded when the program is set up."), icon="car")

    def prepare(self, objects: list[Brand], ctx: Context) -> None:
        """How many series each brand has, one query."""
        rows = Series.objects.filter(brand_id__in=[row.pk for row in objects]).order_by()
        ctx.kept["series"] = dict(rows.values_list("brand_id").annotate(n=Count("pk")))
