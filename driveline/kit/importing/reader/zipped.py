"""Looks into a zip package before anybody unpacks it: what it is, whether it is locked, has macros or is a bomb."""

from __future__ import annotations

import zipfile
from pathlib import Path

from driveline.kit.importing.reader.faults import MEGABYTE, Fault

ENTRIES = 5_000
UNPACKED = 1024 * MEGABYTE
# Sheets of equal rows pack about a hundredfold; a bomb a thousandfold.
RATIO = 300
RATIO_FROM = 16 * MEGABYTE
CONTENT_TYPES = "[content_types].xml"
OTHERS = (
    ("word/", "word"),
    ("ppt/", "slides"),
    ("visio/", "drawing"),
    ("meta-inf/manifest.mf", "program"),
    ("androidmanifest.xml", "program"),
)


def check(path: Path) -> None:
    """Nothing is returned: whatever is not a workbook without macros raises."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            _safe(entries, path.stat().st_size)
            names = {_plain(entry.filename): entry for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise Fault("encrypted")
            if CONTENT_TYPES not in names and "mimetype" not in names:
                raise _no_workbook(names)
            declared = _text(package, names[CONTENT_TYPES]) if CONTENT_TYPES in names else ""
            _workbook(names, declared, _text(package, names["mimetype"]) if "mimetype" in names else "")
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, UnicodeError, ValueError) as error:
        raise Fault("damaged", repr(error)) from error
    except (EOFError, OSError, RuntimeError) as error:
        raise Fault("damaged", repr(error)) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise Fault("damaged", repr(error)) from error
        raise


def _safe(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or unpacked > UNPACKED:
        raise Fault("bomb", f"{len(entries)} entries, {unpacked} bytes unpacked")
    if packed > size:  # entries that overlap
        raise Fault("bomb", f"{packed} packed bytes in a file of {size}")
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise Fault("bomb", f"{entry.filename[:80]}: {entry.compress_size} to {entry.file_size} bytes")


def _workbook(names: dict[str, zipfile.ZipInfo], declared: str, mimetype: str) -> None:
    if mimetype.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        raise Fault("save_as_xlsx", kind="opendocument")
    macros = any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names)
    if macros or "macroenabled" in declared or "vbaproject" in declared:
        if "word/document.xml" in names or "ppt/presentation.xml" in names:
            raise _no_workbook(names)
        raise Fault("macros")
    if "xl/workbook.bin" in names:
        raise Fault("save_as_xlsx", kind="xlsb")
    if "spreadsheetml" not in declared:
        raise _no_workbook(names)


def _no_workbook(names: dict[str, zipfile.ZipInfo]) -> Fault:
    kind = next((kind for start, kind in OTHERS if any(name.startswith(start) for name in names)), "archive")
    return Fault("no_spreadsheet", kind=kind)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _text(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with package.open(entry) as stream:
        return stream.read(MEGABYTE).decode("utf-8", "replace").strip().lower()
