"""Nightly: tell superiors whose people leave tasks overdue for days (DESIGN §3a, escalations)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.models import User
from driveline.core.nightly import step
from driveline.core.notifications import notification_kind, notify
from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import Task
from driveline.engines.followup.people import superiors
from driveline.engines.followup.policy import Policy, policies

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit

notification_kind(
    "overdue_escalation",
    title=_("Long overdue: %(count)s"),
    body=_("%(people)s; days overdue at most: %(days)s"),
    icon="alert-triangle",
)


@dataclass(frozen=True)
class _Late:
    """What one person leaves lying."""

    name: str
    count: int
    days: int


@step("followup.escalation", order=300)
def escalate(store: OrgUnit, day: date) -> dict[str, Any]:
    """One message per superior and night. A night that is made up for later tells nobody: it would be stale."""
    told = 0
    if day == clock.today():
        for policy in policies():
            told += _escalate(store.pk, policy, day)
    return {"told": told}


def _escalate(store_id: int, policy: Policy, day: date) -> int:
    after = policy.numbers(store_id, day).escalate_after
    if not after:
        return 0
    per_superior = _late_by_superior(store_id, policy, day, after)
    for superior_id, late in per_superior.items():
        worst = sorted(late, key=lambda one: -one.days)
        params = {
            "count": sum(one.count for one in late),
            "people": [f"{one.name} {one.count}" for one in worst[:5]],
            "days": worst[0].days,
        }
        key = f"overdue_escalation:{policy.kind}:{store_id}:{day}"
        notify(store_id, [superior_id], "overdue_escalation", params, policy.tasks_url, dedupe_key=key)
    return len(per_superior)


def _late_by_superior(store_id: int, policy: Policy, day: date, after: int) -> dict[int, list[_Late]]:
    rows = (
        Task.objects.filter(
            store_id=store_id,
            kind=policy.kind,
            state=TaskState.OPEN,
            assignee__isnull=False,
            due_date__lte=day - timedelta(days=after),
        )
        .order_by()
        .values_list("assignee_id")
        .annotate(count=Count("pk"), oldest=Min("due_date"))
    )
    late = {person: (count, (day - oldest).days) for person, count, oldest in rows}
    names = dict(User.objects.filter(pk__in=late).values_list("pk", "name"))
    found: dict[int, list[_Late]] = defaultdict(list)
    for person, superior in superiors(store_id, late).items():
        found[superior].append(_Late(names[person], *late[person]))
    return found
