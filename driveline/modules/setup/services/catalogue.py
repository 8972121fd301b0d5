"""Brands and series out of use: no longer offered for choice, still shown where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from driveline.core.models import Brand, CarModel, Series
from driveline.kit.asking import asks
from driveline.kit.commands import Run, command
from driveline.kit.scopes import RowRule, Scope, row_rule

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

EDIT = "dictionaries.edit"

# The catalogue is one for all stores of the installation.
for _model in (Brand, Series, CarModel):
    row_rule(_model, RowRule(store=""))


def _shared(actor: Actor) -> str:
    if actor.scope(EDIT) == Scope.GROUP:
        return ""
    return _("The catalogue is shared by all stores; only somebody of the group changes it.")


def _why_not_disable(row: Brand | Series, actor: Actor) -> str:
    return _shared(actor) or ("" if row.active else _("This entry is disabled already."))


def _why_not_enable(row: Brand | Series, actor: Actor) -> str:
    return _shared(actor) or (_("This entry is in use already.") if row.active else "")


@command(
    "series.disable",
    model=Series,
    permission=EDIT,
    label=_lazy("Disable"),
    icon="ban",
    guard=_why_not_disable,
    confirm=asks(
        _lazy("Disable %(name)s?"),
        _lazy("No longer offered in any store. Leads that have it keep it. “Enable” brings it back."),
    ),
)
def series_disable(rows: Sequence[Series], run: Run) -> None:
    """No longer offered; leads that have it keep it."""
    Series.objects.filter(pk__in=[row.pk for row in rows]).update(active=False)
    run.message = ngettext("%(n)s series disabled", "%(n)s series disabled", len(rows)) % {"n": len(rows)}


@command(
    "series.enable",
    model=Series,
    permission=EDIT,
    label=_lazy("Enable"),
    icon="check",
    guard=_why_not_enable,
    confirm=asks(_lazy("Enable %(name)s?"), _lazy("Offered again in every store.")),
)
def series_enable(rows: Sequence[Series], run: Run) -> None:
    """Offered again."""
    Series.objects.filter(pk__in=[row.pk for row in rows]).update(active=True)
    run.message = ngettext("%(n)s series enabled", "%(n)s series enabled", len(rows)) % {"n": len(rows)}


@command(
    "brand.disable",
    model=Brand,
    permission=EDIT,
    label=_lazy("Disable"),
    icon="ban",
    guard=_why_not_disable,
    confirm=asks(
        _lazy("Disable %(name)s?"),
        _lazy(
            "No longer offered in any store, nor are its series. Leads that have them keep them. “Enable” brings it back."
        ),
    ),
)
def brand_disable(rows: Sequence[Brand], run: Run) -> None:
    """No longer offered, with all its series; leads that have it keep it."""
    Brand.objects.filter(pk__in=[row.pk for row in rows]).update(active=False)
    run.message = ngettext("%(n)s brand disabled", "%(n)s brands disabled", len(rows)) % {"n": len(rows)}


@command(
    "brand.enable",
    model=Brand,
    permission=EDIT,
    label=_lazy("Enable"),
    icon="check",
    guard=_why_not_enable,
    confirm=asks(
        _lazy("Enable %(name)s?"),
        _lazy("Offered again in every store, with those of its series that are in use."),
    ),
)
def brand_enable(rows: Sequence[Brand], run: Run) -> None:
    """Offered again, with those of its series that are in use."""
    Brand.objects.filter(pk__in=[row.pk for row in rows]).update(active=True)
    run.message = ngettext("%(n)s brand enabled", "%(n)s brands enabled", len(rows)) % {"n": len(rows)}
