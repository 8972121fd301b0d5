"""Long work of mine and what I may still take back: the upper part of 我的提醒 (UI.md §5.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core.jobs import OPEN, actor_of, job_kind, job_progress, job_start, kind_of
from driveline.core.models import Job, Operation
from driveline.kit.commands import command_by_code
from driveline.kit.errors import Conflict, Forbidden, Refused
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from driveline.core.access import Actor
    from driveline.kit.pages import Context

SHOWN_JOBS = 5
SHOWN_ACTS = 8
JOB_DAYS = 3


@dataclass(frozen=True, kw_only=True)
class Work:
    """A job as the list shows it. `share` 0 … 1; the urls are "" when there is nothing to do."""

    pk: int
    label: str
    state: str
    tone: str
    share: float
    done: int
    total: int
    note: str
    at: datetime
    running: bool
    stop_url: str = ""
    left_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something done that can still be undone until `until`."""

    label: str
    count: int
    at: datetime
    minutes: int
    url: str


def jobs_of(actor: Actor, ctx: Context) -> list[Work]:
    """My jobs of the last days, the newest first. One query."""
    since = ctx.now - timedelta(days=JOB_DAYS)
    rows = Job.objects.filter(user_id=actor.user_id, store_id=actor.store_id, created_at__gte=since)
    return [_work(job) for job in rows.order_by("-created_at", "-id")[:SHOWN_JOBS]]


def _work(job: Job) -> Work:
    running = job.state in OPEN
    result: dict[str, Any] = job.result or {}
    left = result.get("left") or []
    tones = {Job.State.DONE: "ok", Job.State.FAILED: "bad", Job.State.STOPPED: "warn"}
    share = job.done / job.total if job.total else (0.0 if running else 1.0)
    return Work(
        pk=job.pk,
        label=_job_label(job),
        state=job.get_state_display(),
        tone=tones.get(Job.State(job.state), ""),
        share=1.0 if job.state == Job.State.DONE else share,
        done=job.done,
        total=job.total,
        note=_job_note(result),
        at=job.created_at,
        running=running,
        stop_url=f"/notifications/jobs/{job.pk}/stop/" if running else "",
        left_url=f"/notifications/jobs/{job.pk}/left.csv" if left else "",
    )


def _job_label(job: Job) -> str:
    try:
        if job.kind == "command":
            return str(command_by_code(job.params["code"]).label)
        return str(kind_of(job).label)
    except KeyError:
        return job.kind


def _job_note(result: dict[str, Any]) -> str:
    if result.get("error"):
        return str(result["error"])
    if "done" in result:
        words = _("Rows done: %(done)s, left alone: %(skipped)s.")
        return words % {"done": result["done"], "skipped": result.get("skipped", 0)}
    return ""


def acts_of(actor: Actor, ctx: Context) -> list[Act]:
    """What I did in the last 30 minutes and may take back; the parts of one job are one. Two queries."""
    rows = Operation.objects.filter(
        user_id=actor.user_id, store_id=actor.store_id, undo_until__gte=ctx.now, undone_at=None, count__gt=0
    ).order_by("-at", "-id")
    found = list(rows.only("pk", "verb", "count", "at", "undo_until")[: SHOWN_ACTS * 25])
    if not found:
        return []
    parts = _parts(actor, ctx)
    acts: dict[str, Act] = {}
    for operation in found:
        label = _undoable(operation.verb, actor)
        if not label:
            continue
        job_id = parts.get(operation.pk)
        url = f"/notifications/jobs/{job_id}/undo/" if job_id else f"/undo/{operation.pk}/"
        earlier = acts.get(url)
        minutes = (
            max(1, int((operation.undo_until - ctx.now).total_seconds() // 60)) if operation.undo_until else 1
        )
        acts[url] = Act(
            label=label,
            count=operation.count + (earlier.count if earlier else 0),
            at=operation.at,
            minutes=min(minutes, earlier.minutes) if earlier else minutes,
            url=url,
        )
    return list(acts.values())[:SHOWN_ACTS]


def _undoable(verb: str, actor: Actor) -> str:
    """The label of a command that can be undone and that the actor still may give, else ""."""
    try:
        command = command_by_code(verb)
    except KeyError:
        return ""
    return str(command.label) if command.undo is not None and actor.can(command.permission) else ""


def _parts(actor: Actor, ctx: Context) -> dict[int, int]:
    """Operation → the job it was a part of."""
    since = ctx.now - timedelta(hours=2)
    jobs = Job.objects.filter(
        user_id=actor.user_id, store_id=actor.store_id, kind="command", created_at__gte=since
    )
    found = {}
    for pk, result, cursor in jobs.values_list("pk", "result", "cursor"):
        for operation_id in (result or cursor or {}).get("operations", []):
            found[operation_id] = pk
    return found


def left_rows(actor: Actor, job_id: int) -> list[list[str]]:
    """The rows a job left alone, with the reason. Raises Job.DoesNotExist for another's job."""
    job = Job.objects.get(pk=job_id, user_id=actor.user_id, store_id=actor.store_id)
    return [[str(cell) for cell in row] for row in (job.result or {}).get("left", [])]


def job_undo(actor: Actor, job_id: int) -> Job:
    """Take back all parts of a job, in the background. Raises Job.DoesNotExist, Conflict (asked for already)."""
    job = Job.objects.get(pk=job_id, user_id=actor.user_id, store_id=actor.store_id, kind="command")
    asked = Job.objects.filter(user_id=actor.user_id, kind="command.undo", params__of=job.pk)
    if asked.exists():
        raise Conflict(_("This was undone already."))
    operations = (job.result or job.cursor or {}).get("operations", [])
    return job_start(actor, "command.undo", {"of": job.pk, "operations": operations}, total=len(operations))


@job_kind("command.undo", label=gettext_lazy("Undo of an action on many rows"))
def run_undo(job: Job) -> dict[str, Any]:
    """Undo part by part; one that is undone or too late already is passed over."""
    actor = actor_of(job)
    operations: list[int] = job.params["operations"]
    totals = {"done": 0, "skipped": 0, "at": 0, **job.cursor}
    for at in range(int(totals["at"]), len(operations)):
        try:
            result = ports.undo(actor, operations[at])
        except (Refused, Forbidden, Operation.DoesNotExist) as refusal:
            totals.setdefault("reason", str(refusal))
        else:
            totals["done"] += len(result.restored)
            totals["skipped"] += len(result.skipped)
        totals["at"] = at + 1
        job_progress(job, at + 1, cursor=totals)
    return totals
