"""Looks into a compound file (the container of .xls, and of every encrypted workbook) without opening its streams."""

from __future__ import annotations

import struct
from pathlib import Path

from driveline.kit.importing.reader.faults import Fault

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
ENTRY = 128
HEADER_FAT = 109
SPECIAL = 0xFFFFFFFA  # sector numbers from here on mean "end", "free" …
DIRECTORY_SECTORS = 4_096
OTHERS = (("worddocument", "word"), ("powerpoint document", "slides"), ("__properties_version1.0", "mail"))


def check(path: Path) -> None:
    """Whatever is not an Excel workbook without password and macros raises."""
    try:
        names = entry_names(path.read_bytes())
    except (struct.error, IndexError, ValueError) as error:
        raise Fault("damaged", repr(error)) from error
    if "encryptedpackage" in names or "encryptioninfo" in names:
        raise Fault("encrypted")
    if not names & {"workbook", "book"}:
        kind = next((kind for name, kind in OTHERS if name in names), "other")
        raise Fault("no_spreadsheet", kind=kind)
    if names & {"_vba_project_cur", "_vba_project"}:
        raise Fault("macros")


def entry_names(data: bytes) -> set[str]:
    """The names in the directory, lower case. Raises ValueError when the file does not hold together."""
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise ValueError(f"sector shift {shift}")
    size = 1 << shift
    table = _table(data, size)
    names: set[str] = set()
    sector, seen = struct.unpack_from("<I", data, 48)[0], 0
    while sector < SPECIAL:
        seen += 1
        if seen > DIRECTORY_SECTORS:
            raise ValueError("the directory has no end")
        names |= _names(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return names


def _table(data: bytes, size: int) -> list[int]:
    """Which sector follows which, from the sectors that the header and its continuations name."""
    sectors = [n for n in struct.unpack_from(f"<{HEADER_FAT}I", data, 76) if n < SPECIAL]
    following, steps = struct.unpack_from("<I", data, 68)[0], 0
    while following < SPECIAL and steps < DIRECTORY_SECTORS:
        more = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors += [n for n in more[:-1] if n < SPECIAL]
        following, steps = more[-1], steps + 1
    if len(sectors) * size > len(data):
        raise ValueError("more table than file")
    return [n for s in sectors for n in struct.unpack_from(f"<{size // 4}I", data, (s + 1) * size)]


def _names(sector: bytes) -> set[str]:
    found = set()
    if len(sector) % ENTRY or not sector:
        raise ValueError("the directory is cut off")
    for start in range(0, len(sector) - ENTRY + 1, ENTRY):
        length = struct.unpack_from("<H", sector, start + 64)[0]
        if 2 <= length <= 64:
            found.add(sector[start : start + length - 2].decode("utf-16-le", "replace").lower())
    return found
