"""Nightly: rows of people who do not work in the store any more go back to the assign queue (DESIGN §3a)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from driveline.core import clock
from driveline.core.access import system_user
from driveline.core.models import Membership
from driveline.core.nightly import step
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import Policy, policies
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.followup.sets import BATCH
from driveline.engines.ownership.services.handover import release

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit


@step("ownership.leavers", order=200)
def return_leavers(store: OrgUnit, day: date) -> dict[str, Any]:
    """Free every followed row whose owner has left; the second run finds nothing."""
    return {"returned": sum(_return(store.pk, policy) for policy in policies())}


def _return(store_id: int, policy: Policy) -> int:
    employed = Membership.objects.filter(store_id=store_id, active=True, user__is_active=True)
    left = Pursuit.objects.filter(store_id=store_id, kind=policy.kind, phase=Phase.ACTIVE).exclude(
        owner_id__in=employed.values("user_id")
    )
    returned = 0
    while ids := list(left.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = [row for row in lock_pursuits(ids) if row.phase == Phase.ACTIVE]
            release(rows, by_id=system_user().pk, now=clock.now(), reason="owner_left")
        returned += len(rows)
    return returned
