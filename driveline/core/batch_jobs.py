"""A command on very many rows (DESIGN §3a): chunks of 500, each one operation, with progress (kit.ports.BatchJob)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core.jobs import actor_of, job_kind, job_progress, job_start
from driveline.core.models import Job
from driveline.core.notifications import notification_kind, notify
from driveline.kit.commands import Command, command_by_code
from driveline.kit.errors import Invalid, Refused

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

CHUNK = 500

notification_kind(
    "batch_done",
    title=gettext_lazy("%(command)s: finished"),
    body=gettext_lazy("%(done)s rows done, %(skipped)s left alone."),
    icon="checks",
)


def batch_job(actor: Actor, code: str, ids: list[int], data: dict[str, Any], key: str | None) -> Job:
    """Start the command on the rows in the background. `data` is the form as it was sent; the same `key` (of a
    double click) starts one job only."""
    key = key or uuid4().hex
    again = Job.objects.filter(
        user_id=actor.user_id, store_id=actor.store_id, kind="command", params__key=key
    )
    if (earlier := again.first()) is not None:
        return earlier
    sent = {name: value for name, value in data.items() if name not in ("csrfmiddlewaretoken", "ids", "key")}
    params = {"code": code, "ids": ids, "data": sent, "key": key}
    return job_start(actor, "command", params, total=len(ids))


@job_kind("command", label=gettext_lazy("Action on many rows"))
def run_command(job: Job) -> dict[str, Any]:
    """Perform the command chunk by chunk; each chunk has a key of its own, so that none is done twice."""
    actor = actor_of(job)
    command = command_by_code(job.params["code"])
    ids: list[int] = job.params["ids"]
    inputs = _inputs(command, actor, ids, job.params["data"])
    totals = {"done": 0, "skipped": 0, "operations": [], **job.cursor}
    for at in range(totals.get("at", 0), len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        try:
            result = command.perform(actor, chunk, inputs=inputs, key=f"{job.params['key'][:40]}:{at}")
        except Refused as refusal:
            totals["skipped"] += len(chunk)
            totals.setdefault("reason", str(refusal))
        else:
            totals["done"] += len(result.done)
            totals["skipped"] += len(chunk) - len(result.done)
            totals["operations"].append(result.operation_id)
        totals["at"] = at + len(chunk)
        job_progress(job, totals["at"], cursor=totals)
    notify(
        job.store_id,
        [job.user_id],
        "batch_done",
        {"command": str(command.label), "done": totals["done"], "skipped": totals["skipped"]},
        dedupe_key=f"job:{job.pk}",
    )
    return totals


def _inputs(command: Command, actor: Actor, ids: list[int], data: dict[str, Any]) -> dict[str, Any]:
    """The form's cleaned values. Raises Invalid when what was chosen is no longer possible."""
    if command.form is None:
        return {}
    rows = command.rows(actor, ids[:200])
    form = command.form(data, actor=actor, rows=rows, count=len(ids))
    if not form.is_valid():
        errors = {name: [str(e) for e in found] for name, found in form.errors.items()}
        raise Invalid(errors or {"": [_("What was chosen is no longer possible.")]})
    return form.cleaned_data
