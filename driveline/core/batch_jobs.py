"""A command on very many rows (DESIGN §3a): chunks of 500, each one operation, with progress (kit.ports.BatchJob)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.translation import gettext_lazy

from driveline.core.jobs import actor_of, job_kind, job_progress, job_start
from driveline.core.models import Job
from driveline.core.notifications import notification_kind, notify
from driveline.kit.commands import Command, command_by_code
from driveline.kit.errors import Refused

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

CHUNK = 500
LEFT_MOST = 2000  # rows left alone that are kept with their reason

notification_kind(
    "batch_done",
    title=gettext_lazy("%(command)s: finished"),
    body=gettext_lazy("Rows done: %(done)s, left alone: %(skipped)s."),
    icon="checks",
)


def batch_job(actor: Actor, code: str, ids: list[int], data: dict[str, Any], key: str | None) -> Job:
    """Start the command on the rows in the background. `data` are the inputs as its dialog checked them, plain;
    the same `key` (of a double click) starts one job only."""
    key = key or uuid4().hex
    again = Job.objects.filter(
        user_id=actor.user_id, store_id=actor.store_id, kind="command", params__key=key
    )
    if (earlier := again.first()) is not None:
        return earlier
    params = {"code": code, "ids": ids, "data": data, "key": key}
    return job_start(actor, "command", params, total=len(ids))


@job_kind("command", label=gettext_lazy("Action on many rows"))
def run_command(job: Job) -> dict[str, Any]:
    """Perform the command chunk by chunk; each chunk has a key of its own, so that none is done twice."""
    actor = actor_of(job)
    command = command_by_code(job.params["code"])
    ids: list[int] = job.params["ids"]
    inputs: dict[str, Any] = job.params["data"]
    totals = {"done": 0, "skipped": 0, "operations": [], "left": [], **job.cursor}
    for at in range(totals.get("at", 0), len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        try:
            result = command.perform(actor, chunk, inputs=inputs, key=f"{job.params['key'][:40]}:{at}")
        except Refused as refusal:
            skipped = _refused(command, actor, chunk, str(refusal))
            totals.setdefault("reason", str(refusal))
        else:
            skipped = {pk: result.skipped.get(pk, "") for pk in set(chunk) - set(result.done)}
            totals["done"] += len(result.done)
            totals["operations"].append(result.operation_id)
        totals["skipped"] += len(skipped)
        totals["left"] += _left(command, actor, skipped, len(totals["left"]))
        totals["at"] = at + len(chunk)
        job_progress(job, totals["at"], cursor=totals)
    notify(
        job.store_id,
        [job.user_id],
        "batch_done",
        {"command": str(command.label), "done": totals["done"], "skipped": totals["skipped"]},
        "/notifications/",
        dedupe_key=f"job:{job.pk}",
    )
    return totals


def _refused(command: Command, actor: Actor, ids: list[int], sentence: str) -> dict[int, str]:
    """Why each row of a chunk that was refused whole was left alone."""
    found = {row.pk: command.why_not(row, actor) or sentence for row in command.rows(actor, ids)}
    return {pk: found.get(pk, sentence) for pk in ids}


def _left(command: Command, actor: Actor, skipped: dict[int, str], known: int) -> list[list[str]]:
    """Number, name and reason of rows left alone, for the download; no more than LEFT_MOST in all."""
    ids = list(skipped)[: max(0, LEFT_MOST - known)]
    rows = {row.pk: row for row in command.rows(actor, ids)} if ids else {}
    return [[str(pk), _name(rows.get(pk)), str(skipped[pk])] for pk in ids]


def _name(row: Any) -> str:
    return "" if row is None else str(getattr(row, "party", None) or row)
