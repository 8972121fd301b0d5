"""Query fields that the lead pages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.core.dictionaries import items
from driveline.core.models import Membership
from driveline.core.search import among, party_ids
from driveline.engines.followup.choices import Grade
from driveline.engines.intake.models import ImportBatch
from driveline.kit import filters as flt
from driveline.kit.scopes import Scope, visible
from driveline.modules.leads.services.counts import of_import

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from driveline.kit.pages import Context


def _stores(ctx: Context, permission: str) -> list[int]:
    if ctx.actor.scope(permission) == Scope.GROUP:
        return sorted(ctx.actor.group_store_ids)
    return [ctx.actor.store_id]


def keyword(path: str = "", permission: str = "leads.view") -> flt.Filter:
    """姓名、手机号或后四位: names and numbers through the search service, newest first, at most 1 000 finds."""

    def find(text: str, ctx: Context) -> tuple[Q, bool]:
        hit = party_ids(_stores(ctx, permission), text)
        return Q(**{f"{path}party_id__in": among(hit.ids)}), hit.more

    return flt.Search(
        name="q", label=_("Keyword"), find=find, placeholder=_("Name, mobile or last four digits")
    )


def source(path: str = "") -> flt.Filter:
    return flt.Choice(
        name="source",
        label=_("Source"),
        column=f"{path}source_id",
        options=lambda ctx: [
            (str(i.id), i.label) for i in items(ctx.actor.store_id, "lead_source", include_inactive=True)
        ],
    )


def entry(name: str, label: str | _StrPromise, column: str, kind: str) -> flt.Filter:
    """A column that keeps the code of a dictionary's entry."""
    return flt.Choice(
        name=name,
        label=label,
        column=column,
        options=lambda ctx: [(i.code, i.label) for i in items(ctx.actor.store_id, kind)],
    )


def grade(column: str = "grade") -> flt.Filter:
    return flt.Choice(name="grade", label=_("Grade"), column=column, options=Grade.choices, pick=True)


@dataclass(frozen=True, kw_only=True)
class OfImport(flt.Picked):
    """The leads that a file made or met; asked for by the result of its import, not in the query form."""

    url: str = ""

    def apply(self, rows: QuerySet[Any], value: int, ctx: Context) -> QuerySet[Any]:
        return rows.filter(of_import(value))

    def widget(self, value: int | None, ctx: Context) -> flt.Widget:
        return flt.Widget(self.name, str(self.label), "hidden", value or "")


def file_name(batch_id: int, ctx: Context) -> str:
    """The name of a file whose import the person may see; of no other."""
    rows = visible(ImportBatch, ctx.actor, "leads.import").filter(pk=batch_id)
    return rows.values_list("name", flat=True).first() or "-"


def owner(column: str = "owner_id") -> flt.Filter:
    """The consultant: anybody of the store whose role follows leads up."""
    return flt.Picked(
        name="owner",
        label=_("Consultant"),
        column=column,
        url="/options/people/?permission=lead_tasks.record",
        label_of=person_name,
    )


def person_name(user_id: int, ctx: Context) -> str:
    """The name of a member of the store; of nobody else."""
    rows = Membership.objects.filter(store_id=ctx.actor.store_id, user_id=user_id)
    return rows.values_list("user__name", flat=True).first() or "-"
