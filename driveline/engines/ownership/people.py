"""Who can be given work, and how it is dealt among several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from driveline.core.models import User
from driveline.core.people import takes_work
from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.models import Pursuit, Task
from driveline.kit.errors import Invalid

if TYPE_CHECKING:
    from driveline.engines.followup.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may follow up and takes new work, with how much lies on the desk."""

    user_id: int
    name: str
    role: str
    open_tasks: int

    @property
    def label(self) -> str:
        """姓名-角色 (R-G-05)."""
        return f"{self.name}-{self.role}"


def candidates(store_id: int, policy: Policy) -> list[Candidate]:
    """Fewest open tasks first (A-L-04: whoever has the right to follow up). Two queries."""
    people = list(takes_work(store_id, policy.record_permission))
    load = dict(
        Task.objects.filter(
            store_id=store_id, state=TaskState.OPEN, assignee_id__in=[m.user_id for m in people]
        )
        .values_list("assignee_id")
        .annotate(n=Count("pk"))
    )
    found = [
        Candidate(
            user_id=member.user_id,
            name=member.user.name,
            role=str(member.role),
            open_tasks=load.get(member.user_id, 0),
        )
        for member in people
    ]
    return sorted(found, key=lambda one: (one.open_tasks, one.user_id))


def chosen(store_id: int, policy: Policy, users: Iterable[User | int]) -> list[Candidate]:
    """The candidates among `users`, in candidates' order. Raises Invalid for nobody or for a stranger: it is
    never said whether the person exists elsewhere."""
    ids = {user if isinstance(user, int) else user.pk for user in users}
    if not ids:
        raise Invalid({"users": [_("Choose at least one person.")]}, "R-L-05")
    found = [one for one in candidates(store_id, policy) if one.user_id in ids]
    if len(found) != len(ids):
        raise Invalid({"users": [_("This person cannot be given work here.")]}, "A-L-04")
    return found


def deal(rows: Sequence[Pursuit], people: Sequence[Candidate]) -> dict[int, Candidate]:
    """Row id → person, evenly, the oldest arrival first; nobody gets what is his already if another is there."""
    turn: Iterator[Candidate] = cycle(people)
    dealt = {}
    for row in sorted(rows, key=lambda one: (one.arrived_at, one.pk)):
        person = next(turn)
        if person.user_id == row.owner_id and len(people) > 1:
            person = next(turn)
        dealt[row.pk] = person
    return dealt
