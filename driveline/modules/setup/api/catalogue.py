"""/brands, /series, /models: the vehicle catalogue for programs that have to name a car. Read only; what is out of use
is not offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Brand, CarModel, Series
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource, offer
from driveline.kit.listing import ListPage
from driveline.kit.paging import Order

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


def _by_name(text: str, ctx: Context) -> tuple[Q, bool]:
    return Q(name__icontains=text), False


def _by_name_or_initials(text: str, ctx: Context) -> tuple[Q, bool]:
    return Q(name__icontains=text) | Q(initials__startswith=text.lower()), False


def _of(column: str, label: str | _StrPromise, options: str) -> flt.Filter:
    """The filter `parent`: what belongs to one brand, or to one series."""
    return flt.Picked(
        name="parent", label=label, column=column, url=options, label_of=lambda pk, ctx: str(pk)
    )


@offer
class OfferedBrands(ListPage):
    """The brands in use."""

    name, path, title = "offered-brands", "offered-brands/", _("Brands")
    model, permission, api = Brand, "api_tokens.manage", Resource("brands")
    columns = [
        col.Column(key="name", label=_("Brand")),
        col.Column(key="initials", label=_("Initials")),
    ]
    filters = [flt.Search(name="q", label=_("Brand, also initials"), find=_by_name_or_initials)]
    orders = [Order("name", "name")]

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The same for everybody."""
        return Brand.objects.filter(active=True)


@offer
class OfferedSeries(ListPage):
    """The series in use of brands in use."""

    name, path, title = "offered-series", "offered-series/", _("Series")
    model, permission, api = Series, "api_tokens.manage", Resource("series")
    columns = [
        col.Column(key="name", label=_("Series")),
        col.Column(key="initials", label=_("Initials")),
        col.Column(key="brand", label=_("Brand"), join=("brand",)),
    ]
    filters = [
        flt.Search(name="q", label=_("Series, also initials"), find=_by_name_or_initials),
        _of("brand_id", _("Brand"), "/options/brands/"),
    ]
    orders = [Order("name", "name")]

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The same for everybody."""
        return Series.objects.filter(active=True, brand__active=True)


@offer
class OfferedModels(ListPage):
    """The models in use of series in use, in the order in which they came into the catalogue."""

    name, path, title = "offered-models", "offered-models/", _("Models")
    model, permission, api = CarModel, "api_tokens.manage", Resource("models")
    columns = [
        col.Column(key="name", label=_("Model")),
        col.Column(key="series", label=_("Series"), join=("series",)),
        col.Column(key="guide_price", label=_("Guide price (10,000 yuan)")),
        col.Column(key="launched", label=_("Launched")),
    ]
    filters = [
        flt.Search(name="q", label=_("Model"), find=_by_name),
        _of("series_id", _("Series"), "/options/series/"),
    ]
    orders = [Order("first", "pk")]

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """The same for everybody."""
        return CarModel.objects.filter(active=True, series__active=True, series__brand__active=True)
