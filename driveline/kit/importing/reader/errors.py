"""Error cells of an xlsx (#N/A, #REF! …), which calamine reads as blank: their texts, straight from the package."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path

from driveline.kit.importing.reader.faults import MEGABYTE

MOST = 200_000  # error cells of one sheet that are remembered
OVERLAP = 4096  # the XML of a cell is not longer than this

type Errors = dict[int, dict[int, str]]  # row and column from 0 → text

_sheet = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_relation = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_id = re.compile(rb"\b(?:\w+:)?id=[\"']([^\"']+)[\"']", re.IGNORECASE)
_related = re.compile(rb"\s\w+:id=[\"']([^\"']+)[\"']")
_target = re.compile(rb"\bTarget=[\"']([^\"']+)[\"']")
_cell = re.compile(
    rb"<(?:\w+:)?c\s([^>]*?\bt=[\"']e[\"'][^>]*)>(?:(?!</(?:\w+:)?c>).){0,3000}?<(?:\w+:)?v>(#[^<]{1,20})</",
    re.DOTALL,
)
_place = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")


def sheet_parts(package: zipfile.ZipFile) -> list[str]:
    """The package's parts of the sheets in the workbook's order; [] when that cannot be made out."""
    names = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return []
    book, relations = _start(package, "xl/workbook.xml"), _start(package, "xl/_rels/workbook.xml.rels")
    targets = {}
    for entry in _relation.findall(relations):
        key, target = _id.search(entry), _target.search(entry)
        if key and target:
            targets[key[1]] = posixpath.normpath(posixpath.join("/xl", target[1].decode("utf-8", "replace")))[
                1:
            ]
    keys = [_related.search(entry) for entry in _sheet.findall(book)]
    return [targets.get(key[1], "") if key else "" for key in keys]


def errors_of(path: Path, place: int) -> Errors:
    """The error cells of the sheet at this place of the workbook."""
    with zipfile.ZipFile(path) as package:
        parts = sheet_parts(package)
        if place >= len(parts) or parts[place] not in package.namelist():
            return {}
        with package.open(parts[place]) as stream:
            found: Errors = {}
            rest = b""
            while piece := stream.read(MEGABYTE):
                text = rest + piece
                if b' t="e"' in text or b" t='e'" in text:
                    _collect(text, found)
                rest = text[-OVERLAP:]
                if sum(map(len, found.values())) > MOST:
                    break
            return found


def _collect(text: bytes, found: Errors) -> None:
    for attributes, value in _cell.findall(text):
        if where := _place.search(attributes):
            found.setdefault(int(where[2]) - 1, {})[_column(where[1])] = value.decode("ascii", "replace")


def _column(letters: bytes) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _start(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as stream:
        return stream.read(4 * MEGABYTE)
