"""A file comes in: it is kept, read in a process of its own, and its head and columns are guessed."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import clock
from driveline.core.jobs import job_kind, job_start
from driveline.core.models import Job
from driveline.engines.intake.choices import BatchState
from driveline.engines.intake.imports.batches import SOURCE, ImportSettings, allowed, convert, target_of
from driveline.engines.intake.imports.mapping import propose, sheet_named
from driveline.engines.intake.models import ImportBatch, ImportMapping
from driveline.kit.errors import Invalid, Refused
from driveline.kit.importing import reading
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

AT_ONCE_BYTES = 2_000_000  # read while the person waits; a larger file by the worker
NAME_MAX = 150


def import_upload(
    actor: Actor, kind: str, name: str, parts: Iterable[bytes], *, wait: bool = False
) -> ImportBatch:
    """Keep a file and read it; with `wait` however large it is. Raises Forbidden, and Invalid with the sentence of
    what is wrong with the file: nothing is left of it then, and no import (AC-21)."""
    batch, read = take_in(actor, kind, name, parts, wait=wait)
    keep(actor, batch)
    if read:
        propose(batch)
        return batch
    batch.job = job_start(actor, "import.read", {"batch": batch.pk})
    batch.save(update_fields=["job"])
    return batch


def take_in(
    actor: Actor, kind: str, name: str, parts: Iterable[bytes], *, wait: bool = False
) -> tuple[ImportBatch, bool]:
    """The import of a file, not saved yet, and whether the file was read: a small one at once. Raises as import_upload."""
    allowed(actor, kind)
    found = ImportSettings.of(actor.store_id)
    folder = f"imports/{clock.system_now():%Y/%m}/{uuid4().hex}"
    try:
        sha256, size = _keep(folder, parts, found.max_megabytes)
        read = wait or size <= AT_ONCE_BYTES
        if read:
            convert(folder, name, found.max_rows)
    except reading.Unreadable as error:
        forget(folder)
        raise Invalid({"file": [str(error.sentence)]}) from error
    except OSError as error:
        forget(folder)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Invalid({"file": [_("There is no room left on the server; the file was not read.")]}) from error
    except Invalid:
        forget(folder)
        raise
    batch = ImportBatch(
        store_id=actor.store_id,
        user_id=actor.user_id,
        kind=kind,
        name=clean_name(name),
        sha256=sha256,
        size=size,
        folder=folder,
        created_at=clock.now(),
    )
    return batch, read


def keep(actor: Actor, batch: ImportBatch) -> None:
    """Save an import that was taken in, and write it into the audit log."""
    batch.save()
    ports.audit.write(
        actor,
        "import.upload",
        object_type="intake.importbatch",
        object_id=batch.pk,
        detail={"name": batch.name, "sha256": batch.sha256, "size": batch.size},
    )


@job_kind("import.read", label=gettext_lazy("Reading a file"))
def read_file(job: Job) -> dict[str, Any]:
    """Read a large file for the person who waits on the page."""
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    read_kept(batch)
    return {"rows": batch.total}


def read_kept(batch: ImportBatch, saved: ImportMapping | None = None, sheet: str = "") -> None:
    """Read the file, unless that was done, and guess its columns; `sheet` as `sheet_named`, "" the one that is understood
    best. What cannot be read has come to nothing: Refused."""
    try:
        if not (target_of(batch.folder) / reading.BOOK).exists():
            convert(batch.folder, batch.name, ImportSettings.of(batch.store_id).max_rows)
        batch.book = asdict(reading.Book.load(target_of(batch.folder)))
        propose(batch, sheet=sheet_named(batch, sheet) if sheet else None, saved=saved)
    except reading.Unreadable as error:
        raise _came_to_nothing(batch, str(error.sentence)) from error
    except Refused as error:
        raise _came_to_nothing(batch, str(error.sentence)) from error
    except FileNotFoundError as error:
        raise _came_to_nothing(
            batch, _("The file is not on the server any more. Upload it again.")
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sentence = _("There is no room left on the server; the file was not read.")
        raise _came_to_nothing(batch, sentence) from error


def _came_to_nothing(batch: ImportBatch, sentence: str) -> Refused:
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).update(
        state=BatchState.FAILED, error=sentence[:300], finished_at=clock.now()
    )
    return Refused(sentence)


def forget(folder: str) -> None:
    """Delete what is left of a file."""
    shutil.rmtree(Path(settings.MEDIA_ROOT) / folder, ignore_errors=True)
    if default_storage.exists(f"{folder}/{SOURCE}"):
        default_storage.delete(f"{folder}/{SOURCE}")


def earlier_of(batch: ImportBatch) -> ImportBatch | None:
    """The last import of the very same file in the store that added rows."""
    rows = ImportBatch.objects.filter(store_id=batch.store_id, kind=batch.kind, sha256=batch.sha256)
    return rows.exclude(pk=batch.pk).exclude(number=None).select_related("user").order_by("-pk").first()


def clean_name(name: str) -> str:
    """The file's name without folders and what cannot be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable()).strip()
    return plain[-NAME_MAX:] or _("file")


def _keep(folder: str, parts: Iterable[bytes], megabytes: int) -> tuple[str, int]:
    """Write the file beside the others of its store of files; its hash and size."""
    digest, size = hashlib.sha256(), 0
    target = Path(settings.MEDIA_ROOT) / folder
    target.mkdir(parents=True)
    with (target / SOURCE).open("wb") as file:
        for part in parts:
            digest.update(part)
            size += len(part)
            if size > megabytes * 1_000_000:
                raise Invalid({"file": [_("The file is larger than %(n)s MB.") % {"n": megabytes}]})
            file.write(part)
    if not size:
        raise Invalid({"file": [_("The file is empty: it has 0 bytes of data.")]})
    _to_storage(target / SOURCE, folder)
    return digest.hexdigest(), size


def _to_storage(local: Path, folder: str) -> None:
    """Where files are kept elsewhere, a copy goes there: another machine's worker reads it."""
    name = f"{folder}/{SOURCE}"
    if not default_storage.exists(name):
        with local.open("rb") as file:
            default_storage.save(name, file)


def described(book: Mapping[str, Any]) -> str:
    """What kind of file it is, for the head of the page: "xlsx", "csv · GB18030"."""
    return " · ".join(filter(None, [str(book.get("kind", "")), str(book.get("encoding", ""))]))
