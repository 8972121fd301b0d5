"""xlsx and xls through calamine: every worksheet, values as cached, only the head's merged cells filled."""

from __future__ import annotations

from pathlib import Path

import python_calamine as calamine

from driveline.kit.importing.reader import kinds
from driveline.kit.importing.reader.cells import text
from driveline.kit.importing.reader.errors import Errors, errors_of
from driveline.kit.importing.reader.faults import Fault, Found, Limits
from driveline.kit.importing.reader.output import SheetWriter

HEAD_ROWS = 30  # a head of two rows with merged cells is looked for here

type Range = tuple[tuple[int, int], tuple[int, int]]


def read(path: Path, kind: str, folder: Path, found: Found, limits: Limits) -> None:
    """Write all worksheets; charts and dialogs are none. A sheet of macros refuses the workbook."""
    found.kind = kind
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        for place, sheet in enumerate(book.sheets_metadata):
            if sheet.typ in (calamine.SheetTypeEnum.MacroSheet, calamine.SheetTypeEnum.Vba):
                raise Fault("macros")
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet:
                hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
                with SheetWriter(folder, found, limits, sheet.name, hidden) as writer:
                    errors = errors_of(path, place) if kind == kinds.XLSX else {}
                    _write(book.get_sheet_by_index(place), errors, writer)
    except calamine.PasswordError as error:
        raise Fault("encrypted") from error
    except calamine.CalamineError as error:
        raise Fault("damaged", repr(error)) from error


def _write(sheet: calamine.CalamineSheet, errors: Errors, writer: SheetWriter) -> None:
    left = [""] * (sheet.start[1] if sheet.start else 0)
    fill = _head_cells(sheet.merged_cell_ranges or [])
    above: list[str] = []
    for number, values in enumerate(sheet.iter_rows()):
        cells = [value if type(value) is str else text(value) for value in values]
        if left:
            cells = left + cells
        if number in errors:
            for column, error in errors[number].items():
                if column < len(cells):
                    cells[column] = cells[column] or error
        if number < HEAD_ROWS and fill:
            for row, column in fill:
                if row == number and column < min(len(cells), len(above)):
                    cells[column] = cells[column] or above[column]
            above = list(cells)
        writer.add(cells)


def _head_cells(merged: list[Range]) -> list[tuple[int, int]]:
    """Cells that take over the text above them: those of a label merged downwards beside labels merged sideways.

    That is how a head of two or three rows looks; one customer over several rows of data has nothing beside it
    that is merged sideways.
    """
    sideways = {top for (top, left), (bottom, right) in merged if right > left}
    return [
        (row, left)
        for (top, left), (bottom, right) in merged
        if left == right and top in sideways and bottom - top < 3 and bottom < HEAD_ROWS
        for row in range(top + 1, bottom + 1)
    ]
