"""Hand-over of a leaver, and giving rows back to the assign queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count

from driveline.core import clock
from driveline.core.access import WorkLeft
from driveline.engines.followup.choices import Action, Phase, TaskOrigin
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.people import assigners
from driveline.engines.followup.policy import policies, policy_for
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.followup.sets import chunks
from driveline.engines.ownership.notices import tell_assigners, tell_receivers
from driveline.engines.ownership.people import chosen, deal
from driveline.engines.ownership.services.give import Deed, give

if TYPE_CHECKING:
    from driveline.core.models import Operation, User
    from driveline.kit.actor import Actor


def work_left(user_id: int, store_id: int) -> list[WorkLeft]:
    """Open pursuits a person owns in a store, by kind (S-81)."""
    rows = (
        Pursuit.objects.filter(store_id=store_id, owner_id=user_id, is_open=True)
        .order_by("kind")
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    labels = {policy.kind: str(policy.label) for policy in policies()}
    return [WorkLeft(kind, labels.get(kind, kind), count) for kind, count in rows]


def hand_over(
    actor: Actor,
    from_user: User | int,
    to_users: Iterable[User | int],
    *,
    store_id: int | None = None,
    now: datetime | None = None,
    operation: Operation | None = None,
) -> dict[int, int]:
    """Give everything a person follows in the store (default: the actor's) evenly to `to_users`, or, with none,
    back to the assign queue. Returns receiver's user id → count (0 stands for the queue).

    All in one transaction. Raises Invalid for a receiver who cannot be given work, or is the leaver.
    """
    now = clock.local(now) if now else clock.now()
    leaver = from_user if isinstance(from_user, int) else from_user.pk
    receivers = [user if isinstance(user, int) else user.pk for user in to_users]
    with transaction.atomic():
        store = store_id or actor.store_id
        ids = Pursuit.objects.filter(store_id=store, owner_id=leaver, phase=Phase.ACTIVE)
        rows = lock_pursuits(list(ids.values_list("pk", flat=True)))
        per_kind: dict[str, list[Pursuit]] = defaultdict(list)
        for row in rows:
            per_kind[row.kind].append(row)
        counts: dict[int, int] = defaultdict(int)
        for mine in per_kind.values():
            if receivers:
                _spread(mine, receivers, leaver, actor, now, operation, counts)
            else:
                release(mine, by_id=actor.user_id, now=now, operation=operation, action=Action.HANDOVER)
                counts[0] += len(mine)
    return dict(counts)


def _spread(
    rows: list[Pursuit],
    receivers: list[int],
    leaver: int,
    actor: Actor,
    now: datetime,
    operation: Operation | None,
    counts: dict[int, int],
) -> None:
    policy = policy_for(rows[0].kind)
    people = chosen(rows[0].store_id, policy, [user for user in receivers if user != leaver])
    dealt = deal(rows, people)
    owners: dict[int, int | None] = {pk: person.user_id for pk, person in dealt.items()}
    deed = Deed(
        by_id=actor.user_id,
        now=now,
        action=Action.HANDOVER,
        origin=TaskOrigin.HANDOVER,
        expected=[Phase.ACTIVE],
        operation=operation,
        names={one.user_id: one.name for one in people},
    )
    for chunk in chunks(rows):
        give(chunk, {row.pk: owners[row.pk] for row in chunk}, deed)
    to = {pk: person.user_id for pk, person in dealt.items()}
    tell_receivers(policy, rows, to, by_name=actor.name, by_id=actor.user_id)
    for user_id in to.values():
        counts[user_id] += 1


def release(
    rows: Sequence[Pursuit],
    *,
    by_id: int,
    now: datetime,
    action: str = Action.RELEASE,
    operation: Operation | None = None,
    reason: str = "",
    tell: bool = True,
) -> None:
    """Put (locked) followed rows of one kind back into the assign queue and tell those who assign. An open task
    stays, with its date and without an assignee, so that nothing promised is lost."""
    if not rows:
        return
    deed = Deed(
        by_id=by_id,
        now=now,
        action=action,
        origin=TaskOrigin.HANDOVER if action == Action.HANDOVER else TaskOrigin.ESCALATION,
        expected=[Phase.ACTIVE],
        operation=operation,
        reason=reason,
    )
    for chunk in chunks(rows):
        give(chunk, {row.pk: None for row in chunk}, deed)
    if tell:
        policy = policy_for(rows[0].kind)
        tell_assigners("returned", policy, list(rows), assigners(rows[0].store_id, policy), by_id=by_id)
