"""激活: defeated rows come back to life at the first grade, with a task due today (R-L-09 … R-L-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from driveline.engines.followup.choices import Action, Phase, TaskOrigin
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.people import assigners
from driveline.engines.followup.policy import Policy, policies, policy_for
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.followup.sets import by_key, chunks
from driveline.engines.ownership.notices import tell_assigners, tell_receivers
from driveline.engines.ownership.people import Candidate, chosen
from driveline.engines.ownership.services.give import Deed, give
from driveline.kit.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from driveline.core.models import Operation, User
    from driveline.kit.commands import Run

_KEY = models.CharField()


def activate(rows: Sequence[Pursuit], run: Run, *, user: User | int | None = None) -> None:
    """Bring lost rows back: first grade, a new cycle whose gates count from zero, a task due today. Without
    `user` the task has no assignee and the row waits in the assign queue. A row whose number is being followed
    elsewhere is skipped (R-L-11)."""
    policy = policy_for(rows[0].kind)
    owner = chosen(rows[0].store_id, policy, [user])[0] if user is not None else None
    revived: list[Pursuit] = []
    for chunk in chunks(sorted(rows, key=lambda row: row.pk)):
        fresh = _revivable(lock_pursuits([row.pk for row in chunk]), run, policy)
        owners = {row.pk: owner.user_id if owner else None for row in fresh}
        try:
            with transaction.atomic():
                deed = _deed(fresh, policy, run.actor.user_id, run.now, run.operation, owner)
                run.before.extend(give(fresh, owners, deed))
        except IntegrityError as error:
            raise Conflict(_("One of these numbers has just been entered again; try again.")) from error
        revived.extend(fresh)
    _tell(policy, revived, run, owner.user_id if owner else None)
    if owner is None:
        run.message = _("%(n)s activated, to be assigned") % {"n": len(revived)}
    else:
        run.message = _("%(n)s activated and given to %(name)s") % {"n": len(revived), "name": owner.name}


def revive(rows: Sequence[Pursuit], *, by_id: int, now: datetime, reason: str = "") -> None:
    """The same for (locked) lost rows of one kind that came back by themselves: nobody owns them, a task is due
    today, the log says why. Raises IntegrityError when a number is being followed elsewhere, Conflict when a row
    is no longer lost."""
    if rows:
        policy = policy_for(rows[0].kind)
        deed = _deed(rows, policy, by_id, now, None, None, reason)
        give(rows, {row.pk: None for row in rows}, deed)


def activate_why_not(row: Pursuit) -> str:
    """ "" when the row is defeated."""
    return "" if row.phase == Phase.LOST else _("Only a defeated one can be activated.")


def _deed(
    rows: Sequence[Pursuit],
    policy: Policy,
    by_id: int,
    now: datetime,
    operation: Operation | None,
    owner: Candidate | None,
    reason: str = "",
) -> Deed:
    keys = {row.pk: policy.exclusive_key(row.party.phone_key) for row in rows}
    return Deed(
        by_id=by_id,
        now=now,
        action=Action.ACTIVATE,
        origin=TaskOrigin.ACTIVATE,
        expected=[Phase.LOST],
        operation=operation,
        due_today=True,
        reason=reason,
        names={owner.user_id: owner.name} if owner else {},
        values={
            "is_open": True,
            "grade": policy.first_grade,
            "cycle": F("cycle") + 1,
            "cycle_follow_count": 0,
            "exclusive_key": by_key(keys, _KEY) if keys else None,
            "next_time": None,
            "closed_at": None,
            "close_category": "",
            "close_reason": "",
            "close_remark": "",
        },
    )


def _revivable(rows: list[Pursuit], run: Run, policy: Policy) -> list[Pursuit]:
    held = _holders(rows, policy)
    fresh = []
    for row in rows:
        key = policy.exclusive_key(row.party.phone_key)
        reason = activate_why_not(row)
        if not reason and key in held:
            reason = held[key]
        if reason:
            run.skip(row, reason)
            continue
        fresh.append(row)
        if key:
            held[key] = _("This number is in the selection twice.")
    return fresh


def _holders(rows: Sequence[Pursuit], policy: Policy) -> dict[str | None, str]:
    """R-L-11: exclusive key → the sentence that says who holds it, for the keys that are taken."""
    keys = {policy.exclusive_key(row.party.phone_key) for row in rows} - {None}
    if not keys:
        return {}
    found = Pursuit.objects.select_related("owner").filter(store_id=rows[0].store_id, exclusive_key__in=keys)
    labels = {one.kind: str(one.label) for one in policies()}
    return {holder.exclusive_key: _held(holder, labels) for holder in found}


def _held(holder: Pursuit, labels: dict[str, str]) -> str:
    params = {
        "kind": labels.get(holder.kind, holder.kind),
        "name": holder.owner.name if holder.owner else _("nobody yet"),
    }
    return _("This number is being followed up already (%(kind)s, %(name)s).") % params


def _tell(policy: Policy, rows: list[Pursuit], run: Run, owner_id: int | None) -> None:
    if not rows:
        return
    by = {"by_id": run.actor.user_id, "by_name": run.actor.name, "operation": run.operation}
    if owner_id is not None:
        tell_receivers(policy, rows, dict.fromkeys((r.pk for r in rows), owner_id), **by)
    else:
        tell_assigners("activated", policy, rows, assigners(rows[0].store_id, policy), **by)
