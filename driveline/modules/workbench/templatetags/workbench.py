"""What the templates of this module ask beyond the kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from driveline.modules.workbench.services import acts

if TYPE_CHECKING:
    from driveline.kit.pages import Context

register = template.Library()


@register.simple_tag
def my_jobs(ctx: Context) -> list[acts.Work]:
    """My long work of the last days."""
    return acts.jobs_of(ctx.actor, ctx)  # type: ignore[arg-type]  # core's own actor


@register.simple_tag
def my_acts(ctx: Context) -> list[acts.Act]:
    """What I may still take back."""
    return acts.acts_of(ctx.actor, ctx)  # type: ignore[arg-type]  # core's own actor


@register.filter
def any_running(jobs: list[Any]) -> bool:
    """Whether one of the jobs goes on, so that the list asks again soon."""
    return any(job.running for job in jobs)
