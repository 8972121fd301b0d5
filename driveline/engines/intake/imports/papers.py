"""Spreadsheets of an import: rows to mend, duplicates with what was done, the empty template."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from django.utils.translation import gettext as _

from driveline.engines.intake.choices import Done, VerdictCode
from driveline.engines.intake.deciding import label_of
from driveline.engines.intake.imports.batches import data_rows
from driveline.engines.intake.imports.failures import failures, with_cells
from driveline.engines.intake.imports.kinds import kind_of
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.importing.returning import FailedRow, failed_workbook, template_workbook

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

SPOOLED = 5_000_000


def failed_paper(batch: ImportBatch) -> BinaryIO:
    """The rows that were not taken, cell by cell, with the reasons; of one that was only checked those of the check."""
    return _written(batch, failures(batch))


def duplicates_paper(batch: ImportBatch) -> BinaryIO:
    """The rows that met somebody who was there, with the reason, what was done and whose it is."""
    rows = Intake.objects.filter(batch_id=batch.pk, verdict=VerdictCode.DUPLICATE).select_related("hit_owner")
    return _written(batch, ((row.row or 0, {"": _said(row)}) for row in rows.order_by("row").iterator(2000)))


def template_paper(actor: Actor, kind: str, source: str = "") -> BinaryIO:
    """The empty list to fill in, its columns those that may be filled."""
    declared = kind_of(kind)
    out = _paper()
    title = f"{declared.label} {source}".strip()
    fields = [f for f in declared.fields(actor.store_id) if f.name not in declared.not_in_template]
    template_workbook(out, fields, title, declared.template_notes(actor.store_id))
    out.seek(0)
    return out


def _paper() -> BinaryIO:
    """A file in memory while it is small; whoever sends it closes it."""
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(SPOOLED))


def _said(row: Intake) -> str:
    reason = str(label_of(row.kind, row.rule))
    if row.hit_owner is not None:
        reason = _("%(reason)s, %(owner)s") % {"reason": reason, "owner": row.hit_owner.name}
    return _("%(done)s: %(reason)s") % {"done": Done(row.done or Done.RECORDED).label, "reason": reason}


def _written(batch: ImportBatch, problems: Iterable[tuple[int, Mapping[str, str]]]) -> BinaryIO:
    out = _paper()
    found = with_cells(data_rows(batch), problems)
    rows = (FailedRow(one.row, one.cells, _at_columns(batch, one.problems)) for one in found)
    failed_workbook(out, batch.header or [], rows)
    out.seek(0)
    return out


def _at_columns(batch: ImportBatch, problems: Mapping[str, str]) -> dict[int | None, str]:
    """Sentences at the place of their column; those of fields that no column fills stand together."""
    found: dict[int | None, str] = {}
    for field, sentence in problems.items():
        place = batch.mapping.get(field)
        found[place] = f"{found[place]} {sentence}" if place in found else sentence
    return found
