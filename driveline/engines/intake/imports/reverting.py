"""导入撤销: take an import back. What it made and nobody has touched becomes void, what it pulled, activated or put on
top stands as before; touched rows stay and are listed. Nothing is deleted (DESIGN §3a)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import clock
from driveline.core.attachments import with_files
from driveline.core.jobs import JobStopped, job_kind, job_progress, job_start
from driveline.core.models import Attachment, Job
from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.services.tasks import lock_pursuits
from driveline.engines.intake.choices import BatchState, VerdictCode
from driveline.engines.intake.imports.batches import (
    CHUNK,
    INLINE,
    allowed,
    batch_for,
    claimed,
    must_be_free,
    worker_of,
)
from driveline.engines.intake.imports.counting import touched
from driveline.engines.intake.imports.kinds import kind_of
from driveline.engines.intake.imports.telling import tell_taken_back
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.engines.ownership.images import put_back
from driveline.kit.commands import Run
from driveline.kit.errors import Refused
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

REVERTIBLE = (BatchState.DONE, BatchState.STOPPED, BatchState.FAILED)
VERB = "import.revert"
LISTED = 2000  # rows left as they are that are kept with their reason
MADE_AT_VERSION = 0


@dataclass(frozen=True)
class Outlook:
    """What taking back would do now: rows made void, rows put back, rows left because somebody has touched them."""

    voided: int
    restored: int
    left: int


def revert_why_not(batch: ImportBatch) -> str:
    """ "" when the import can be taken back."""
    if batch.state == BatchState.REVERTED:
        return _("This import was taken back already.")
    if batch.state not in REVERTIBLE:
        return _("Only an import that has ended can be taken back.")
    if not batch.counts.get("new") and not touched(batch.counts):
        return _("This import has changed nothing; there is nothing to take back.")
    return ""


def outlook(batch: ImportBatch) -> Outlook:
    """The numbers for the confirmation. Two queries."""
    made = Intake.objects.filter(batch_id=batch.pk, verdict=VerdictCode.NEW)
    files = Attachment.objects.filter(subject_type=batch.kind, subject_id=OuterRef("pursuit_id"))
    untouched = made.filter(~Exists(files), pursuit__version=MADE_AT_VERSION).count()
    restored = left = 0
    for image, version in _changed(batch).values_list("payload__before__v", "pursuit__version").iterator():
        restored += image == version
        left += image != version
    return Outlook(untouched, restored, made.count() - untouched + left)


def import_revert(actor: Actor, batch_id: int, kind: str, *, wait: bool = False) -> ImportBatch:
    """Take the import back; up to 500 rows at once, else by the worker. Raises Forbidden, Refused, Conflict."""
    allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    must_be_free(batch)
    if reason := revert_why_not(batch):
        raise Refused(reason)
    count = batch.counts.get("new", 0) + touched(batch.counts)
    job = job_start(
        actor,
        "import.revert",
        {"batch": batch.pk},
        total=count,
        here=wait or count <= INLINE,
        claim=lambda made: claimed(
            batch,
            *REVERTIBLE,
            state=BatchState.REVERTED,
            job_id=made.pk,
            reverted_at=clock.now(),
            reverted_by_id=actor.user_id,
            reverted={"voided": 0, "restored": 0, "left": 0, "rows": [], "at": 0},
        ),
    )
    if job.state == Job.State.FAILED:
        raise Refused(job.result.get("error", ""))
    return batch_for(actor, batch_id, kind)


@job_kind(VERB, label=gettext_lazy("Taking an import back"))
def revert_file(job: Job) -> dict[str, Any]:
    """Chunk by chunk, the latest row first; the cursor goes with each, so that a killed one goes on."""
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    actor = worker_of(job)
    so_far = sum(batch.reverted.get(name, 0) for name in ("voided", "restored", "left"))
    job_progress(job, so_far, cursor={"began": clock.system_now().isoformat(), "from": so_far})
    for rows in _chunks(batch):
        with transaction.atomic():
            batch.reverted = _reverted(batch, rows, actor)
            mine = ImportBatch.objects.filter(pk=batch.pk, job_id=job.pk, state=BatchState.REVERTED)
            if not mine.update(reverted=batch.reverted):
                raise JobStopped
            done = batch.reverted["voided"] + batch.reverted["restored"] + batch.reverted["left"]
            job_progress(job, done)
    tell_taken_back(batch, actor)
    result = {name: batch.reverted.get(name, 0) for name in ("voided", "restored", "left")}
    ports.audit.write(
        actor,
        VERB,
        object_type="intake.importbatch",
        object_id=batch.pk,
        detail={"name": batch.name, **result},
    )
    return result


def _changed(batch: ImportBatch) -> Any:
    """The rows of the file that did something to a row that was met."""
    return Intake.objects.filter(
        batch_id=batch.pk, verdict=VerdictCode.DUPLICATE, payload__before__isnull=False
    )


def _chunks(batch: ImportBatch) -> Iterator[list[Intake]]:
    """What made or changed something, from the end of the file; what was handled before a kill is passed over."""
    last = batch.reverted.get("at") or 0
    while True:
        rows = Intake.objects.filter(batch_id=batch.pk, pursuit__isnull=False).exclude(
            verdict=VerdictCode.FAILED
        )
        if last:
            rows = rows.filter(row__lt=last)
        found = list(rows.order_by("-row")[:CHUNK])
        if not found:
            return
        last = found[-1].row or 0
        yield found


def _reverted(batch: ImportBatch, rows: Sequence[Intake], actor: Actor) -> dict[str, Any]:
    """The numbers after these rows were taken back."""
    now = clock.now()
    made = {row.pursuit_id: row for row in rows if row.verdict == VerdictCode.NEW and row.pursuit_id}
    met = {row.pursuit_id: row for row in rows if "before" in row.payload and row.pursuit_id}
    operation = ports.operations.start(actor, VERB, {"batch": batch.pk}, None, batch.store_id)
    left: dict[int, str] = {}
    fresh = []
    with_file = with_files(batch.kind, made)
    for pursuit in lock_pursuits(sorted(made)):
        if reason := _touched_by(pursuit, with_file):
            left[pursuit.pk] = reason
        else:
            fresh.append(pursuit)
    run = Run(actor, now, operation)
    if fresh:
        kind_of(batch.kind).revoke(fresh, run)
        left |= run.skipped
    images = {pk: dict(row.payload["before"]) for pk, row in met.items()}
    skipped = put_back(images, operation, actor) if images else []
    left |= {int(one["id"]): str(one["reason"]) for one in skipped}
    voided, restored = len(fresh) - len(run.skipped), len(images) - len(skipped)
    ports.operations.finish(
        operation, count=voided + restored, before=run.before, undo_minutes=0, result={"batch": batch.pk}
    )
    named = {**made, **met}
    lines = [[named[pk].row, named[pk].payload.get("name", ""), reason, pk] for pk, reason in left.items()]
    so_far = batch.reverted
    return {
        "voided": so_far.get("voided", 0) + voided,
        "restored": so_far.get("restored", 0) + restored,
        "left": so_far.get("left", 0) + len(left),
        "rows": [*so_far.get("rows", []), *lines][:LISTED],
        "at": rows[-1].row,
    }


def _touched_by(pursuit: Pursuit, with_file: Collection[int]) -> str:
    """ "" while the row stands as the import made it; else what keeps it."""
    if pursuit.pk in with_file:
        return _("A file was added to it since.")
    if pursuit.version == MADE_AT_VERSION:
        return ""
    if pursuit.phase == Phase.CLOSED:
        return _("It was made void already.")
    if pursuit.follow_count:
        return _("It has been followed up since.")
    if pursuit.dup_count:
        return _("It came in once more since.")
    return _("It was changed since.")
