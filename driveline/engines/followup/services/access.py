"""Who may record a contact: the assignee, the stand-in, or whoever's recording grant reaches the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.policy import Policy, policy_for
from driveline.kit.errors import Forbidden
from driveline.kit.scopes import Scope, visible

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


def task_for(actor: Actor, task_id: int) -> Task:
    """The task with its pursuit and party, if the actor may record on it.

    Raises Task.DoesNotExist when it is out of his sight (404), Forbidden when he sees it only (403).
    """
    task = Task.objects.select_related("pursuit__party", "closed_by").get(pk=task_id)
    if task.store_id != actor.store_id:
        raise Task.DoesNotExist
    policy = policy_for(task.kind)
    if may_record(actor, task, policy):
        return task
    if not visible(Task.objects.filter(pk=task_id), actor, policy.task_permission).exists():
        raise Task.DoesNotExist
    raise Forbidden(_("This customer is followed up by somebody else."))


def may_record(actor: Actor, task: Task, policy: Policy) -> bool:
    """True when the actor's recording grant reaches the task; the usual case, his own, costs no query."""
    scope = actor.scope(policy.record_permission)
    if scope is None:
        return False
    if scope == Scope.STORE or task.assignee_id == actor.user_id:
        return True
    return visible(Task.objects.filter(pk=task.pk), actor, policy.record_permission).exists()


def pursuit_for(actor: Actor, pursuit_id: int) -> Pursuit:
    """The pursuit, if the actor may add a supplementary record to it; raises as `task_for` does."""
    pursuit = Pursuit.objects.select_related("party").get(pk=pursuit_id)
    policy = policy_for(pursuit.kind)
    found = Pursuit.objects.filter(pk=pursuit_id, store_id=actor.store_id)
    if visible(found, actor, policy.record_permission).exists():
        return pursuit
    if not visible(found, actor, policy.view_permission).exists():
        raise Pursuit.DoesNotExist
    raise Forbidden(_("This customer is followed up by somebody else."))
