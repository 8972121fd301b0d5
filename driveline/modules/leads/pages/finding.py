"""What the global search (Ctrl K) finds of leads: by number, last four, name or initials, newest arrival first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driveline.core.search import among, party_ids
from driveline.engines.followup.models import Pursuit
from driveline.kit.pages import Context
from driveline.kit.registry import Hit, searcher
from driveline.kit.scopes import Scope, visible
from driveline.modules.leads.choices import KIND, look
from driveline.modules.leads.pages.columns import car, shown_phone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driveline.kit.actor import Actor

MOST = 8


@searcher
def leads_found(actor: Actor, text: str) -> Sequence[Hit]:
    """Leads in the person's sight; the hit shows the mask where the list would."""
    scope = actor.scope("leads.view")
    if scope is None:
        return []
    stores = actor.group_store_ids if scope == Scope.GROUP else [actor.store_id]
    rows = visible(Pursuit, actor, "leads.view").filter(
        kind=KIND, party_id__in=among(party_ids(stores, text).ids)
    )
    found = rows.select_related("party", "series", "car_model", "brand", "owner").order_by("-arrived_at")[
        :MOST
    ]
    ctx = Context.of(actor)
    return [
        Hit(
            title=f"{row.party.name} · {row.grade}",
            text=" · ".join(
                filter(None, [shown_phone(row, ctx), car(row), str(look(row.phase)[1]), str(row.owner or "")])
            ),
            url=f"/leads/{row.pk}/",
        )
        for row in found
    ]
