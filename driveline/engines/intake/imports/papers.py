"""Spreadsheets of an import: rows to mend, duplicates with what was done, the empty template."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from django.utils.translation import gettext as _

from driveline.engines.intake.choices import Done, VerdictCode
from driveline.engines.intake.deciding import label_of
from driveline.engines.intake.imports.batches import data_rows
from driveline.engines.intake.imports.checking import checked_failed
from driveline.engines.intake.imports.kinds import kind_of
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.importing.returning import FailedRow, failed_workbook, template_workbook

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

SPOOLED = 5_000_000


def failed_paper(batch: ImportBatch) -> BinaryIO:
    """The rows that were not taken, cell by cell, with the reasons; of one that was only checked those of the check."""
    if batch.started_at is None:
        return _written(batch, checked_failed(batch))
    rows = Intake.objects.filter(batch_id=batch.pk, verdict=VerdictCode.FAILED).order_by("row")
    found = rows.values_list("row", "problems").iterator(2000)
    return _written(batch, ((row or 0, problems) for row, problems in found))


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
    failed_workbook(out, batch.header or [], _joined(batch, problems))
    out.seek(0)
    return out


def _joined(batch: ImportBatch, problems: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[FailedRow]:
    """The file's rows and the reasons, both in the order of the rows, one beside the other."""
    cells = data_rows(batch)
    number, row = next(cells, (0, []))
    for wanted, found in problems:
        while number and number < wanted:
            number, row = next(cells, (0, []))
        if number == wanted:
            yield FailedRow(number, row, _at_columns(batch, found))


def _at_columns(batch: ImportBatch, problems: Mapping[str, str]) -> dict[int | None, str]:
    """Sentences at the place of their column; those of fields that no column fills stand together."""
    found: dict[int | None, str] = {}
    for field, sentence in problems.items():
        place = batch.mapping.get(field)
        found[place] = f"{found[place]} {sentence}" if place in found else sentence
    return found
