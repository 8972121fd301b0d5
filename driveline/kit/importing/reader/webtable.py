"""Tables of an HTML page: many programs export one under the name of .xls."""

from __future__ import annotations

import codecs
import re
from html.parser import HTMLParser
from pathlib import Path

from driveline.kit.importing.reader.faults import MEGABYTE, Fault, Found, Limits
from driveline.kit.importing.reader.output import SheetWriter

SPAN = 200  # the widest cell that is believed
_charset = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_blanks = re.compile(r"\s+")
SKIPPED = frozenset({"script", "style", "head", "title"})
BREAKS = frozenset({"br", "p", "div", "li"})


def declared_encoding(path: Path) -> str:
    """The encoding the page names, "" when it names none that is known. GB2312 means its successor."""
    with path.open("rb") as stream:
        named = _charset.search(stream.read(4096))
    if not named:
        return ""
    try:
        name = codecs.lookup(named[1].decode("ascii")).name
    except LookupError:
        return ""
    return "gb18030" if name in {"gb2312", "gbk", "hz"} else name


def read(path: Path, encoding: str, folder: Path, found: Found, limits: Limits) -> None:
    """Write every table with more than one row as a sheet; a page without one, or with nested ones, raises."""
    tables = Tables(limits)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        while piece := stream.read(MEGABYTE):
            tables.feed(piece)
    tables.close()
    found.kind = "html"
    if tables.nested:
        raise Fault("web_page")
    filled = [rows for rows in tables.tables if any(any(cell.strip() for cell in row) for row in rows)]
    if not filled:
        raise Fault("no_spreadsheet", kind="web_page")
    for number, rows in enumerate(filled, 1):
        with SheetWriter(folder, found, limits, str(number) if len(filled) > 1 else "") as sheet:
            for row in rows:
                sheet.add(row)


class Tables(HTMLParser):
    """Collects rows and cells; a cell over several columns leaves the others blank, over several rows too."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.nested = False
        self._limits = limits
        self._depth = self._skipped = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = 1
        self._below: dict[int, int] = {}
        self._down = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self._skipped += 1
        elif tag == "table":
            self._depth += 1
            if self._cell is not None:
                self.nested = True
            elif self._depth == 1:
                self.tables.append([])
                self._below = {}
        elif tag == "tr" and self._depth:
            self._end_row()
            self._row = []
        elif tag in {"td", "th"} and self._depth:
            self._end_cell()
            if self._row is None:
                self._row = []
            given = dict(attrs)
            self._cell, self._span, self._down = [], _span(given.get("colspan")), _span(given.get("rowspan"))
        elif tag in BREAKS and self._cell:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skipped = max(self._skipped - 1, 0)
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table" and self._depth:
            self._end_row()
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._skipped:
            self._add(_blanks.sub(" ", data))

    def _add(self, piece: str) -> None:
        if self._cell is not None:
            self._cell.append(piece)
            if len(self._cell) > self._limits.cell:
                raise Fault("long_cell", row=len(self.tables[-1]) + 1, limit=self._limits.cell)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._blank_from_above()
        lines = "".join(self._cell).replace("\xa0", " ").split("\n")
        start = len(self._row)
        self._row += ["\n".join(line.strip() for line in lines).strip(), *[""] * (self._span - 1)]
        for column in range(start, len(self._row)):
            if self._down > 1:
                self._below[column] = self._down  # this row counts as one of them
        self._cell = None
        if len(self._row) > self._limits.columns:
            raise Fault("too_many_columns", row=len(self.tables[-1]) + 1, limit=self._limits.columns)

    def _blank_from_above(self) -> None:
        while self._row is not None and self._below.get(len(self._row), 0) > 1:
            self._below[len(self._row)] -= 1
            self._row.append("")
            if len(self._row) > self._limits.columns:
                break

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is None or not self.tables:
            return
        self._blank_from_above()
        self.tables[-1].append(self._row)
        self._row = None
        if len(self.tables[-1]) > self._limits.lines:
            raise Fault("too_many_rows", sheet="", limit=self._limits.rows)


def _span(given: str | None) -> int:
    return min(max(int(given), 1), SPAN) if given and given.isdecimal() and len(given) < 6 else 1
