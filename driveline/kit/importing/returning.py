"""Spreadsheets that go out and come back: failed rows with their reasons, and the template to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import xlsxwriter
from django.utils.translation import gettext

from driveline.kit.importing.own import EXAMPLE, REASON, ROW, is_own_label
from driveline.kit.importing.values import Field

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CELL_LENGTH = 32_767
TEXT_FORMAT = 49  # the built-in "@"
NOTE_LENGTH = 1_000
NOTES = 5_000  # so many faults get a note at their cell; the reason stands in its column in any case
_unwritable = re.compile("[\ud800-\udfff\ufffe\uffff]")
# Whatever is written is text: no number, formula or link is made of it.
OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class FailedRow:
    """A row that was not taken: its number in the file sent, its cells as they were, and what is wrong where.

    `problems`: place of the column → sentence; None for what concerns the row as a whole.
    """

    number: int
    cells: Sequence[str]
    problems: Mapping[int | None, str | _StrPromise]


def failed_workbook(out: BinaryIO, header: Sequence[str], rows: Iterable[FailedRow]) -> None:
    """Write the rows with their cells in their columns as text, so that they can be mended and sent again.

    Cells at fault are red and carry the reason as a note; behind the last column stand all reasons and the row's
    number. Those two are known again (`own`), and those of an earlier round are not written twice.
    """
    kept = [place for place, label in enumerate(header) if not is_own_label(label)]
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(gettext("Rows to mend")[:31])
        labels = [str(header[place]) for place in kept]
        _widths(sheet, [*(_width_of(label) for label in labels), 48, 10], styles["text"])
        for column, label in enumerate([*labels, str(REASON), str(ROW)]):
            _put(sheet, 0, column, label, styles["own" if column >= len(labels) else "head"])
        sheet.freeze_panes(1, 0)
        notes = 0
        for line, row in enumerate(rows, 1):
            notes = _failed_row(sheet, line, row, kept, labels, styles, notes)


def _failed_row(
    sheet: Worksheet,
    line: int,
    row: FailedRow,
    kept: list[int],
    labels: list[str],
    styles: dict[str, Format],
    notes: int,
) -> int:
    for column, place in enumerate(kept):
        cell = row.cells[place] if place < len(row.cells) else ""
        wrong = row.problems.get(place)
        if wrong:
            _put(sheet, line, column, cell, styles["wrong"], blank=True)
            if notes < NOTES:
                sheet.write_comment(line, column, str(wrong)[:NOTE_LENGTH], {"x_scale": 1.6})
                notes += 1
        else:
            _put(sheet, line, column, cell, styles["text"])
    names = dict(zip(kept, labels, strict=True))
    reasons = [
        f"{names[place]}: {sentence}" if place is not None and names.get(place) else str(sentence)
        for place, sentence in row.problems.items()
    ]
    _put(sheet, line, len(kept), "\n".join(reasons), styles["reason"])
    sheet.write_number(line, len(kept) + 1, row.number, styles["own"])
    return notes


def template_workbook(
    out: BinaryIO, fields: Sequence[Field], title: str | _StrPromise, notes: Iterable[str | _StrPromise]
) -> None:
    """Write an empty list to fill in: labels in the language of the moment, required ones with a star, every column
    as text so that long numbers stay whole, one example (passed over when it comes back), and a sheet of notes.
    """
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(_sheet_name(str(title)))
        _widths(sheet, [_width_of(str(field.label), field.sample) for field in fields], styles["text"])
        for column, field in enumerate(fields):
            style = styles["required" if field.required else "head"]
            _put(sheet, 0, column, ("*" if field.required else "") + str(field.label), style)
        sheet.freeze_panes(1, 0)
        for column, field in enumerate(fields):
            shown = f"{EXAMPLE}{field.sample}" if column == 0 else field.sample
            _put(sheet, 1, column, shown, styles["example"])
        _notes(book.add_worksheet(gettext("Notes")), fields, title, notes, styles)


def _notes(
    sheet: Worksheet,
    fields: Sequence[Field],
    title: str | _StrPromise,
    notes: Iterable[str | _StrPromise],
    styles: dict[str, Format],
) -> None:
    _widths(sheet, [24, 10, 12, 28, 60], styles["text"])
    _put(sheet, 0, 0, str(title), styles["head"])
    line = 1
    for note in [*notes, gettext("The example row is passed over; you may leave it or overwrite it.")]:
        _put(sheet, line, 0, str(note), styles["text"])
        line += 1
    heads = (gettext("Column"), gettext("Required"), gettext("At most"), gettext("Example"), gettext("Help"))
    for column, head in enumerate(heads):
        _put(sheet, line + 1, column, head, styles["head"])
    for place, field in enumerate(fields, line + 2):
        cells = (
            str(field.label),
            gettext("yes") if field.required else "",
            str(field.max_length or ""),
            field.sample,
            str(field.help),
        )
        for column, cell in enumerate(cells):
            _put(sheet, place, column, cell, styles["text"])


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    text: dict[str, object] = {"num_format": TEXT_FORMAT, "valign": "top"}
    head = {**text, "bold": True, "bg_color": "#EEF2F7", "bottom": 1}
    red = {"font_color": "#B42318"}
    grey = {"bg_color": "#F5F5F5"}
    fault = {"bg_color": "#FDE7E5", "border": 1, "border_color": "#D92D20"}
    looks = {
        "text": text,
        "head": head,
        "required": {**head, **red},
        "own": {"valign": "top", "font_color": "#666666", **grey},
        "reason": {**text, **red, **grey, "text_wrap": True},
        "wrong": {**text, **red, **fault},
        "example": {**text, "italic": True, "font_color": "#808080"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _put(sheet: Worksheet, row: int, column: int, text: str, style: Format, *, blank: bool = False) -> None:
    """A cell of text, whatever it looks like."""
    text = _unwritable.sub("�", text)[:CELL_LENGTH]
    if text:
        sheet.write_string(row, column, text, style)
    elif blank:
        sheet.write_blank(row, column, None, style)


def _widths(sheet: Worksheet, widths: Iterable[int], style: Format) -> None:
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, style)


def _width_of(*texts: str) -> int:
    """Chinese characters take the room of two."""
    return min(max(12, *(sum(2 if c > "\u2e80" else 1 for c in text) + 4 for text in texts)), 40)


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "1"
