"""Why a file cannot be read, as a code with its numbers, and how much of a file is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1 << 20


class Fault(Exception):
    """The file is not taken. The sentence for the code is made by the parent process (`reading.sentences`)."""

    def __init__(self, code: str, detail: str = "", **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.params = params


@dataclass(frozen=True)
class Limits:
    """The most that is taken from one file; the process has its own bounds on time and memory beside these."""

    rows: int = 100_000  # filled rows of a sheet
    columns: int = 1_000
    cell: int = 100_000  # characters; a spreadsheet program's own limit is 32,767
    lines: int = 2_000_000  # rows of a sheet, blank ones counted


@dataclass
class Found:
    """What reading learned about the file, apart from its rows."""

    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheets: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def warn(self, code: str, **params: str | int) -> None:
        """Remember something the person should know although the file was read."""
        self.warnings.append({"code": code, "params": params})
