"""Imports as people see them: whose they are, what is being done with them, where their files lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from driveline.core import clock
from driveline.core.access import Actor, system_actor
from driveline.core.jobs import OPEN, actor_of
from driveline.core.models import Job
from driveline.engines.intake.imports.kinds import ImportKind, kind_of
from driveline.engines.intake.models import ImportBatch
from driveline.kit.errors import Conflict, Forbidden, Refused
from driveline.kit.importing import reading
from driveline.kit.importing.headers import Head
from driveline.kit.scopes import visible
from driveline.kit.settings import StoreSettings, setting

if TYPE_CHECKING:
    from driveline.kit.actor import Actor as AnyActor

CHUNK = 500
INLINE = 500  # rows up to which the person waits; more is a job
LOST_AFTER = timedelta(seconds=60)
SOURCE = "source"
BOOK = "book"


class ImportSettings(StoreSettings, section="import", label=gettext_lazy("Imports")):
    """How much a file may bring."""

    max_rows: int = setting(
        default=100_000,
        label=gettext_lazy("Rows in a file at most"),
        unit=ngettext_lazy("row", "rows"),
        min_value=1,
        max_value=1_000_000,
        rule="DESIGN §3a",
        key="import.max_rows",
    )
    max_megabytes: int = setting(
        default=50,
        label=gettext_lazy("Largest file"),
        unit="MB",
        min_value=1,
        max_value=500,
        rule="DESIGN §3a",
        key="import.max_megabytes",
    )


def allowed(actor: AnyActor, kind: str) -> ImportKind:
    """The kind, when the actor may import it; else Forbidden."""
    found = kind_of(kind)
    if not actor.can(found.permission):
        raise Forbidden(_("Your role does not include this action."))
    return found


def batch_for(actor: AnyActor, batch_id: int, kind: str) -> ImportBatch:
    """An import the actor may see; ImportBatch.DoesNotExist otherwise, as if there were none."""
    rows = visible(
        ImportBatch.objects.select_related("job", "user", "source"), actor, kind_of(kind).permission
    )
    found: ImportBatch = rows.get(pk=batch_id, kind=kind)
    return found


def busy(batch: ImportBatch) -> Job | None:
    """The job that is at work on the import, if one is."""
    return batch.job if batch.job is not None and batch.job.state in OPEN else None


def lost(job: Job) -> bool:
    """Whether the job has not been heard of for a minute: its worker is gone, or there is none."""
    return job.heartbeat_at is None or job.heartbeat_at < clock.system_now() - LOST_AFTER


def must_be_free(batch: ImportBatch) -> None:
    """Raise Conflict while something is at work on the import."""
    job = busy(batch)
    if job is not None and not lost(job):
        raise Conflict(_("This import is being worked on. Wait until that is done, or stop it."))


def worker_of(job: Job) -> Actor:
    """Whoever wanted the job, with the rights he has now; the program itself for what it started."""
    return system_actor(job.store_id) if job.user.is_system else actor_of(job)


def claimed(batch: ImportBatch, *states: str, **values: Any) -> None:
    """Move the import on when it is in one of these states; Conflict when somebody else was faster."""
    same = ImportBatch.objects.filter(pk=batch.pk, state__in=states, **{"job_id": batch.job_id})
    if not same.update(**values):
        raise Conflict(_("Somebody has just gone on with this import. Reload the page."))
    for name, value in values.items():
        setattr(batch, name, value)


# Its files


def folder_of(batch: ImportBatch) -> Path:
    """Where the rows lie as they were read. Not served by the web server."""
    return Path(settings.MEDIA_ROOT) / batch.folder


def target_of(folder: str) -> Path:
    found = Path(settings.MEDIA_ROOT) / folder / BOOK
    found.mkdir(parents=True, exist_ok=True)
    return found


def convert(folder: str, name: str, limit: int, seconds: int = 60) -> reading.Book:
    """Read the stored file of a folder. Raises reading.Unreadable with a sentence, OSError when the disk is full."""
    target = target_of(folder)
    local = Path(settings.MEDIA_ROOT) / folder / SOURCE
    if not local.exists():  # the store of files is elsewhere
        with default_storage.open(f"{folder}/{SOURCE}") as kept, local.open("wb") as copy:
            for part in kept.chunks():
                copy.write(part)
    return reading.convert(local, name, target, seconds=seconds, max_rows=limit)


def ready(batch: ImportBatch) -> Path:
    """The folder of the rows, read again when this machine does not have them; Refused when the file is gone."""
    if not batch.folder:
        raise Refused(_("The file is not on the server any more. Upload it again."))
    target = target_of(batch.folder)
    if not (target / reading.BOOK).exists() or not (target / f"{batch.sheet}.ndjson").exists():
        try:
            convert(batch.folder, batch.name, ImportSettings.of(batch.store_id).max_rows)
        except FileNotFoundError as error:
            raise Refused(_("The file is not on the server any more. Upload it again.")) from error
        except reading.Unreadable as error:
            raise Refused(str(error.sentence)) from error
    return target


def data_rows(batch: ImportBatch, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """The rows of data below the head, those after the row `after`, as (number in the file, cells)."""
    head = Head(-1 if batch.header_row is None else batch.header_row - 1, list(batch.header), batch.first)
    return head.data(reading.rows(ready(batch), batch.sheet, max(after, batch.first)))


def count_rows(batch: ImportBatch) -> int:
    """How many filled rows stand below the head, without reading what is in them."""
    with (ready(batch) / f"{batch.sheet}.ndjson").open("rb") as lines:
        return sum(line.strip() != b"[]" for line in islice(lines, batch.first, None))


def in_chunks[T](rows: Iterator[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows in lists of at most `size`."""
    held: list[T] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held
