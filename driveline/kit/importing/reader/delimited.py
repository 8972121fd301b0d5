"""Comma, semicolon, tab or bar separated text: the separator by its look, quotes, line ends of every kind."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from driveline.kit.importing.reader.faults import MEGABYTE, Fault, Found, Limits
from driveline.kit.importing.reader.output import SheetWriter

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_CHARACTERS = 256 * 1024
SAMPLE_ROWS = 200
_declared = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)


class Lines:
    """The lines of a file, with a memory of whether they have come to an end."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._source)
        except StopIteration:
            self.ended = True
            raise


def read(path: Path, encoding: str, folder: Path, found: Found, limits: Limits) -> None:
    """Write the one sheet of a text file. Quotes that break the rules are taken as they are, and told."""
    csv.field_size_limit(64 * MEGABYTE)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        sample = stream.read(SAMPLE_CHARACTERS)
    found.kind = "csv"
    declared = _declared.match(sample)
    found.delimiter = declared[1] if declared else delimiter_of(sample)
    spaced = _quotes_follow_blanks(sample, found.delimiter)
    stray = _first_stray(path, encoding, found.delimiter, spaced)
    if stray:
        found.warn("stray_quotes", row=stray)
    with (
        path.open(encoding=encoding, errors="replace", newline="") as stream,
        SheetWriter(folder, found, limits) as sheet,
    ):
        lines = Lines(iter(stream))
        reader = csv.reader(lines, delimiter=found.delimiter, skipinitialspace=spaced)
        for cells in _rows(reader, sheet, limits):
            if lines.ended:
                raise Fault("open_quote", row=sheet.rows + 1)
            sheet.add([] if declared and not sheet.rows else cells)


def _rows(reader: Iterator[list[str]], sheet: SheetWriter, limits: Limits) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Fault("long_cell", str(error), row=sheet.rows + 1, limit=limits.cell) from error


def _first_stray(path: Path, encoding: str, delimiter: str, spaced: bool) -> int:
    """The first row whose quotes break the rules, 0 when none does; what never ends is seen while reading."""
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        reader, row = csv.reader(stream, delimiter=delimiter, skipinitialspace=spaced, strict=True), 0
        try:
            for _cells in reader:
                row += 1
        except csv.Error as error:
            return row + 1 if "expected after" in str(error) else 0
    return 0


def delimiter_of(sample: str) -> str:
    """The separator by which most rows have the same number of cells; the comma when there is none."""
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        if (score := _evenness(sample, delimiter)) > most:
            best, most = delimiter, score
    return best


def _evenness(sample: str, delimiter: str) -> float:
    """The share of rows that have the usual number of cells, weighted a little by that number; 0 for one cell."""
    counts: Counter[int] = Counter()
    try:
        reader = csv.reader(iter(sample.splitlines(keepends=True)), delimiter=delimiter)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                counts[len(cells)] += 1
            if counts.total() >= SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0
    parted = {count: rows for count, rows in counts.items() if count > 1}
    if not parted:
        return 0.0
    usual = max(parted, key=lambda count: (parted[count], count))
    several = sum(parted.values()) / counts.total()
    return (parted[usual] / counts.total() + several) * min(1.0 + usual / 20, 2.0)


def _quotes_follow_blanks(sample: str, delimiter: str) -> bool:
    """`Subject, "Thank you, …"`: most lines have a blank between separator and quote."""
    lines = sample.splitlines()[:SAMPLE_ROWS]
    mark = re.compile(re.escape(delimiter) + r' +"')
    return len(lines) > 1 and sum(bool(mark.search(line)) for line in lines) * 2 > len(lines)
