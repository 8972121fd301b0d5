"""record_follow_up: the only way a contact is recorded (DESIGN §3.2).

It closes the task, writes the record and opens the next task or ends the pursuit, in one transaction. The task
is won by compare-and-set; whoever comes second is told who was first and when, and nothing of his is written.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.opening import hours_of, working_minutes_between
from driveline.engines.followup.choices import Action, Outcome, Phase, TaskOrigin, TaskState
from driveline.engines.followup.contact import Contact, Recorded
from driveline.engines.followup.draft import Draft, complete
from driveline.engines.followup.events import ContactRecorded, PursuitLost
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.engines.followup.policy import Numbers, Policy, policy_for
from driveline.engines.followup.reasons import defeat_reasons
from driveline.engines.followup.services.access import pursuit_for, task_for
from driveline.engines.followup.services.tasks import NewTask, create_tasks, lock_pursuits
from driveline.engines.followup.services.transitions import Change, log_changes
from driveline.kit.errors import Conflict, Refused
from driveline.kit.events import publish
from driveline.kit.formats import moment

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


def record_follow_up(
    actor: Actor, task_id: int, contact: Contact, *, key: str | None = None, now: datetime | None = None
) -> Recorded:
    """Record a contact on an open task. `key` makes the same form sent twice one record.

    Raises Task.DoesNotExist (out of sight), Forbidden (seen, but somebody else's), Invalid (a rule is broken,
    with field and rule id), Conflict (recorded or cancelled by somebody else), Refused (nobody owns the row yet).
    """
    now = clock.local(now) if now else clock.now()
    task = task_for(actor, task_id)
    policy = policy_for(task.kind)
    if task.state != TaskState.OPEN:
        return _late(task_id, key)
    numbers = policy.numbers(task.store_id, now.date())
    reasons = defeat_reasons(policy, task.store_id) if _loses(policy, contact) else None
    minutes = _first_contact_minutes(task.pursuit, now)
    try:
        with transaction.atomic():
            pursuit = _worked(task.pursuit_id)
            free = actor.can(policy.reassign_permission)
            draft = complete(policy, numbers, pursuit, contact, now, free=free, reasons=reasons)
            _win(task, actor, now)
            record = _write(pursuit, draft, actor, now, task=task, key=key)
            following = _advance(policy, numbers, pursuit, draft, actor, now, minutes)
            publish(ContactRecorded(task.store_id, task.kind, pursuit.pk, record.pk, actor.user_id))
    except (_Lost, IntegrityError) as error:
        return _late(task_id, key, error)
    phase = _phase_after(draft, pursuit)
    return Recorded(
        record_id=record.pk,
        pursuit_id=pursuit.pk,
        phase=phase,
        task_id=task.pk,
        next_task_id=following.pk if following else None,
        next_due=following.due_date if following else None,
        next_time=following.due_time if following else None,
        auto_defeated=draft.auto_defeat,
        notices=draft.notices,
    )


def supplement(
    actor: Actor, pursuit_id: int, contact: Contact, *, key: str | None = None, now: datetime | None = None
) -> Recorded:
    """Write down a contact that belongs to no task, for instance when somebody else was first with it.

    It changes neither task, grade nor the counters of the gates. Raises as `record_follow_up` does.
    """
    now = clock.local(now) if now else clock.now()
    pursuit = pursuit_for(actor, pursuit_id)
    policy = policy_for(pursuit.kind)
    numbers = policy.numbers(pursuit.store_id, now.date())
    draft = complete(policy, numbers, pursuit, contact, now, supplement=True)
    minutes = _first_contact_minutes(pursuit, now)
    try:
        with transaction.atomic():
            [locked] = lock_pursuits([pursuit_id])
            record = _write(locked, draft, actor, now, task=None, key=key)
            first = _first_figures(locked, draft, now, minutes)
            _save(locked, last_followed_at=now, last_remark=draft.remark or locked.last_remark, **first)
            publish(ContactRecorded(pursuit.store_id, pursuit.kind, pursuit.pk, record.pk, actor.user_id))
    except IntegrityError:
        earlier = FollowUp.objects.filter(client_key=key, pursuit_id=pursuit_id).first() if key else None
        if earlier is None:
            raise
        return Recorded(record_id=earlier.pk, pursuit_id=pursuit_id, phase=pursuit.phase, repeated=True)
    return Recorded(record_id=record.pk, pursuit_id=pursuit_id, phase=locked.phase, notices=draft.notices)


class _Lost(Exception):
    """The task was closed by somebody else between reading and writing."""


def _loses(policy: Policy, contact: Contact) -> bool:
    chip = policy.chip(contact.chip)
    return (contact.outcome or (chip.outcome if chip else "")) == Outcome.LOSE


def _worked(pursuit_id: int) -> Pursuit:
    """The pursuit, locked; refused unless somebody is following it."""
    [pursuit] = lock_pursuits([pursuit_id])
    if pursuit.phase == Phase.UNASSIGNED:
        raise Refused(_("This customer has no consultant yet: assign it first."), "R-L-04")
    return pursuit


def _win(task: Task, actor: Actor, now: datetime) -> None:
    """Close the task if it is still open, by compare-and-set."""
    won = Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        state=TaskState.DONE, closed_at=now, closed_by_id=actor.user_id
    )
    if not won:
        raise _Lost


def _late(task_id: int, key: str | None, error: Exception | None = None) -> Recorded:
    """The answer to somebody who came second: his own record when the form was only sent twice, else Conflict."""
    if key and (earlier := FollowUp.objects.select_related("pursuit").filter(client_key=key).first()):
        if earlier.task_id != task_id:
            raise Refused(_("This form was used for another record already: open it again."))
        return Recorded(
            record_id=earlier.pk,
            pursuit_id=earlier.pursuit_id,
            phase=earlier.pursuit.phase,
            task_id=task_id,
            next_due=earlier.next_date,
            next_time=earlier.next_time,
            repeated=True,
        )
    task = Task.objects.select_related("closed_by").get(pk=task_id)
    if task.state == TaskState.OPEN:
        raise error or RuntimeError("an open task was taken for a closed one")
    who = str(task.closed_by) if task.closed_by else ""
    at = moment(task.closed_at, clock.today()) if task.closed_at else ""
    if task.state == TaskState.DONE:
        sentence = _("%(who)s has recorded this task at %(at)s.") % {"who": who, "at": at}
    else:
        sentence = _("%(who)s has cancelled this task at %(at)s.") % {"who": who, "at": at}
    raise Conflict(sentence, who=who, when=task.closed_at)


def _write(
    pursuit: Pursuit, draft: Draft, actor: Actor, now: datetime, *, task: Task | None, key: str | None
) -> FollowUp:
    category, reason = _why_lost(pursuit, draft)
    return FollowUp.objects.create(
        store_id=pursuit.store_id,
        kind=pursuit.kind,
        pursuit_id=pursuit.pk,
        task=task,
        client_key=key or None,
        cycle=pursuit.cycle,
        actor_id=actor.user_id,
        at=now,
        due_date=task.due_date if task else None,
        chip=draft.chip,
        old_grade=pursuit.grade,
        new_grade=draft.grade,
        method=draft.method,
        topics=list(draft.topics),
        result=draft.result,
        outcome=draft.outcome,
        reached=draft.reached,
        effective=draft.effective,
        first_contact=pursuit.first_contact_at is None,
        remark=draft.remark,
        defeat_category=category,
        defeat_reason=reason,
        competitor=draft.competitor,
        next_date=draft.next_date,
        next_time=draft.next_time,
        next_method=draft.next_method,
        next_topics=list(draft.next_topics),
        plan_visit=draft.plan_visit,
    )


def _advance(
    policy: Policy,
    numbers: Numbers,
    pursuit: Pursuit,
    draft: Draft,
    actor: Actor,
    now: datetime,
    minutes: int | None,
) -> Task | None:
    """Carry the record to the row, and open the next task or end the pursuit."""
    values: dict[str, Any] = {
        "follow_count": F("follow_count") + 1,
        "cycle_follow_count": F("cycle_follow_count") + 1,
        "effective_count": F("effective_count") + int(draft.effective),
        "last_followed_at": now,
        "last_remark": draft.remark or pursuit.last_remark,
        "next_due": draft.next_date,
        "next_time": draft.next_time,
        **_first_figures(pursuit, draft, now, minutes),
    }
    if draft.outcome == Outcome.LOSE or draft.auto_defeat:
        _save(pursuit, **values, **_ending(pursuit, draft, now))
        _log_defeat(pursuit, draft, actor, now)
        publish(PursuitLost(pursuit.store_id, pursuit.kind, pursuit.pk, draft.auto_defeat))
        return None
    _save(pursuit, **values, grade=draft.grade)
    if draft.next_date is None:
        return None
    new = NewTask(
        pursuit=pursuit,
        assignee_id=pursuit.owner_id,
        due=draft.next_date,
        origin=TaskOrigin.RECORD if draft.reached else TaskOrigin.RETRY,
        due_time=draft.next_time,
        method=draft.next_method,
        topics=draft.next_topics,
        plan_visit=draft.plan_visit,
    )
    return create_tasks([new], now=now)[0]


def _save(pursuit: Pursuit, **values: Any) -> None:
    """Write the row if nobody has changed it since it was read, by compare-and-set."""
    won = Pursuit.objects.filter(pk=pursuit.pk, version=pursuit.version).update(
        version=pursuit.version + 1, **values
    )
    if not won:
        raise _Lost


def _why_lost(pursuit: Pursuit, draft: Draft) -> tuple[str, str]:
    """Category and reason, both "" when nothing was lost."""
    if draft.auto_defeat:
        return policy_for(pursuit.kind).auto_defeat
    return draft.defeat_category, draft.defeat_reason


def _ending(pursuit: Pursuit, draft: Draft, now: datetime) -> dict[str, Any]:
    category, reason = _why_lost(pursuit, draft)
    return {
        "phase": Phase.LOST,
        "is_open": False,
        "exclusive_key": None,
        "closed_at": now,
        "close_category": category,
        "close_reason": reason,
        "close_remark": draft.remark,
        "defeat_count": F("defeat_count") + 1,
    }


def _log_defeat(pursuit: Pursuit, draft: Draft, actor: Actor, now: datetime) -> None:
    category, reason = _why_lost(pursuit, draft)
    detail: dict[str, Any] = {"category": category, "reason": reason}
    if draft.auto_defeat:
        detail["follow_ups"] = pursuit.cycle_follow_count + 1
    action = Action.AUTO_LOSE if draft.auto_defeat else Action.LOSE
    log_changes([Change(pursuit, action, Phase.LOST, reason, detail)], by_id=actor.user_id, now=now)


def _first_contact_minutes(pursuit: Pursuit, now: datetime) -> int | None:
    """Working minutes from the arrival to now; None when the customer was contacted before."""
    if pursuit.first_contact_at is not None:
        return None
    return working_minutes_between(pursuit.arrived_at, now, hours_of(pursuit.store_id, now.date()))


def _first_figures(pursuit: Pursuit, draft: Draft, now: datetime, minutes: int | None) -> dict[str, Any]:
    """First contact = the first record of any result; the first effective one stands beside it."""
    values: dict[str, Any] = {}
    if pursuit.first_contact_at is None:
        values["first_contact_at"] = now
        values["first_contact_minutes"] = minutes
    if draft.effective and pursuit.first_effective_at is None:
        values["first_effective_at"] = now
    return values


def _phase_after(draft: Draft, pursuit: Pursuit) -> str:
    return Phase.LOST if draft.outcome == Outcome.LOSE or draft.auto_defeat else pursuit.phase
