"""/stores: where the token's owner works, and the stores that a right with the group's reach shows him."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Membership, OrgUnit
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.api.declare import Resource, offer
from driveline.kit.listing import ListPage
from driveline.kit.paging import Order
from driveline.kit.scopes import Scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor


@offer
class Stores(ListPage):
    """Read only. Another store does not exist for the token."""

    name, path, title = "stores", "stores/", _("Stores")
    model = OrgUnit
    permission = "api_tokens.manage"
    columns = [
        col.Column(key="code", label=_("Code")),
        col.Column(key="name", label=_("Store")),
        col.Column(key="city", label=_("City")),
        col.YesNo(key="active", label=_("Active"), yes=_("Yes"), no=_("No")),
        col.YesNo(key="here", label=_("The token's store"), source="here", yes=_("Yes"), no=_("No")),
    ]
    filters = [flt.Contains(name="name", label=_("Store")), flt.Contains(name="city", label=_("City"))]
    orders = [Order("first", "pk")]
    api = Resource("stores")

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """His own stores; with any right of group reach all of the group."""
        mine = Membership.objects.filter(user_id=actor.user_id, active=True, store_id__isnull=False)
        seen = Q(pk__in=mine.values("store_id"))
        if Scope.GROUP in actor.grants.values():  # type: ignore[attr-defined]  # core's own actor
            seen |= Q(pk__in=actor.group_store_ids)
        return OrgUnit.objects.filter(seen, kind=OrgUnit.Kind.STORE)

    def prepare(self, objects: list[Any], ctx: Any) -> None:
        """Mark the one in which the token acts."""
        for row in objects:
            row.here = row.pk == ctx.actor.store_id
