"""导入: the run. Chunks of 500 rows, each with the cursor in its own transaction, so that a killed run goes on where
it stopped, and every row gets exactly one verdict (DESIGN §3a)."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import bulk, clock
from driveline.core.jobs import JobStopped, job_kind, job_progress, job_start, job_stop
from driveline.core.models import Job
from driveline.core.numbering import draw
from driveline.core.one_at_a_time import one_at_a_time
from driveline.engines.intake.choices import BatchState, VerdictCode
from driveline.engines.intake.deciding import names_of_file
from driveline.engines.intake.imports.ahead import Ahead
from driveline.engines.intake.imports.batches import (
    INLINE,
    allowed,
    batch_for,
    busy,
    claimed,
    data_rows,
    in_chunks,
    lost,
    must_be_free,
    worker_of,
)
from driveline.engines.intake.imports.counting import add_decided, add_failed, copied, handled
from driveline.engines.intake.imports.kinds import Read
from driveline.engines.intake.imports.ordering import reader_of
from driveline.engines.intake.imports.telling import tell
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.engines.intake.services import File, Verdict, arrive_many
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from datetime import datetime

    from driveline.kit.actor import Actor

log = logging.getLogger(__name__)

DOOR = "import"
STARTABLE = (BatchState.CHECKED, BatchState.STOPPED, BatchState.FAILED)
STOPPABLE = ("import.run", "import.check", "import.read", "import.send")
MANY = 1000  # new rows after which an embedded database counts anew
PAUSE = 0.02  # seconds between chunks on the embedded database, which lets one write at a time
WAITS = (0.2, 1, 3, 10, 20, 30)  # seconds, while the database is away or too busy


def import_run(
    actor: Actor, batch_id: int, kind: str, *, wait: bool = False, unchecked: bool = False
) -> ImportBatch:
    """Import what was checked, or go on with what was broken off; up to 500 rows at once, else by the worker.

    `unchecked`: what was only mapped may be imported too. Raises Forbidden, Invalid (the mapping will not do), Conflict
    (something is at work on it, or the same file is being imported), Refused (it ended with this sentence).
    """
    declared = allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    must_be_free(batch)
    if problems := declared.refuses(batch.store_id, batch.mapping, batch.source_id):
        raise Invalid({field: [sentence] for field, sentence in problems.items()}, "R-G-04")
    states = [*STARTABLE, BatchState.RUNNING, *([BatchState.UPLOADED] if unchecked else [])]
    job = job_start(
        actor,
        "import.run",
        {"batch": batch.pk, "host": socket.gethostname(), "pid": os.getpid() if wait else 0},
        total=batch.total,
        here=wait or batch.total - handled(batch.counts) <= INLINE,
        claim=lambda made: _claim(batch, made, states),
    )
    if job.state == Job.State.FAILED:
        raise Refused(job.result.get("error", ""))
    return batch_for(actor, batch_id, kind)


def import_stop(actor: Actor, batch_id: int, kind: str) -> ImportBatch:
    """Stop what is at work on the import; what is done stays done and can be gone on with, or taken back."""
    allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    job = busy(batch)
    if job is None or job.kind not in STOPPABLE:
        raise Conflict(_("This is over already."))
    if job.user_id == actor.user_id:
        job_stop(actor, job.pk)
    else:
        Job.objects.filter(pk=job.pk).update(state=Job.State.STOPPED, finished_at=clock.now())
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING, job_id=job.pk).update(
        state=BatchState.STOPPED, finished_at=clock.now()
    )
    if job.kind == "import.read":
        ImportBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).update(
            state=BatchState.FAILED, error=_("Stopped before the file was read."), finished_at=clock.now()
        )
    return batch_for(actor, batch_id, kind)


def abandoned(batch: ImportBatch) -> bool:
    """Whether nobody is importing any more though it looks so: the process is gone, or silent for a minute."""
    job = busy(batch)
    if job is None:
        return True
    if job.params.get("pid") and job.params.get("host") == socket.gethostname():
        return not _alive(int(job.params["pid"]))
    return lost(job)


def release(batch: ImportBatch) -> None:
    """Take an abandoned run away from whoever had it, so that it can be gone on with."""
    job = busy(batch)
    if job is not None:
        Job.objects.filter(pk=job.pk, heartbeat_at=job.heartbeat_at).update(
            state=Job.State.STOPPED, finished_at=clock.now()
        )
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(state=BatchState.STOPPED)


def _claim(batch: ImportBatch, job: Job, states: Sequence[str]) -> None:
    """Make the import this job's. The same file cannot be imported twice at once."""
    if (lost_one := busy(batch)) is not None:
        Job.objects.filter(pk=lost_one.pk).update(state=Job.State.STOPPED, finished_at=clock.now())
    values: dict[str, Any] = {"state": BatchState.RUNNING, "job_id": job.pk, "error": "", "finished_at": None}
    if batch.started_at is None:
        values["started_at"] = clock.now()
    try:
        claimed(batch, *states, **values)
    except IntegrityError as error:
        raise Conflict(_("The same file is being imported right now.")) from error


@job_kind("import.run", label=gettext_lazy("Import"))
def run_import(job: Job) -> dict[str, Any]:
    """Import from the cursor on to the end; what stops it is said on the import."""
    batch = ImportBatch.objects.select_related("store").get(pk=job.params["batch"])
    try:
        return _run(job, batch)
    except JobStopped:
        raise
    except (Refused, Forbidden, Invalid) as refusal:
        _ended_badly(batch, job, str(refusal))
        raise
    except Exception:
        _ended_badly(batch, job, _("An unexpected error. It has been logged; you can go on with the import."))
        raise


