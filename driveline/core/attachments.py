"""Files that belong to a row: what they are is read from their content, who may see the row may see them."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from driveline.core import clock
from driveline.core.journal import audit
from driveline.core.models import Attachment
from driveline.kit.errors import Conflict, Forbidden, Invalid
from driveline.kit.formats import listed

if TYPE_CHECKING:
    from django.core.files import File

    from driveline.kit.actor import Actor

MEGABYTE = 1024 * 1024
MAX_BYTES = 5 * MEGABYTE
MAX_ENTRIES = 2000

TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IMAGES = frozenset({"jpg", "png", "gif"})


@dataclass(frozen=True)
class Subject:
    """A kind of row that may have files: whether the actor sees the row, may add to it, and may delete what others
    added."""

    code: str
    may_see: Callable[[Actor, int], bool]
    may_add: Callable[[Actor, int], bool]
    types: frozenset[str] = frozenset(TYPES)
    max_bytes: int = MAX_BYTES
    max_count: int = 20
    may_tidy: Callable[[Actor, int], bool] = lambda actor, subject_id: False


_subjects: dict[str, Subject] = {}


def attachment_subject(subject: Subject) -> None:
    """Register a kind of row; a second different one under the same code is a programming error."""
    if _subjects.setdefault(subject.code, subject) != subject:
        raise ValueError(f"attachment subject {subject.code} is declared twice")


def attach(actor: Actor, subject_type: str, subject_id: int, file: File[bytes]) -> Attachment:
    """Keep a file with a row. KeyError for an unknown kind of row, Attachment.DoesNotExist for a row out of sight,
    Forbidden for one the actor may not add to, Invalid for a file of a wrong kind, too large or one too many."""
    subject = _subjects[subject_type]
    if not subject.may_see(actor, subject_id):
        raise Attachment.DoesNotExist
    if not subject.may_add(actor, subject_id):
        raise Forbidden(_("Your role does not include this action."))
    data = _read(file, subject.max_bytes)
    kind = sniff(data)
    if kind is None or kind not in subject.types:
        raise Invalid({"file": [_("This is not one of: %(kinds)s.") % {"kinds": _listed(subject.types)}]})
    here = Attachment.objects.filter(subject_type=subject_type, subject_id=subject_id)
    if here.count() >= subject.max_count:
        raise Invalid({"file": [_("At most %(n)s files.") % {"n": subject.max_count}]})
    kept = Attachment(
        store_id=actor.store_id,
        subject_type=subject_type,
        subject_id=subject_id,
        name=clean_name(file.name or "", kind),
        content_type=TYPES[kind],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by_id=actor.user_id,
        uploaded_at=clock.now(),
    )
    kept.file.save(f"{uuid4().hex}.{kind}", ContentFile(data), save=False)
    kept.save()
    _note(actor, "attachment.add", kept)
    return kept


def attachments_of(actor: Actor, subject_type: str, subject_id: int) -> list[Attachment]:
    """The files of a row, oldest first; none when the row is out of sight."""
    if not _subjects[subject_type].may_see(actor, subject_id):
        return []
    here = Attachment.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return list(here.select_related("uploaded_by").order_by("pk"))


def limits(subject_type: str) -> str:
    """What may be added to such a row, in words."""
    subject = _subjects[subject_type]
    return _("%(kinds)s, up to %(size)s MB each, %(n)s files at most") % {
        "kinds": _listed(subject.types),
        "size": subject.max_bytes // MEGABYTE,
        "n": subject.max_count,
    }


def endings(subject_type: str) -> str:
    """The same for the file chooser of a browser."""
    known = _subjects[subject_type].types
    return ",".join(f".{kind}" for kind in (*TYPES, "jpeg") if kind in known | {"jpeg"})


def deletable(actor: Actor, subject_type: str, files: Sequence[Attachment]) -> set[int]:
    """Ids of those of a row's files that the actor may delete: what he added himself while he works the row, all of
    them where he may tidy it. A constant number of queries."""
    if not files:
        return set()
    subject, row = _subjects[subject_type], files[0].subject_id
    if subject.may_tidy(actor, row):
        return {file.pk for file in files}
    mine = {file.pk for file in files if file.uploaded_by_id == actor.user_id}
    return mine if mine and subject.may_add(actor, row) else set()


def with_files(subject_type: str, ids: Iterable[int]) -> set[int]:
    """Which of the subjects have a file. One query, for the program's own decisions: nobody's rights are asked."""
    files = Attachment.objects.filter(subject_type=subject_type, subject_id__in=list(ids))
    return set(files.values_list("subject_id", flat=True))


def check_deletable(actor: Actor, file: Attachment) -> None:
    """Forbidden for a file the actor may not delete."""
    if file.pk not in deletable(actor, file.subject_type, [file]):
        raise Forbidden(_("Only who added a file, or a manager, may delete it."))


@transaction.atomic
def detach(actor: Actor, file: Attachment) -> None:
    """Delete a file for good; its name and checksum stay in the audit log. Forbidden for one the actor may not delete,
    Conflict when somebody else has just deleted it."""
    check_deletable(actor, file)
    gone, _by_model = Attachment.objects.filter(pk=file.pk).delete()
    if not gone:
        raise Conflict(_("Somebody has just deleted this file."))
    _note(actor, "attachment.delete", file)
    storage, name = file.file.storage, str(file.file.name)
    transaction.on_commit(lambda: storage.delete(name))


def attachment_for(actor: Actor, attachment_id: int) -> Attachment:
    """The file, when the actor sees its row; Attachment.DoesNotExist otherwise, as if there were none."""
    found = Attachment.objects.get(pk=attachment_id)
    subject = _subjects.get(found.subject_type)
    if subject is None or not subject.may_see(actor, found.subject_id):
        raise Attachment.DoesNotExist
    return found


def sniff(data: bytes) -> str | None:
    """jpg, png, gif, pdf or xlsx by content, whatever the name says; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return "png"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04") and _is_workbook(data):
        return "xlsx"
    return None


def clean_name(name: str, kind: str) -> str:
    """The name without folders and control characters, ending as its content demands."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem = plain.rpartition(".")[0] or plain or _("file")
    return f"{stem[:140]}.{kind}"


def _read(file: File[bytes], most: int) -> bytes:
    data = file.read(most + 1)
    if not data:
        raise Invalid({"file": [_("The file is empty.")]})
    if len(data) > most:
        raise Invalid({"file": [_("The file is larger than %(n)s MB.") % {"n": most // MEGABYTE}]})
    return bytes(data)


def _is_workbook(data: bytes) -> bool:
    """A zip with a workbook and without macros; only the directory is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    if len(names) > MAX_ENTRIES or any(name.lower().endswith("vbaproject.bin") for name in names):
        return False
    return "[Content_Types].xml" in names and "xl/workbook.xml" in names


def _listed(kinds: Collection[str]) -> str:
    return listed(kind for kind in TYPES if kind in kinds)


def _note(actor: Actor, action: str, kept: Attachment) -> None:
    audit.write(
        actor,
        action,
        object_type=kept.subject_type,
        object_id=kept.subject_id,
        detail={"attachment": kept.pk, "name": kept.name, "sha256": kept.sha256},
    )
