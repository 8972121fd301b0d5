"""Row scope of the engine's tables (DESIGN §3a): own = I keep the row; a stand-in sees what is due of the absent.

History is whole for whoever sees the row: a record belongs to the keeper of its pursuit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from driveline.core import clock
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.kit.scopes import RowRule, row_rule

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


def _absent(actor: Actor) -> frozenset[int]:
    return getattr(actor, "standing_in_for", frozenset())


def _due_tasks(actor: Actor) -> Q:
    absent = _absent(actor)
    return Q(assignee_id__in=absent, due_date__lte=clock.today()) if absent else Q(pk__in=[])


def _due_pursuits(actor: Actor) -> Q:
    absent = _absent(actor)
    return Q(owner_id__in=absent, is_open=True, next_due__lte=clock.today()) if absent else Q(pk__in=[])


def _due_records(actor: Actor) -> Q:
    absent = _absent(actor)
    if not absent:
        return Q(pk__in=[])
    return Q(pursuit__owner_id__in=absent, pursuit__is_open=True, pursuit__next_due__lte=clock.today())


def register_row_rules() -> None:
    """Called once when the program starts."""
    row_rule(Pursuit, RowRule(person="keeper_id", extra=_due_pursuits))
    row_rule(Task, RowRule(person="assignee_id", extra=_due_tasks))
    row_rule(FollowUp, RowRule(person="pursuit__keeper_id", extra=_due_records))
