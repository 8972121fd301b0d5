"""分配 and 改派: rows get an owner, or another one; each gets a next step at once (R-L-04, R-L-05, R-F-09)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.engines.followup.choices import Action, Phase, TaskOrigin
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.followup.sets import chunks
from driveline.engines.ownership.notices import tell_former_owners, tell_receivers
from driveline.engines.ownership.people import Candidate, chosen, deal
from driveline.engines.ownership.services.give import Deed, give
from driveline.kit.formats import listed, moment

if TYPE_CHECKING:
    from driveline.core.models import User
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.commands import Run

NAMES_IN_MESSAGE = 3


def assign(rows: Sequence[Pursuit], run: Run, users: Iterable[User | int]) -> None:
    """Give unassigned rows to one person, or evenly to several. Rows taken meanwhile are skipped with the
    name of who has them. Raises Invalid for a person who cannot be given work."""
    _hand_out(rows, run, users, Action.ASSIGN, Phase.UNASSIGNED, assign_why_not)


def reassign(rows: Sequence[Pursuit], run: Run, users: Iterable[User | int]) -> None:
    """Give followed rows to somebody else. The old overdue stays with the former owner (TaskMove, R-F-09)."""
    _hand_out(rows, run, users, Action.REASSIGN, Phase.ACTIVE, reassign_why_not)


def assign_why_not(row: Pursuit) -> str:
    """ "" when the row waits for an owner, else the sentence that says who has it and since when."""
    if row.phase == Phase.UNASSIGNED:
        return ""
    if row.phase == Phase.ACTIVE:
        owner = row._state.fields_cache.get("owner")  # a list may ask of rows whose owner it has not read
        if owner is None or row.assigned_at is None:
            return _("Somebody has it already; use Reassign.")
        params = {"name": owner.name, "at": moment(row.assigned_at, clock.today())}
        return _("%(name)s has had it since %(at)s; use Reassign.") % params
    return _closed_sentence(row)


def reassign_why_not(row: Pursuit) -> str:
    """ "" when somebody follows the row, else the sentence."""
    if row.phase == Phase.ACTIVE:
        return ""
    if row.phase == Phase.UNASSIGNED:
        return _("It has no consultant yet; use Assign.")
    return _closed_sentence(row)


def _closed_sentence(row: Pursuit) -> str:
    if row.phase == Phase.LOST:
        return _("It is defeated; activate it first.")
    return _("It is closed.")


def _hand_out(
    rows: Sequence[Pursuit],
    run: Run,
    users: Iterable[User | int],
    action: Action,
    phase: Phase,
    why_not: Callable[[Pursuit], str],
) -> None:
    policy = policy_for(rows[0].kind)
    people = chosen(rows[0].store_id, policy, users)
    dealt = deal(rows, people)
    deed = Deed(
        by_id=run.actor.user_id,
        now=run.now,
        action=action,
        origin=TaskOrigin.ASSIGN,
        expected=[phase],
        operation=run.operation,
        names={one.user_id: one.name for one in people},
    )
    given: list[Pursuit] = []
    for chunk in chunks(sorted(rows, key=lambda row: row.pk)):
        fresh = _free(lock_pursuits([row.pk for row in chunk]), run, why_not, dealt)
        run.before.extend(give(fresh, {row.pk: dealt[row.pk].user_id for row in fresh}, deed))
        given.extend(fresh)
    by = {"by_id": run.actor.user_id, "by_name": run.actor.name, "operation": run.operation}
    tell_receivers(policy, given, {row.pk: dealt[row.pk].user_id for row in given}, **by)
    if action == Action.REASSIGN:
        tell_former_owners(policy, given, **by)
    run.message = _message(dealt[row.pk] for row in given)


def _free(
    rows: list[Pursuit], run: Run, why_not: Callable[[Pursuit], str], dealt: dict[int, Candidate]
) -> list[Pursuit]:
    """The locked rows that may still be taken; the others are skipped with the reason."""
    free = []
    for row in rows:
        reason = why_not(row)
        if not reason and row.owner_id == dealt[row.pk].user_id:
            reason = _("%(name)s has it already.") % {"name": dealt[row.pk].name}
        if reason:
            run.skip(row, reason)
        else:
            free.append(row)
    return free


def _message(receivers: Iterable[Candidate]) -> str:
    """How many went to whom; of many people the first ones."""
    shares = Counter(receivers)
    each = [_("%(name)s (%(n)s)") % {"name": one.name, "n": n} for one, n in shares.items()]
    names = each if len(shares) > 1 else [one.name for one in shares]
    params = {"n": shares.total(), "names": listed(names[:NAMES_IN_MESSAGE]), "people": len(shares)}
    if len(shares) > NAMES_IN_MESSAGE:
        return _("%(n)s given to %(names)s and others, %(people)s people") % params
    return _("%(n)s given to %(names)s") % params
