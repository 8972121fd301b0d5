"""What the parts of the lead desk share: whose work is looked at, and the numbers counted once a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q

from driveline.kit import registry
from driveline.kit.badges import CAP, capped_count
from driveline.kit.desk import FUTURE_DAYS, DueCounts
from driveline.kit.scopes import Scope
from driveline.modules.leads.services.counts import uncalled
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.engines.followup.models import Task
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

TASKS = "lead_tasks.view"


@dataclass(frozen=True)
class Load:
    """The open tasks in sight. `waiting_since`: when the one waiting longest for its first call was given away."""

    counts: DueCounts
    first: int
    worst_days: int
    waiting_since: datetime | None


def open_tasks(actor: Actor) -> QuerySet[Task]:
    """The rows of the task list: what the workbench counts is what the list shows."""
    rows: QuerySet[Task] = registry.page("lead-tasks").rows(actor)  # type: ignore[attr-defined]  # a ListPage
    return rows


def load(actor: Actor, ctx: Context) -> Load:
    """Counted once a request, capped: two queries, four where more than 999 are due."""
    return ctx.once(("lead load", actor.user_id), lambda: _load(actor, ctx))


def _load(actor: Actor, ctx: Context) -> Load:
    rows = open_tasks(actor)
    todo = rows.filter(due_date__lte=ctx.today)
    found: dict[str, Any] = todo.order_by("due_date", "id")[: CAP + 1].aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=Q(due_date__lt=ctx.today)),
        first=Count("pk", filter=uncalled()),
        since=Min("pursuit__assigned_at", filter=uncalled()),
        oldest=Min("due_date"),
    )
    due = found["all"] - found["overdue"]
    if found["all"] > CAP:
        due = capped_count(todo.filter(due_date=ctx.today))
        found["first"] = capped_count(todo.filter(uncalled()))
    week = ctx.today + timedelta(days=FUTURE_DAYS)
    future = capped_count(rows.filter(due_date__gt=ctx.today, due_date__lte=week))
    worst = (ctx.today - found["oldest"]).days if found["oldest"] else 0
    return Load(DueCounts(found["overdue"], due, future), found["first"], worst, found["since"])


def people(actor: Actor) -> frozenset[int] | None:
    """Whose work the figures are about: mine, my team's, or (None) everybody's in the store."""
    scope = actor.scope(TASKS)
    if scope == Scope.OWN:
        return frozenset({actor.user_id})
    if scope == Scope.TEAM:
        return actor.team_ids
    return actor.department_ids if scope == Scope.DEPARTMENT else None


def stores(actor: Actor) -> list[int]:
    """The stores the figures are about."""
    return sorted(actor.group_store_ids) if actor.scope(TASKS) == Scope.GROUP else [actor.store_id]


def settings(actor: Actor, ctx: Context) -> LeadSettings:
    return ctx.once(("lead settings", actor.store_id), lambda: LeadSettings.of(actor.store_id, ctx.today))


def address(path: str, *pairs: tuple[str, Any]) -> str:
    """A list with its parameters."""
    return f"{path}?{urlencode(pairs)}" if pairs else path
