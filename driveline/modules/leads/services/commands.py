"""The buttons of the lead pages: assign, reassign, void, activate, record. `command.perform` is the only way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from driveline.core import dictionaries
from driveline.core.models import User
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.contact import Contact
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.services import record_follow_up
from driveline.engines.ownership import services as ownership
from driveline.kit.commands import Run, command
from driveline.kit.errors import Invalid
from driveline.kit.events import publish
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.events import LeadsMadeVoid
from driveline.modules.leads.models import Lead

if TYPE_CHECKING:
    from driveline.core.models import Operation
    from driveline.kit.actor import Actor

UNDO_MINUTES = 30
_JOINS = ("party", "owner")


def _elsewhere(row: Pursuit, actor: Actor) -> str:
    """A command runs in the row's store, on rows of this kind."""
    if row.kind != KIND:
        return _now("This is not a lead.")
    return "" if row.store_id == actor.store_id else _now("Switch to the store of this row first.")


def _why_not_assign(row: Pursuit, actor: Actor) -> str:
    return _elsewhere(row, actor) or ownership.assign_why_not(row)


def _why_not_reassign(row: Pursuit, actor: Actor) -> str:
    return _elsewhere(row, actor) or ownership.reassign_why_not(row)


def _why_not_void(row: Pursuit, actor: Actor) -> str:
    return _elsewhere(row, actor) or ownership.void_why_not(row)


def _why_not_activate(row: Pursuit, actor: Actor) -> str:
    return _elsewhere(row, actor) or ownership.activate_why_not(row)


def _undo(operation: Operation, actor: Actor) -> list[dict[str, Any]]:
    return ownership.undo(operation, actor)


def _undo_void(operation: Operation, actor: Actor) -> list[dict[str, Any]]:
    skipped = ownership.undo(operation, actor)
    left = {row["id"] for row in skipped}
    back = [one["id"] for one in operation.before if one["id"] not in left]
    Lead.objects.filter(pk__in=back).update(void_reason="")
    return skipped


@command(
    "lead.assign",
    model=Pursuit,
    permission="leads.assign",
    label=_("Assign"),
    icon="user-plus",
    guard=_why_not_assign,
    explain=ownership.voided_by,
    undo_minutes=UNDO_MINUTES,
    undo=_undo,
    select=_JOINS,
)
def lead_assign(rows: Sequence[Pursuit], run: Run, *, users: Sequence[User | int]) -> None:
    """分配: give waiting leads to one person, or evenly to several; each gets a task at once (R-L-05)."""
    ownership.assign(rows, run, users)


@command(
    "lead.reassign",
    model=Pursuit,
    permission="leads.assign",
    label=_("Reassign"),
    icon="switch-horizontal",
    guard=_why_not_reassign,
    explain=ownership.voided_by,
    undo_minutes=UNDO_MINUTES,
    undo=_undo,
    select=_JOINS,
)
def lead_reassign(rows: Sequence[Pursuit], run: Run, *, users: Sequence[User | int]) -> None:
    """改派: hand followed leads to somebody else; the task goes along, never overdue (R-F-09)."""
    ownership.reassign(rows, run, users)


def _confirm_void(rows: Sequence[Pursuit], actor: Actor) -> dict[str, Any]:
    count = len(rows)
    owned = sum(row.phase == Phase.ACTIVE for row in rows)
    text = _now(
        "Open tasks that end: %(tasks)s. The numbers are free again and no defeat is counted. It can be undone for 30 minutes."
    )
    return {
        "title": ngettext("Make %(n)s lead void?", "Make %(n)s leads void?", count) % {"n": count},
        "text": text % {"tasks": owned},
        "button": _now("Make void"),
    }


@command(
    "lead.void",
    model=Pursuit,
    permission="leads.void",
    label=_("Make void"),
    icon="ban",
    danger=True,
    guard=_why_not_void,
    explain=ownership.voided_by,
    confirm=_confirm_void,
    undo_minutes=UNDO_MINUTES,
    undo=_undo_void,
    select=_JOINS,
)
def lead_void(rows: Sequence[Pursuit], run: Run, *, reason: str, remark: str = "") -> None:
    """作废: wrong numbers and test data. `reason` is a code of the dictionary void_reason. Raises Invalid."""
    store_id = rows[0].store_id
    if reason not in {entry.code for entry in dictionaries.items(store_id, "void_reason")}:
        raise Invalid({"reason": [_now("Choose why it is void.")]})
    ownership.void(rows, run, reason=reason, remark=remark)
    done = [row.pk for row in rows if row.pk not in run.skipped]
    Lead.objects.filter(pk__in=done).update(void_reason=reason)
    publish(LeadsMadeVoid(store_id, tuple(done)))


def _confirm_activate(rows: Sequence[Pursuit], actor: Actor) -> dict[str, Any]:
    return {
        "title": ngettext("Activate %(n)s lead?", "Activate %(n)s leads?", len(rows)) % {"n": len(rows)},
        "text": ngettext(
            "It becomes grade H with a follow-up due today; without a consultant it waits to be assigned.",
            "They become grade H with a follow-up due today; without a consultant they wait to be assigned.",
            len(rows),
        ),
        "button": _now("Activate"),
    }


@command(
    "lead.activate",
    model=Pursuit,
    permission="lost_leads.activate",
    label=_("Activate"),
    icon="refresh",
    guard=_why_not_activate,
    confirm=_confirm_activate,
    undo_minutes=UNDO_MINUTES,
    undo=_undo,
    select=_JOINS,
)
def lead_activate(rows: Sequence[Pursuit], run: Run, *, user: User | int | None = None) -> None:
    """激活: defeated leads come back as grade H with a task due today (R-L-09); `user` becomes the new owner."""
    ownership.activate(rows, run, user=user)


@command(
    "lead_task.record",
    model=Task,
    permission="lead_tasks.record",
    label=_("Follow up"),
    icon="phone",
    batch=False,
    select=("pursuit",),
    extra_reach=True,
)
def lead_task_record(
    rows: Sequence[Task], run: Run, *, contact: Contact, client_key: str | None = None
) -> None:
    """回访: record a contact on one open task (R-F). Raises as `record_follow_up` does; never undone."""
    for task in rows:
        recorded = record_follow_up(run.actor, task.pk, contact, key=client_key, now=run.now)
        run.data["recorded"] = {
            "record": recorded.record_id,
            "pursuit": recorded.pursuit_id,
            "next_due": recorded.next_due.isoformat() if recorded.next_due else None,
            "notices": list(recorded.notices),
        }
