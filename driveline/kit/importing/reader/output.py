"""Writes the rows of one sheet: one line per row, a JSON list of texts, blank rows kept so that numbers stay."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from driveline.kit.importing.reader.faults import Fault, Found, Limits

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class SheetWriter:
    """A sheet being written. Blank rows at its end are never written; one over the limits stops the reading."""

    def __init__(
        self, folder: Path, found: Found, limits: Limits, name: str = "", hidden: bool = False
    ) -> None:
        self.entry: dict[str, str | int | bool] = {
            "name": name,
            "rows": 0,
            "filled": 0,
            "width": 0,
            "hidden": hidden,
        }
        self._file = (folder / f"{len(found.sheets)}.ndjson").open("w", encoding="utf-8", newline="\n")
        found.sheets.append(self.entry)
        self._name, self._found, self._limits = name, found, limits
        self.rows = self.filled = 0
        self._written = self._width = self._nulls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self.entry |= {"rows": self._written, "filled": self.filled, "width": self._width}
        if self._nulls:
            self._found.warn("nulls", sheet=self._name, cells=self._nulls)

    def add(self, cells: list[str]) -> None:
        """One more row as it stands in the file."""
        self.rows += 1
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            if self.rows > self._limits.lines:
                raise Fault("too_many_rows", sheet=self._name, limit=self._limits.lines)
            return
        self.filled += 1
        line = _encode(cells)
        if len(line) > self._limits.cell or "\\u0000" in line:
            line = self._mended(cells)
        if self.filled > self._limits.rows:
            raise Fault("too_many_rows", sheet=self._name, limit=self._limits.rows)
        if len(cells) > self._width:
            self._widen(len(cells))
        self._file.write("[]\n" * (self.rows - self._written - 1) + line + "\n")
        self._written = self.rows

    def _widen(self, width: int) -> None:
        if width > self._limits.columns:
            raise Fault("too_many_columns", row=self.rows, limit=self._limits.columns)
        self._width = width

    def _mended(self, cells: list[str]) -> str:
        """A long row cell by cell: one that is too long raises, zero bytes go."""
        for index, cell in enumerate(cells):
            if len(cell) > self._limits.cell:
                raise Fault("long_cell", row=self.rows, limit=self._limits.cell)
            if "\0" in cell:
                cells[index] = cell.replace("\0", "")
                self._nulls += 1
        return _encode(cells)