def _run(job: Job, batch: ImportBatch) -> dict[str, Any]:
    actor = worker_of(job)
    if not actor.can(allowed(actor, batch.kind).permission):
        raise Forbidden(_("Your role does not include this action."))
    now = clock.now()
    reader = reader_of(batch, actor, now)
    began = {"began": clock.system_now().isoformat(), "from": handled(batch.counts)}
    job_progress(job, handled(batch.counts), cursor={**began, **job.cursor})
    ahead = Ahead(reader, in_chunks(data_rows(batch, batch.position)), names_of_file(batch.pk))
    while ahead.move():
        _patiently(job, batch, actor, ahead)
        if connection.vendor == "sqlite":
            time.sleep(PAUSE)
    return _finish(job, batch, actor)


def _finish(job: Job, batch: ImportBatch, actor: Actor) -> dict[str, Any]:
    """Tell the people and close the import; told once, however often this is come to."""
    tell(batch, actor)
    if batch.counts.get("new", 0) >= MANY:
        bulk.count_anew()
    counts = {name: batch.counts.get(name, 0) for name in ("new", "duplicate", "failed")}
    ports.audit.write(
        actor,
        "import.run",
        object_type="intake.importbatch",
        object_id=batch.pk,
        detail={"name": batch.name, "number": batch.number, **counts},
    )
    mine = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING, job_id=job.pk)
    if not mine.update(state=BatchState.DONE, finished_at=clock.now(), total=handled(batch.counts)):
        raise JobStopped
    return counts


def _patiently(job: Job, batch: ImportBatch, actor: Actor, ahead: Ahead) -> None:
    """A chunk, tried again while the database is away; never done twice, for its cursor goes with it."""
    again = False
    for wait in (*WAITS, None):
        try:
            if not (again and _written(job, batch, ahead.last)):
                _chunk(job, batch, actor, ahead)
        except (OperationalError, InterfaceError):
            if wait is None or connection.in_atomic_block:
                raise
            log.warning("import %s: the database did not take a chunk, trying again in %s s", batch.pk, wait)
            connection.close()
            time.sleep(wait)
            again = True
        else:
            return


def _chunk(job: Job, batch: ImportBatch, actor: Actor, ahead: Ahead) -> None:
    """Decide and write up to 500 rows with their numbers and the cursor, in one transaction. While the database takes
    them in the next are read. It need not have them on its disk before we go on: if the server loses its power, cursor
    and rows are lost together and come again, and the end of the import waits for all of them."""
    last, now, beat = ahead.last, clock.now(), job.heartbeat_at
    reads = ahead.read(batch.counts.get("owners", {}))
    failed = [read for read in reads if read.arrival is None]
    written: dict[str, Any] = {}

    def beside(verdicts: list[Verdict]) -> None:
        counts = copied(batch.counts)
        add_failed(counts, failed)
        for v in verdicts:
            add_decided(counts, v.code, v.rule, v.done, v.owner_id, new=v.new)
        written.update(position=last, counts=counts)
        ahead.prepare(counts["owners"])

    def also(_verdicts: list[Verdict]) -> None:
        _write_failed(batch, actor, failed, now)
        counts = written["counts"]
        fresh = counts["new"] and not batch.number
        written["number"] = draw(batch.store_id, f"import.{batch.kind}")[0] if fresh else batch.number
        mine = ImportBatch.objects.filter(
            pk=batch.pk, state=BatchState.RUNNING, job_id=job.pk, position=batch.position
        )
        if not mine.update(**written):
            raise JobStopped
        job_progress(job, handled(counts))
        bulk.need_not_wait()

    file = File(batch.pk, ahead.seen, bool(batch.options.get("touch", True)))
    arrivals = [read.arrival for read in reads if read.arrival is not None]
    try:
        with one_at_a_time(f"import-{batch.store_id}"):
            arrive_many(actor, arrivals, file=file, beside=beside, also=also, now=now)
    except BaseException:
        job.heartbeat_at = beat  # of an attempt that came to nothing no sign of life is left
        raise
    for name, value in written.items():
        setattr(batch, name, value)


def _written(job: Job, batch: ImportBatch, last: int) -> bool:
    """Whether the chunk that ends with this row was written though the answer was lost; the import as it stands."""
    batch.refresh_from_db(fields=["position", "counts", "number", "state", "job_id"])
    job.refresh_from_db(fields=["heartbeat_at"])
    return batch.position >= last


def _write_failed(batch: ImportBatch, actor: Actor, failed: Sequence[Read], now: datetime) -> None:
    """Rows that could not be taken leave their verdict too, with what is wrong."""
    same = {
        "store_id": batch.store_id,
        "kind": batch.kind,
        "door": DOOR,
        "batch_id": batch.pk,
        "source_id": batch.source_id,
        "actor_id": actor.user_id,
        "verdict": VerdictCode.FAILED,
        "at": now,
    }
    bulk.insert(
        Intake,
        same,
        ("row", "payload", "problems"),
        [(read.row, {"name": read.name}, dict(read.problems)) for read in failed],
    )


def _ended_badly(batch: ImportBatch, job: Job, sentence: str) -> None:
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING, job_id=job.pk).update(
        state=BatchState.FAILED, error=sentence[:300], finished_at=clock.now()
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
