"""Saved mappings of imports: renamed and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from driveline.engines.intake.imports.mapping import NAME_MAX
from driveline.engines.intake.models import ImportMapping
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
        "text": _("Files like it are then guessed at anew. What was imported with it stays."),
        "button": _("Delete"),
    },
)
def import_mapping_delete(rows: Sequence[ImportMapping], run: Run) -> None:
    """Files with the same columns are guessed at from now on; imports stay as they are."""
    ImportMapping.objects.filter(pk__in=[row.pk for row in rows]).delete()
    run.message = ngettext("%(n)s mapping deleted", "%(n)s mappings deleted", len(rows)) % {"n": len(rows)}
