"""Long work (DESIGN §3.10): a row with progress, run by the worker, stopped on request, resumed after a kill.

    @job_kind("lead.export", label=_("Export of leads"))
    def export(job): ...

A runner works in chunks and calls `job_progress` after each, inside the chunk's transaction: the cursor is then
as true as the rows. It must begin where `job.cursor` says, because it may be run again. At least every minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.tasks import task
from django.utils import translation
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.access import Actor, actor_for
from driveline.core.journal import plain
from driveline.core.models import Job, Membership
from driveline.core.notifications import notify
from driveline.core.request_cache import request_cache
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor as ActorLike

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=5)
OPEN = (Job.State.WAITING, Job.State.RUNNING)

type Runner = Callable[[Job], dict[str, Any] | None]


class JobStopped(Exception):
    """The job was stopped, or another runner has taken it over: leave the chunk and return."""


@dataclass(frozen=True)
class Kind:
    """A kind of long work. `label` stands in the list of jobs and in messages."""

    code: str
    label: str | _StrPromise
    run: Runner


_kinds: dict[str, Kind] = {}


def job_kind(code: str, label: str | _StrPromise = "") -> Callable[[Runner], Runner]:
    """Register the runner of a kind. What it returns is the job's result, shown and kept."""

    def declare(run: Runner) -> Runner:
        if code in _kinds:
            raise ValueError(f"job kind {code} is declared twice")
        _kinds[code] = Kind(code, label or code, run)
        return run

    return declare


def kind_of(job: Job) -> Kind:
    """KeyError for a kind that is no longer there."""
    return _kinds[job.kind]


def job_start(
    actor: ActorLike,
    kind: str,
    params: dict[str, Any],
    total: int = 0,
    *,
    here: bool = False,
    claim: Callable[[Job], object] | None = None,
) -> Job:
    """Write the job and hand it to the worker once the transaction is committed. KeyError: unknown kind.

    `claim` is called with the new job in the same transaction; what it raises is passed on and there is no job.
    `here`: run it in this process and wait for its end; not within a transaction of one's own.
    """
    _kinds[kind]
    with transaction.atomic():
        job = Job.objects.create(
            store_id=actor.store_id,
            user_id=actor.user_id,
            kind=kind,
            params=plain(params),
            total=total,
            state=Job.State.RUNNING if here else Job.State.WAITING,
            created_at=clock.now(),
            heartbeat_at=clock.system_now(),
        )
        if claim is not None:
            claim(job)
        if not here:
            transaction.on_commit(lambda: run_job.enqueue(job.pk))
    if here:
        _run(job)
        job.refresh_from_db()
    return job


def job_progress(job: Job, done: int, cursor: dict[str, Any] | None = None, total: int | None = None) -> None:
    """Say how far the work is and that it lives. Raises JobStopped when it was stopped or taken over."""
    beat = clock.system_now()
    news: dict[str, Any] = {"done": done, "heartbeat_at": beat}
    if cursor is not None:
        news["cursor"] = plain(cursor)
    if total is not None:
        news["total"] = total
    # The heartbeat is the claim: whoever took the job over has written another.
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, heartbeat_at=job.heartbeat_at)
    if not mine.update(**news):
        raise JobStopped
    for name, value in news.items():
        setattr(job, name, value)


def job_stop(actor: ActorLike, job_id: int) -> Job:
    """Stop one of the actor's own jobs; what is done stays done. Raises Job.DoesNotExist, Conflict (it is over)."""
    mine = Job.objects.filter(pk=job_id, user_id=actor.user_id, store_id=actor.store_id)
    if not mine.filter(state__in=OPEN).update(state=Job.State.STOPPED, finished_at=clock.now()):
        raise Conflict(_("This is over already."), when=mine.get().finished_at)
    return mine.get()


def jobs_resume() -> int:
    """Hand jobs whose runner died, and those the queue has lost, to the worker again. Returns how many."""
    limit = clock.system_now() - STALE_AFTER
    stale = Job.objects.filter(state__in=OPEN).filter(Q(heartbeat_at__lt=limit) | Q(heartbeat_at=None))
    resumed = 0
    for job in stale.order_by("pk")[:100]:
        same = Job.objects.filter(pk=job.pk, state=job.state, heartbeat_at=job.heartbeat_at)
        if same.update(state=Job.State.WAITING, heartbeat_at=clock.system_now()):
            run_job.enqueue(job.pk)
            resumed += 1
    return resumed


def actor_of(job: Job) -> Actor:
    """Whoever started the job, with the rights he has now. Raises Forbidden when he has left the store."""
    found = Membership.objects.select_related("user", "store", "store__parent", "role").filter(
        user_id=job.user_id, store_id=job.store_id, active=True, user__is_active=True
    )
    membership = found.first()
    if membership is None:
        raise Forbidden(_("You no longer work in this store."))
    return actor_for(membership)


@task
def run_job(job_id: int) -> str:
    """Run a job that waits; the state it ended in. A job that somebody else runs is left alone."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
    beat = clock.system_now()
    if not waiting.update(state=Job.State.RUNNING, heartbeat_at=beat):
        return "left alone"
    job = Job.objects.select_related("user").get(pk=job_id)
    with translation.override(job.user.language), request_cache():
        return _run(job)


def _run(job: Job) -> str:
    try:
        result = _kinds[job.kind].run(job) or {}
    except JobStopped:
        return "stopped"
    except (Refused, Forbidden, Invalid) as error:
        return _end(job, Job.State.FAILED, {"error": str(error)})
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        return _end(job, Job.State.FAILED, {"error": _("An unexpected error. It has been logged.")})
    return _end(job, Job.State.DONE, result)


def _end(job: Job, state: Job.State, result: dict[str, Any]) -> str:
    """Close the job if it is still this runner's."""
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, heartbeat_at=job.heartbeat_at)
    if not mine.update(state=state, result=plain({**job.result, **result}), finished_at=clock.now()):
        return "stopped"
    if state == Job.State.FAILED:
        label = str(_kinds[job.kind].label) if job.kind in _kinds else job.kind
        notify(job.store_id, [job.user_id], "job_failed", {"job": label, "reason": result["error"]})
    return str(state)
