"""Messages about work that changed hands: one per receiver and command, with the count (DESIGN §3a)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.models import Notification
from driveline.core.notifications import notification_kind, notify
from driveline.kit.formats import few

if TYPE_CHECKING:
    from driveline.core.models import Operation
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.followup.policy import Policy
    from driveline.kit.actor import Actor


notification_kind(
    "assigned", title=_("New for you: %(count)s"), body=_("%(names)s, from %(by)s"), icon="user-plus"
)
notification_kind(
    "reassigned_out", title=_("Handed on: %(count)s"), body=_("%(names)s, by %(by)s"), icon="user-minus"
)
notification_kind(
    "activated", title=_("Activated, to assign: %(count)s"), body=_("%(names)s, by %(by)s"), icon="refresh"
)
notification_kind(
    "undone",
    title=_("Undone, no longer so: %(count)s"),
    body=_("%(names)s, by %(by)s"),
    icon="arrow-back-up",
)
notification_kind(
    "returned",
    title=_("Back in the assign queue: %(count)s"),
    body=_("%(names)s; nobody follows them up"),
    icon="arrow-back-up",
)


def names(rows: Iterable[Pursuit]) -> list[str]:
    """The first names of a set, as the messages show them."""
    return few(row.party.name for row in rows)


def tell_receivers(
    policy: Policy,
    rows: Iterable[Pursuit],
    receivers: Mapping[int, int],
    *,
    by_name: str,
    by_id: int,
    operation: Operation | None = None,
) -> None:
    """新分配: row id → receiver. Who gives himself work is not told. `operation`: by which it can be undone."""
    per_person: dict[int, list[Pursuit]] = defaultdict(list)
    for row in rows:
        per_person[receivers[row.pk]].append(row)
    for user_id, mine in per_person.items():
        if user_id != by_id:
            _send("assigned", policy, user_id, mine, by_name, operation)


def tell_former_owners(
    policy: Policy,
    rows: Iterable[Pursuit],
    *,
    by_name: str,
    by_id: int,
    operation: Operation | None = None,
) -> None:
    """被转走: the rows as they were before, so with their former owners."""
    per_person: dict[int, list[Pursuit]] = defaultdict(list)
    for row in rows:
        if row.owner_id is not None and row.owner_id != by_id:
            per_person[row.owner_id].append(row)
    for user_id, lost in per_person.items():
        _send("reassigned_out", policy, user_id, lost, by_name, operation)


def tell_assigners(
    kind: str,
    policy: Policy,
    rows: list[Pursuit],
    people: Iterable[int],
    *,
    by_name: str = "",
    by_id: int = 0,
    operation: Operation | None = None,
) -> None:
    """已激活待分配, or back in the queue, to those who may assign."""
    others = [user_id for user_id in people if user_id != by_id]
    if rows and others:
        params = {"count": len(rows), "names": names(rows), "by": by_name}
        notify(rows[0].store_id, others, kind, params, policy.queue_url, _key(operation, kind))


def tell_undone(operation: Operation, actor: Actor) -> None:
    """What the operation had told does not hold any more: unread it counts as read, who has read it is told so. Two
    queries, and one for each who has read it."""
    told = Notification.objects.filter(dedupe_key__startswith=f"operation:{operation.pk}:")
    for one in told.exclude(read_at=None).exclude(user_id=actor.user_id):
        params = {"count": one.params["count"], "names": one.params["names"], "by": actor.name}
        notify(one.store_id, [one.user_id], "undone", params)
    told.filter(read_at=None).update(read_at=clock.now())


def _key(operation: Operation | None, kind: str) -> str | None:
    return f"operation:{operation.pk}:{kind}" if operation is not None else None


def _send(
    kind: str, policy: Policy, user_id: int, rows: list[Pursuit], by_name: str, operation: Operation | None
) -> None:
    link = policy.row_url(rows[0].pk) if len(rows) == 1 and kind == "assigned" else policy.tasks_url
    params = {"count": len(rows), "names": names(rows), "by": by_name}
    notify(rows[0].store_id, [user_id], kind, params, link, _key(operation, kind))
