"""操作审计: who did or saw what. Read only; an entry is never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.core.models import AuditEntry, Membership
from driveline.core.people import user_label
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts
from driveline.kit.formats import moment
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.scopes import Scope
from driveline.modules.setup.pages.audit_objects import object_html, object_text, remember
from driveline.modules.setup.pages.audit_words import action_label, action_options, lines, summary

if TYPE_CHECKING:
    from django.http import HttpRequest

    from driveline.kit.pages import Context

PEOPLE = 500


def _people(ctx: Context) -> list[tuple[str, str]]:
    """Everybody who works or worked in the stores that are shown."""
    rows = Membership.objects.filter(user__is_system=False)
    if ctx.actor.scope("audit.view") == Scope.GROUP:
        rows = rows.filter(store_id__in=ctx.actor.group_store_ids)
    else:
        rows = rows.filter(store_id=ctx.actor.store_id)
    found = {
        row.user_id: user_label(row.user)
        for row in rows.select_related("user").order_by("user__name")[:PEOPLE]
    }
    return [(str(pk), name) for pk, name in found.items()]


def _who(row: AuditEntry, ctx: Context) -> str:
    return user_label(row.user) if row.user else ""


OBJECT = col.Computed(key="object", label=_("About"), text=object_text, html=object_html)
CODE = col.Column(key="code", label=_("Code"), source="action", shown=False)
NUMBER = col.Column(key="object_id", label=_("Number"), shown=False)
FACTS = Facts(
    _("Log entry"),
    [
        col.Moment(key="at", label=_("Time")),
        col.Computed(key="who", label=_("Who"), text=_who),
        col.Computed(key="action", label=_("Action"), text=lambda row, ctx: action_label(row.action)),
        CODE,
        OBJECT,
        NUMBER,
        col.Column(key="address", label=_("Address")),
        col.Column(key="store", label=_("Store")),
    ],
)


class AuditDetail(DetailPage):
    """The drawer of an entry: everything it says."""

    facts = (FACTS,)
    joins = ("user", "store")
    template = "setup/audit.html"

    def title(self, row: AuditEntry) -> str:
        return action_label(row.action)

    def head(self, row: AuditEntry, ctx: Context) -> dict[str, Any]:
        return {"line": [_who(row, ctx), moment(row.at, ctx.today)]}

    def context(
        self, request: HttpRequest, page: Any, row: AuditEntry, ctx: Context, tab: str = ""
    ) -> dict[str, Any]:
        remember([row], ctx)
        return super().context(request, page, row, ctx, tab) | {"lines": lines(row.detail)}


@dataclass(frozen=True, kw_only=True)
class ActionName(col.Name):
    """What was done, in words; opens the entry."""

    def value(self, row: AuditEntry) -> str:
        return action_label(row.action)


@register
class Audit(ListPage):
    """The log of the store; of the group all its stores."""

    name, path, title, menu, order = "audit", "audit/", _("Audit log"), "setup", 90
    model = AuditEntry
    permission = "audit.view"
    export = "audit.view"
    columns = [
        col.Moment(key="at", label=_("Time"), sort="at", card="side"),
        col.Computed(key="who", label=_("Who"), join=("user",), text=_who, card="line"),
        ActionName(
            key="action", label=_("Action"), url=lambda row: f"/audit/{row.pk}/", pin="", card="title"
        ),
        OBJECT,
        col.Computed(
            key="detail",
            label=_("What"),
            text=lambda row, ctx: summary(row),
            css="t2",
            card="text",
        ),
        col.Column(key="address", label=_("Address"), css="t3"),
        CODE,
        NUMBER,
    ]
    store_column = col.Column(key="store", label=_("Store"), join=("store",))
    filters = [
        flt.Choice(name="who", label=_("Who"), column="user_id", options=_people),
        flt.Choice(name="action", label=_("Action"), options=lambda ctx: action_options()),
        flt.Dates(name="at", label=_("Time"), moment=True),
    ]
    orders = [Order("newest", "at", descending=True), Order("oldest", "at")]
    empty = Empty(_("Nothing was recorded yet"), icon="history")
    detail = AuditDetail()

    def prepare(self, objects: list[AuditEntry], ctx: Context) -> None:
        """What the entries of the page are about, in one query."""
        remember(objects, ctx)
