"""/jobs: how far work on many rows is; only the jobs of the token's owner in the token's store exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.core import jobs
from driveline.core.models import Job
from driveline.kit.api import inputs, shapes
from driveline.kit.api.declare import Route, Section
from driveline.kit.api.fields import bare
from driveline.kit.api.reading import in_range, json_answer
from driveline.kit.views.guard import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LEFT_MOST = 200


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One job."""
    actor = actor_of(request)
    mine = Job.objects.filter(user_id=actor.user_id, store_id=actor.store_id)
    return json_answer(_said(mine.get(pk=in_range(pk))))


def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it; what is done stays done."""
    inputs.checked(None, inputs.body_of(request))
    return json_answer(_said(jobs.job_stop(actor_of(request), in_range(pk))))


def _said(job: Job) -> dict[str, Any]:
    came: dict[str, Any] = {**(job.cursor or {}), **(job.result or {})}
    left = [
        {"id": int(row[0]), "reason": row[2]} for row in came.get("left", [])[:LEFT_MOST] if row[0].isdigit()
    ]
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": {"code": job.state, "label": job.get_state_display()},
        "total": job.total,
        "worked": job.done,
        "done": int(came.get("done", 0)) if isinstance(came.get("done", 0), int) else 0,
        "skipped": left,
        "error": str(came.get("error", "")),
        "created_at": bare(job.created_at),
        "finished_at": bare(job.finished_at),
    }


_SKIPPED = shapes.record({"id": shapes.ID, "reason": shapes.TEXT})
_ANSWER = shapes.record(
    {
        "id": shapes.ID,
        "kind": shapes.TEXT,
        "state": shapes.coded(Job.State.values),
        "total": shapes.INTEGER | {"description": _("How many rows there are.")},
        "worked": shapes.INTEGER | {"description": _("How many have been looked at so far.")},
        "done": shapes.INTEGER | {"description": _("How many of them were changed.")},
        "skipped": shapes.array(_SKIPPED) | {"description": _("Those left as they were, and why.")},
        "error": shapes.TEXT,
        "created_at": shapes.MOMENT,
        "finished_at": shapes.nullable(shapes.MOMENT),
    }
)
SECTION = Section(
    "jobs",
    _("Jobs"),
    [
        Route(
            resource="jobs", method="GET", path="/{int:pk}", view=show, code="jobs.show",
            summary=_("How far a job is"), answers={200: _ANSWER},
        ),
        Route(
            resource="jobs", method="POST", path="/{int:pk}/stop", view=stop, code="jobs.stop",
            summary=_("Stop a job"), answers={200: _ANSWER},
        ),
    ],
)  # fmt: skip
