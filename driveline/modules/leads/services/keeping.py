"""What imports leave behind: saved mappings are renamed and deleted, files that nobody imports are thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from driveline.engines.intake.imports.batches import busy, lost
from driveline.engines.intake.imports.clearing import import_forget
from driveline.engines.intake.imports.mapping import NAME_MAX
from driveline.engines.intake.models import ImportBatch, ImportMapping
from driveline.kit.commands import Run, command
from driveline.kit.errors import Conflict, Invalid
from driveline.kit.scopes import visible

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

PERMISSION = "leads.import"


def import_mapping_rename(actor: Actor, pk: int, name: str) -> None:
    """Give a saved mapping another name. Raises Invalid, Conflict (another one has it), ImportMapping.DoesNotExist."""
    name = name.strip()
    if not name or len(name) > NAME_MAX:
        raise Invalid({"name": [_("A name has 1 to 40 characters.")]})
    kept = visible(ImportMapping, actor, PERMISSION).get(pk=pk)
    try:
        with transaction.atomic():
            ImportMapping.objects.filter(pk=kept.pk).update(name=name)
    except IntegrityError as error:
        raise Conflict(_("Another mapping has this name.")) from error


@command(
    "import_mapping.delete",
    model=ImportMapping,
    permission=PERMISSION,
    label=gettext_lazy("Delete"),
    icon="trash",
    danger=True,
    confirm=lambda rows, actor: {
        "title": _("Delete the mapping?"),
        "text": _("Files like it are then guessed again. What was imported with it stays."),
        "button": _("Delete"),
    },
)
def import_mapping_delete(rows: Sequence[ImportMapping], run: Run) -> None:
    """Files with the same columns are guessed at from now on; imports stay as they are."""
    ImportMapping.objects.filter(pk__in=[row.pk for row in rows]).delete()
    run.message = ngettext("%(n)s mapping deleted", "%(n)s mappings deleted", len(rows)) % {"n": len(rows)}


def _never_began(batch: ImportBatch, actor: Actor) -> str:
    """ "" for an import that has written nothing and that nobody is at work on."""
    if batch.started_at is not None:
        return _("This import has begun; it can be taken back, not deleted.")
    job = busy(batch)
    return _("The file is being worked on right now.") if job is not None and not lost(job) else ""


@command(
    "import.discard",
    model=ImportBatch,
    permission=PERMISSION,
    label=gettext_lazy("Delete"),
    icon="trash",
    danger=True,
    guard=_never_began,
    select=("job",),
    confirm=lambda rows, actor: {
        "title": _("Delete the uploaded file?"),
        "text": _("Nothing of it has been imported. File, columns and check are deleted."),
        "button": _("Delete"),
    },
)
def import_discard(rows: Sequence[ImportBatch], run: Run) -> None:
    """The file goes as it would by itself after a week."""
    import_forget(rows)
    run.message = ngettext("%(n)s file deleted", "%(n)s files deleted", len(rows)) % {"n": len(rows)}
