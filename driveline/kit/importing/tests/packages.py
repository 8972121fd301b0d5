"""What stands in a workbook beside its texts, for tests that look at looks: notes and styles."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path


def notes_of(path: Path) -> dict[str, str]:
    """Cell → its note."""
    xml = _part(path, "xl/comments1.xml")
    return {
        place: "".join(re.findall(r"<t[^>]*>([^<]*)</t>", body))
        for place, body in re.findall(r'<comment ref="([A-Z]+\d+)"[^>]*>(.*?)</comment>', xml, re.DOTALL)
    }


def cell_styles(path: Path, *, columns: bool = False) -> dict[str, str]:
    """Cell → the number of its style; or column → the number format of its style."""
    sheet = _part(path, "xl/worksheets/sheet1.xml")
    if not columns:
        return dict(re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet))
    cells = re.search(r"<cellXfs.*?</cellXfs>", _part(path, "xl/styles.xml"), re.DOTALL)
    assert cells
    formats = re.findall(r'<xf numFmtId="(\d+)"', cells[0])
    return {
        first: {"49": "@"}.get(formats[int(style)], formats[int(style)])
        for first, style in re.findall(r'<col min="(\d+)"[^>]*style="(\d+)"', sheet)
    }


def _part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode("utf-8")
