"""What this engine answers when an account is to be closed (core.handover): who can receive, how much, move it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count

from driveline.core.handover import Receiver, work_mover, work_receivers, work_totals
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import policies
from driveline.engines.ownership.people import candidates
from driveline.engines.ownership.services.handover import hand_over

if TYPE_CHECKING:
    from driveline.core.access import Actor


def connect() -> None:
    """Register the three answers; called when the app is ready."""
    work_mover(move)
    work_receivers(receivers)
    work_totals(totals)


def move(actor: Actor, user_id: int, store_id: int, to_user_ids: Sequence[int]) -> int:
    """All that the person follows in the store, evenly to the receivers or back to the assign queue."""
    return sum(hand_over(actor, user_id, to_user_ids, store_id=store_id).values())


def receivers(store_id: int) -> list[Receiver]:
    """Whoever may follow up any kind in the store and takes new work."""
    found: dict[int, Receiver] = {}
    for policy in policies():
        for one in candidates(store_id, policy):
            found.setdefault(one.user_id, Receiver(one.user_id, one.label, one.open_tasks))
    return list(found.values())


def totals(store_ids: Collection[int], user_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Open pursuits per store and owner, in one query."""
    rows = (
        Pursuit.objects.filter(store_id__in=list(store_ids), owner_id__in=list(user_ids), is_open=True)
        .order_by()
        .values_list("store_id", "owner_id")
        .annotate(n=Count("pk"))
    )
    return {(store_id, owner_id): n for store_id, owner_id, n in rows if owner_id is not None}
