"""Rows of an import that were not taken: their number in the file, their cells, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.imports.batches import data_rows
from driveline.engines.intake.imports.checking import checked_failed
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.errors import Refused

type Numbered = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that was not taken. `problems`: field → sentence; `cells` are none when the file is gone."""

    row: int
    cells: Sequence[str]
    problems: Mapping[str, str]


def failures(batch: ImportBatch, after: int = 0) -> Iterator[Numbered]:
    """Number and problems of the rows after `after`; of an import that was only checked those of the check."""
    if batch.started_at is None:
        return (one for one in checked_failed(batch) if one[0] > after)
    rows = Intake.objects.filter(batch_id=batch.pk, verdict=VerdictCode.FAILED, row__gt=after).order_by("row")
    return ((row or 0, found) for row, found in rows.values_list("row", "problems").iterator(2000))


def failed_page(batch: ImportBatch, after: int, most: int) -> list[Failure]:
    """The first rows after `after`, with their cells."""
    found = list(islice(failures(batch, after), most))
    if not found:
        return []
    try:
        return list(with_cells(data_rows(batch, found[0][0] - 1), found))
    except Refused:
        return [Failure(row, (), problems) for row, problems in found]


def with_cells(cells: Iterator[tuple[int, list[str]]], problems: Iterable[Numbered]) -> Iterator[Failure]:
    """The file's rows and the reasons, both in the order of the rows, one beside the other."""
    number, row = next(cells, (0, []))
    for wanted, found in problems:
        while number and number < wanted:
            number, row = next(cells, (0, []))
        if number == wanted:
            yield Failure(number, row, found)
