"""08:30: one message per person and day with what is overdue and due, own and of the people below (dealer.md §1.3)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.models import Membership, OrgUnit
from driveline.core.notifications import notification_kind, notify
from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import Task
from driveline.engines.followup.policy import policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

OWN = _("Overdue: %(overdue)s, due today: %(due)s")
TEAM = _("Overdue in your team: %(team)s")


def _words(params: Mapping[str, Any]) -> tuple[str | _StrPromise, str | _StrPromise]:
    """What is overdue stands first, own before the people's; a nought is no news."""
    if not params.get("team"):
        return OWN, ""
    if not params.get("overdue"):
        return TEAM, _("None of your own overdue, due today: %(due)s")
    return _("Overdue: %(overdue)s of your own, %(team)s in your team"), _("Your own due today: %(due)s")


notification_kind("overdue_digest", title=OWN, icon="clock-exclamation", words=_words)


def send_all() -> dict[str, Any]:
    """The digest of today for every open store; the newest date only, so nothing is made up for."""
    stores = OrgUnit.objects.filter(kind=OrgUnit.Kind.STORE, active=True)
    return {"told": sum(send(store, clock.today()) for store in stores)}


def send(store: OrgUnit, day: date) -> int:
    """Tell everybody of a store who has something overdue, himself or below him. Once per person and day.

    A constant number of queries, and one or two per receiver."""
    own = _own(store.pk, day)
    team = _team(store.pk, {person: overdue for person, (overdue, _due) in own.items()})
    people = {p for p, (overdue, _due) in own.items() if overdue} | {p for p, n in team.items() if n}
    url = policies()[0].tasks_url if policies() else ""
    employed = Membership.objects.filter(store=store, active=True, user__is_active=True, user_id__in=people)
    receivers = list(employed.order_by("pk").values_list("user_id", flat=True))
    for person in receivers:
        overdue, due = own.get(person, (0, 0))
        params = {"overdue": overdue, "due": due, "team": team.get(person, 0)}
        key = f"overdue_digest:{store.pk}:{day}"
        notify(store.pk, [person], "overdue_digest", params, url, dedupe_key=key)
    return len(receivers)


def _own(store_id: int, day: date) -> dict[int, tuple[int, int]]:
    """Assignee → overdue and due tasks of all kinds."""
    rows = (
        Task.objects.filter(
            store_id=store_id, state=TaskState.OPEN, due_date__lte=day, assignee__isnull=False
        )
        .order_by()
        .values_list("assignee_id")
        .annotate(overdue=Count("pk", filter=Q(due_date__lt=day)), due=Count("pk", filter=Q(due_date=day)))
    )
    return {person: (overdue, due) for person, overdue, due in rows}


def _team(store_id: int, overdue: Mapping[int, int]) -> dict[int, int]:
    """Superior → overdue tasks of everybody below."""
    rows = Membership.objects.filter(store_id=store_id)
    above = {
        pk: (user_id, superior) for pk, user_id, superior in rows.values_list("pk", "user_id", "superior_id")
    }
    found: dict[int, int] = defaultdict(int)
    for pk, (user_id, superior) in above.items():
        seen = {pk}
        while superior is not None and superior not in seen and superior in above:
            seen.add(superior)
            found[above[superior][0]] += overdue.get(user_id, 0)
            superior = above[superior][1]
    return found
