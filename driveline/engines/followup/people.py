"""Who is told: superiors of those who follow up, and those who assign."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from driveline.core.models import Membership

if TYPE_CHECKING:
    from driveline.engines.followup.policy import Policy


def assigners(store_id: int, policy: Policy) -> list[int]:
    """User ids of those in the store who may assign."""
    rows = Membership.objects.filter(
        store_id=store_id,
        active=True,
        user__is_active=True,
        user__is_system=False,
        role__grants__permission=policy.assign_permission,
    )
    return list(rows.order_by("pk").values_list("user_id", flat=True))


def superiors(store_id: int, user_ids: Iterable[int]) -> dict[int, int]:
    """User id → user id of the employed superior in the store, for those who have one."""
    rows = Membership.objects.filter(
        store_id=store_id,
        user_id__in=list(user_ids),
        superior__active=True,
        superior__user__is_active=True,
    )
    return dict(rows.values_list("user_id", "superior__user_id"))
