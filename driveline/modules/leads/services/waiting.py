"""How long somebody has been waiting, counted the same wherever it is shown: minutes while the store is open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from driveline.core.opening import Hours, hours_of, working_minutes_between
from driveline.engines.followup.choices import Phase
from driveline.kit import formats

if TYPE_CHECKING:
    from driveline.engines.followup.models import Task
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


def waited(since: datetime, actor: Actor, ctx: Context) -> int:
    """Working minutes from a moment to now, by the hours of the actor's store. One query a request."""
    return working_minutes_between(since, ctx.now, _hours(actor, ctx))


def first_call(task: Task, actor: Actor, ctx: Context, limit: int) -> tuple[str, str] | None:
    """(class, words) of a task that is due today while nobody has spoken to the lead: 等待 18 分, bad beyond the limit of
    minutes. None for every other task, an overdue one too: its days say more (S-02). One query a request."""
    since = task.pursuit.assigned_at
    uncalled = task.pursuit.phase == Phase.ACTIVE and task.pursuit.first_contact_at is None
    if task.due_date != ctx.today or not uncalled or since is None:
        return None
    minutes = waited(since, actor, ctx)
    words = gettext("waiting %(wait)s") % {"wait": formats.waiting(minutes)}
    return ("due-over" if minutes > limit else "due-today"), words


def _hours(actor: Actor, ctx: Context) -> Hours:
    return ctx.once("lead hours", lambda: hours_of(actor.store_id, ctx.today))
