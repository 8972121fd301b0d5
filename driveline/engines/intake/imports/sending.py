"""A program sends a file: the worker reads it, maps its columns, checks the rows and, if that is wanted, imports them.

One job from beginning to end. Killed, it is run again and goes on from the state in which the import stands; what it
cannot decide by itself (a column that must be there is missing) it leaves to a person, who finds the import at that step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import clock
from driveline.core.jobs import JobStopped, job_kind, job_progress, job_start
from driveline.core.models import Job
from driveline.engines.intake.choices import Assign, BatchState
from driveline.engines.intake.imports.batches import allowed, claimed, worker_of
from driveline.engines.intake.imports.checking import check_file
from driveline.engines.intake.imports.mapping import OPTIONS, choice, mapping_by_id
from driveline.engines.intake.imports.running import run_import
from driveline.engines.intake.imports.uploading import keep, read_kept, take_in
from driveline.engines.intake.models import ImportBatch
from driveline.kit.errors import Conflict, Invalid

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

KEPT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the program wants of its file.

    `source_id`: of rows that name none; None as the mapping or the file's name say. `mapping_id`: columns as kept under
    a name, 0 as they are guessed. `touch` False: customers that are met stay as they are. `run`: import what was checked.
    `sheet`: its name or its place from 1, "" the one that is understood best. `assign`, `people`: see `choice`.
    """

    source_id: int | None = None
    mapping_id: int = 0
    touch: bool = True
    run: bool = False
    sheet: str = ""
    assign: str = Assign.RULE.value
    people: tuple[int, ...] = ()


def import_send(
    actor: Actor, kind: str, name: str, parts: Iterable[bytes], plan: Plan, key: str | None = None
) -> ImportBatch:
    """Keep a file and hand it to the worker. Raises Forbidden, and Invalid for a file that cannot be read; what is too
    large to be read at once is found out by the worker, and the import says so.

    The same `key` within a day is the same request: it gets the import that the first one made, should the process have
    died before it could answer.
    """
    allowed(actor, kind)
    choice(actor.store_id, kind, {"assign": plan.assign, "people": plan.people})
    if key and (earlier := _sent_before(actor, kind, key)) is not None:
        return earlier
    batch, _read = take_in(actor, kind, name, parts)

    def claim(job: Job) -> None:
        batch.job = job
        batch.save(update_fields=["job"])

    with transaction.atomic():
        keep(actor, batch)
        job_start(actor, "import.send", {"batch": batch.pk, "key": key or "", **asdict(plan)}, claim=claim)
    return batch


def _sent_before(actor: Actor, kind: str, key: str) -> ImportBatch | None:
    """The import that the same request has made already."""
    mine = Job.objects.filter(user_id=actor.user_id, store_id=actor.store_id, kind="import.send")
    jobs = mine.filter(created_at__gt=clock.now() - KEPT, params__key=key).order_by("-pk")
    batch_id = jobs.values_list("params__batch", flat=True).first()
    return ImportBatch.objects.filter(pk=batch_id, kind=kind).first() if batch_id else None


@job_kind("import.send", label=gettext_lazy("A file from a program"))
def work_off(job: Job) -> dict[str, Any] | None:
    """From where the import stands to its end. Raises Refused, Invalid with what a person has to decide."""
    batch = _mine(job)
    allowed(worker_of(job), batch.kind)
    if batch.state == BatchState.UPLOADED:
        _understand(job, batch)
        check_file(job)
        batch = _mine(job)
    if batch.state == BatchState.CHECKED and job.params["run"]:
        _begin(batch)
    if batch.state == BatchState.RUNNING:
        return run_import(job)
    return {"rows": batch.total}


def _mine(job: Job) -> ImportBatch:
    """The import as it stands; JobStopped when somebody else has taken it in hand."""
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.job_id != job.pk:
        raise JobStopped
    return batch


def _understand(job: Job, batch: ImportBatch) -> None:
    """Read and map it. Raises Refused (it cannot be read), Invalid (a column or the source is missing, R-G-04)."""
    kind = allowed(worker_of(job), batch.kind)
    plan = job.params
    read_kept(batch, mapping_by_id(batch.store_id, batch.kind, plan["mapping_id"]), plan.get("sheet", ""))
    source_id = job.params["source_id"] or batch.source_id
    claimed(
        batch,
        BatchState.UPLOADED,
        source_id=source_id,
        options={
            **OPTIONS,
            **batch.options,
            "touch": plan["touch"],
            "assign": plan.get("assign", Assign.RULE.value),
            "people": list(plan.get("people", ())),
        },
    )
    job_progress(job, 0, total=batch.total)
    if problems := kind.refuses(batch.store_id, batch.mapping, source_id):
        raise Invalid({field: [sentence] for field, sentence in problems.items()}, "R-G-04")


def _begin(batch: ImportBatch) -> None:
    """Begin the run within the same job. Raises Conflict while the same file is being imported."""
    now = clock.now()
    try:
        with transaction.atomic():
            claimed(batch, BatchState.CHECKED, state=BatchState.RUNNING, started_at=now, error="")
    except IntegrityError as error:
        raise Conflict(_("The same file is being imported right now.")) from error
