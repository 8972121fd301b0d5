"""Makes files for the tests: workbooks from rows, packages from texts, a locked compound file, bombs."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{before}'
    '<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def workbook(path: Path, *sheets: Sequence[Sequence[Any]], **options: Any) -> Path:
    """A workbook of these sheets; numbers stay numbers, dates dates, texts texts."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, **options})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(line, column, value, day)
                elif value is not None:
                    sheet.write(line, column, value)
    book.close()
    return path


def package(path: Path, rows: str = "", *, types: str = TYPES, before: str = "", **entries: bytes) -> Path:
    """The smallest workbook, by hand: `rows` is the XML of its one sheet's rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", types)
        made.writestr("_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"))
        made.writestr("xl/workbook.xml", WORKBOOK.format(before=""))
        made.writestr(
            "xl/_rels/workbook.xml.rels", RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml")
        )
        made.writestr("xl/worksheets/sheet1.xml", SHEET.format(before=before, rows=rows))
        for name, data in entries.items():
            made.writestr(name, data)
    return path


def text_row(*cells: str, number: int = 1) -> str:
    """The XML of a row of inline texts."""
    inside = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inside}</row>'


def compound(path: Path, *names: str) -> Path:
    """A compound file whose directory has these (empty) streams: enough to be told what it is."""
    size = 512
    header = bytearray(size)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    directory = b"".join(
        _entry(name, 5 if place == 0 else 2) for place, name in enumerate(("Root Entry", *names))
    )
    path.write_bytes(bytes(header) + table + directory.ljust(size, b"\0"))
    return path


def _entry(name: str, kind: int) -> bytes:
    spelt = name.encode("utf-16-le")
    return struct.pack("<64sHBB", spelt, len(spelt) + 2, kind, 1).ljust(128, b"\xff")


def bomb(path: Path, megabytes: int) -> Path:
    """A sheet that unpacks to so many megabytes of blanks."""
    with (
        zipfile.ZipFile(package(path), "a", zipfile.ZIP_DEFLATED) as made,
        made.open("xl/media/x.xml", "w") as entry,
    ):
        for _piece in range(megabytes):
            entry.write(b" " * (1 << 20))
    return path


def overlapping(path: Path, copies: int) -> Path:
    """Many directory entries over the same bytes: small to send, endless to unpack."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES)
        made.writestr("a", bytes(range(256)) * 4096)
        entry = made.getinfo("a")
        for copy in range(copies):
            again = zipfile.ZipInfo(f"a{copy}")
            again.header_offset, again.CRC = entry.header_offset, entry.CRC
            again.compress_type = entry.compress_type
            again.compress_size, again.file_size = entry.compress_size, entry.file_size
            made.filelist.append(again)
            made.NameToInfo[again.filename] = again
    path.write_bytes(stream.getvalue())
    return path
