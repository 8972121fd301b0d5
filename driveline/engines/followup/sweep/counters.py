"""Nightly: the figures of the closed day per person, rebuilt from the records, so that running twice changes nothing.

Keys, all whole numbers: `<kind>.followups` records that closed a task, `.effective`, `.reached`, `.invited` (an
invitation chip or a planned visit), `.first_contacts`, `.first_contact_median` (working minutes).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from driveline.core import clock
from driveline.core.models import DailyCounter
from driveline.core.nightly import step
from driveline.engines.followup.choices import Outcome
from driveline.engines.followup.models import FollowUp
from driveline.engines.followup.policy import Policy, policies

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit

KEYS = ("followups", "effective", "reached", "invited", "first_contacts", "first_contact_median")

type Figures = dict[int, dict[str, int]]


@step("followup.counters", order=400)
def count_day(store: OrgUnit, day: date) -> dict[str, Any]:
    """The step of the night: `day` begins, so the day before it is closed."""
    closed = day - timedelta(days=1)
    return {
        "day": closed.isoformat(),
        "rows": sum(rebuild(store.pk, policy, closed) for policy in policies()),
    }


def rebuild(store_id: int, policy: Policy, day: date) -> int:
    """Write the counters of one closed day anew. Returns how many."""
    rows = [
        DailyCounter(store_id=store_id, user_id=user_id, day=day, key=f"{policy.kind}.{key}", value=value)
        for user_id, found in figures(store_id, policy, day).items()
        for key, value in found.items()
    ]
    keys = [f"{policy.kind}.{key}" for key in KEYS]
    with transaction.atomic():
        DailyCounter.objects.filter(store_id=store_id, day=day, key__in=keys).delete()
        DailyCounter.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def figures(store_id: int, policy: Policy, day: date, user_id: int | None = None) -> Figures:
    """User id → key → value of one day, straight from the records: what the sweep stores, and today's live figures.
    Two queries."""
    rows = _records(store_id, policy, day, user_id)
    done = ~Q(outcome=Outcome.SUPPLEMENT)
    invitations = [chip.code for chip in policy.chips if chip.invites]
    found: Figures = {}
    for person, followups, effective, reached, invited in (
        rows.order_by()
        .values_list("actor_id")
        .annotate(
            followups=Count("pk", filter=done),
            good=Count("pk", filter=done & Q(effective=True)),
            spoke=Count("pk", filter=done & Q(reached=True)),
            asked=Count("pk", filter=done & (Q(chip__in=invitations) | Q(plan_visit=True))),
        )
    ):
        values = (followups, effective, reached, invited)
        found[person] = dict(zip(KEYS, values, strict=False))
    for person, minutes in _first_minutes(rows).items():
        found[person]["first_contacts"] = len(minutes)
        found[person]["first_contact_median"] = round(median(minutes))
    return found


def _records(store_id: int, policy: Policy, day: date, user_id: int | None) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(
        store_id=store_id,
        kind=policy.kind,
        at__gte=clock.day_start(day),
        at__lt=clock.day_start(day + timedelta(days=1)),
    )
    return rows if user_id is None else rows.filter(actor_id=user_id)


def _first_minutes(rows: QuerySet[FollowUp]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    first = rows.filter(first_contact=True, pursuit__first_contact_minutes__isnull=False).order_by()
    for person, minutes in first.values_list("actor_id", "pursuit__first_contact_minutes"):
        found[person].append(minutes or 0)
    return found
