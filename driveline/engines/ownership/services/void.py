"""作废: rows that never were one (wrong number, test data). The number is free again; nothing counts as defeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.models import Transition
from driveline.engines.followup.choices import Action, Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.services.tasks import cancel_open, lock_pursuits, open_tasks_of
from driveline.engines.followup.services.transitions import Change, log_changes
from driveline.engines.followup.sets import chunks
from driveline.engines.ownership.images import image
from driveline.kit.errors import Conflict
from driveline.kit.formats import moment

if TYPE_CHECKING:
    from driveline.kit.commands import Run

VOIDABLE = (Phase.UNASSIGNED, Phase.ACTIVE)
NOBODYS: Mapping[str, Any] = {"owner": None, "keeper": F("created_by"), "assigned_at": None}


def void(rows: Sequence[Pursuit], run: Run, *, reason: str, remark: str = "", disown: bool = False) -> None:
    """End the rows without a result: tasks cancelled, number freed (INV-3, INV-6). Rows that ended meanwhile
    are skipped with the reason. `disown`: they are nobody's again, as if nobody had ever been given them."""
    count = 0
    for chunk in chunks(sorted(rows, key=lambda row: row.pk)):
        fresh = []
        for row in lock_pursuits([row.pk for row in chunk]):
            if why_not := void_why_not(row) or _changed_since(row, run):
                run.skip(row, why_not)
            else:
                fresh.append(row)
        if fresh:
            _void(fresh, run, reason, remark, NOBODYS if disown else {})
            count += len(fresh)
    run.message = _("%(n)s made void") % {"n": count}


def voided_by(ids: Sequence[int]) -> dict[int, str]:
    """For rows that were made void, who did that and when, as a sentence. One query."""
    lines = Transition.objects.filter(
        subject_type=Pursuit._meta.label_lower, subject_id__in=ids, action=Action.VOID
    ).select_related("actor")
    closed = Pursuit.objects.filter(pk=OuterRef("subject_id"), phase=Phase.CLOSED)
    return {
        line.subject_id: _("%(who)s has made it void at %(at)s.")
        % {"who": line.actor, "at": moment(line.at, clock.today())}
        for line in lines.filter(Exists(closed)).order_by("pk")
    }


def _changed_since(row: Pursuit, run: Run) -> str:
    """ "" when the row stands as it did when the person was asked; making void tells nobody, so it must be so."""
    if run.seen.get(row.pk, row.version) == row.version:
        return ""
    if row.owner is not None and row.assigned_at is not None:
        params = {"name": row.owner.name, "at": moment(row.assigned_at, clock.today())}
        return (
            _("%(name)s has had it since %(at)s, and it was changed while you looked at it. Look again.")
            % params
        )
    return _("It was changed while you looked at it. Look again.")


def void_why_not(row: Pursuit) -> str:
    """ "" when the row may be made void."""
    if row.phase in VOIDABLE:
        return ""
    if row.phase == Phase.LOST:
        return _("It is defeated and stays in the statistics.")
    return _("It is closed.")


def _void(rows: list[Pursuit], run: Run, reason: str, remark: str, more: Mapping[str, Any]) -> None:
    ids = [row.pk for row in rows]
    tasks = open_tasks_of(ids)
    run.before.extend(image(row, tasks.get(row.pk)) for row in rows)
    won = Pursuit.objects.filter(pk__in=ids, phase__in=VOIDABLE).update(
        phase=Phase.CLOSED,
        is_open=False,
        exclusive_key=None,
        next_due=None,
        next_time=None,
        queued_at=None,
        closed_at=run.now,
        close_remark=remark.strip()[:500],
        version=F("version") + 1,
        **more,
    )
    if won != len(rows):
        raise Conflict(_("Somebody else has just changed one of these rows; nothing was done. Try again."))
    cancel_open(ids, by_id=run.actor.user_id, now=run.now)
    log_changes(
        [Change(row, Action.VOID, Phase.CLOSED, reason, {"remark": remark[:200]}) for row in rows],
        by_id=run.actor.user_id,
        now=run.now,
        operation=run.operation,
    )
