"""By the minute: nobody waits unheard for the first contact (DESIGN §3a, ladder).

After the store's limit of working minutes since the assignment the owner is told, later the superior, and where
the store wants it the row goes back to the assign queue. Each step once: the row remembers how far it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from driveline.core.access import system_user
from driveline.core.nightly import minute_step
from driveline.core.notifications import notification_kind, notify
from driveline.core.opening import Hours, hours_of, working_minutes_between
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.people import superiors
from driveline.engines.followup.policy import Ladder, Policy, policies
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.followup.sets import BATCH
from driveline.engines.ownership.notices import names
from driveline.engines.ownership.services.handover import release

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit

OWNER, SUPERIOR, QUEUE = 1, 2, 3

notification_kind(
    "first_contact_late",
    title=_("First contact is late: %(count)s"),
    body=_("%(names)s, waiting up to %(minutes)s"),
    icon="phone-call",
)
notification_kind(
    "first_contact_late_team",
    title=_("First contact is late: %(count)s"),
    body=_("%(names)s with %(owners)s, waiting up to %(minutes)s"),
    icon="phone-call",
)


@minute_step("ownership.ladder")
def climb(store: OrgUnit, now: datetime) -> dict[str, Any]:
    """Take every row that waits too long one or more steps up. Returns counts per step."""
    result = {"owner": 0, "superior": 0, "queue": 0}
    hours: Hours | None = None
    for policy in policies():
        ladder = policy.numbers(store.pk, now.date()).ladder
        if not ladder.owner:
            continue
        hours = hours or hours_of(store.pk, now.date())
        if hours.is_open(now):
            _climb(store.pk, policy, ladder, hours, now, result)
    return result


def _climb(
    store_id: int, policy: Policy, ladder: Ladder, hours: Hours, now: datetime, result: dict[str, int]
) -> None:
    top = QUEUE if ladder.queue else SUPERIOR if ladder.superior else OWNER
    ids = Pursuit.objects.filter(
        store_id=store_id,
        kind=policy.kind,
        phase=Phase.ACTIVE,
        first_contact_at__isnull=True,
        ladder_step__lt=top,
        assigned_at__lte=now - timedelta(minutes=ladder.owner),
    ).order_by("assigned_at")
    after = 0
    while batch := list(ids.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        after = batch[-1]
        with transaction.atomic():
            _steps(batch, policy, ladder, hours, now, result)


def _steps(
    ids: list[int], policy: Policy, ladder: Ladder, hours: Hours, now: datetime, result: dict[str, int]
) -> None:
    waited: dict[int, int] = {}
    due: dict[int, list[Pursuit]] = defaultdict(list)
    for row in lock_pursuits(ids):
        if row.phase != Phase.ACTIVE or row.first_contact_at is not None or row.assigned_at is None:
            continue
        waited[row.pk] = working_minutes_between(row.assigned_at, now, hours)
        for step in range(row.ladder_step + 1, _reached(ladder, waited[row.pk]) + 1):
            due[step].append(row)
    for step in sorted(due):
        rows = [row.pk for row in due[step]]
        Pursuit.objects.filter(pk__in=rows, ladder_step__lt=step).update(ladder_step=step)
    _tell_owners(policy, due[OWNER], waited)
    if ladder.superior:
        _tell_superiors(policy, due[SUPERIOR], waited)
        result["superior"] += len(due[SUPERIOR])
    result["owner"] += len(due[OWNER])
    result["queue"] += len(due[QUEUE])
    release(due[QUEUE], by_id=system_user().pk, now=now, reason="first_contact")


def _reached(ladder: Ladder, minutes: int) -> int:
    """The highest step whose time has come."""
    steps = ((QUEUE, ladder.queue), (SUPERIOR, ladder.superior), (OWNER, ladder.owner))
    return next((step for step, limit in steps if limit and minutes >= limit), 0)


def _tell_owners(policy: Policy, rows: Sequence[Pursuit], waited: Mapping[int, int]) -> None:
    per_owner: dict[int, list[Pursuit]] = defaultdict(list)
    for row in rows:
        if row.owner_id is not None:
            per_owner[row.owner_id].append(row)
    for owner_id, mine in per_owner.items():
        params = {"count": len(mine), "names": names(mine), "minutes": max(waited[row.pk] for row in mine)}
        link = policy.row_url(mine[0].pk) if len(mine) == 1 else policy.tasks_url
        notify(mine[0].store_id, [owner_id], "first_contact_late", params, link)


def _tell_superiors(policy: Policy, rows: Sequence[Pursuit], waited: Mapping[int, int]) -> None:
    if not rows:
        return
    above = superiors(rows[0].store_id, {row.owner_id for row in rows if row.owner_id is not None})
    per_superior: dict[int, list[Pursuit]] = defaultdict(list)
    for row in rows:
        if row.owner_id in above:
            per_superior[above[row.owner_id]].append(row)
    for superior_id, late in per_superior.items():
        owners = dict.fromkeys(row.owner.name for row in late if row.owner is not None)
        params = {
            "count": len(late),
            "names": names(late),
            "owners": list(owners),
            "minutes": max(waited[row.pk] for row in late),
        }
        link = policy.row_url(late[0].pk) if len(late) == 1 else policy.tasks_url
        notify(late[0].store_id, [superior_id], "first_contact_late_team", params, link)
