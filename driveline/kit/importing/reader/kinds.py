"""What a file is, by its first bytes; the name it came with is nobody's proof."""

from __future__ import annotations

from driveline.kit.importing.reader.compound import SIGNATURE
from driveline.kit.importing.reader.faults import Fault

XLSX, XLS, TEXT = "xlsx", "xls", "text"
# First bytes of what people send by mistake, and what it is called.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"{\\rtf", "word"),
    (b"MZ\x90", "program"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3", "database"),
)
# Excel 2 to 4 wrote their records without a container.
ANCIENT = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")


def kind_of(head: bytes) -> str:
    """xlsx, xls or text; something else that is known raises."""
    if not head:
        raise Fault("empty_file")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return XLSX
    if head.startswith(SIGNATURE):
        return XLS
    if head.startswith(ANCIENT):
        raise Fault("save_as_xlsx", kind="old_excel")
    for start, kind in OTHERS:
        if head.startswith(start):
            raise Fault("no_spreadsheet", kind=kind)
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise Fault("no_spreadsheet", kind="picture")
    return TEXT


def is_page(start: str) -> bool:
    """Whether a text (lower case, blanks in front gone) is HTML."""
    return start.startswith("<") and any(
        mark in start for mark in ("<html", "<table", "<!doctype html", "<tr")
    )


def text_kind(start: str) -> Fault | None:
    """The fault for a text of another format, None for a page or for rows of cells."""
    if start.startswith("mime-version:"):
        return Fault("save_as_xlsx", kind="web_archive")
    if start.startswith("<?xml") and "<html" not in start:
        sheet = "urn:schemas-microsoft-com:office:spreadsheet" in start or "opendocument" in start
        return Fault("save_as_xlsx", kind="xml_sheet") if sheet else Fault("no_spreadsheet", kind="xml")
    if start.startswith(("{", "[{", "[[")) and start.rstrip()[-1:] in '}],"0123456789':
        return Fault("no_spreadsheet", kind="json") if '":' in start or start.startswith("[[") else None
    for mark, kind in (("begin:vcard", "cards"), ("begin:vcalendar", "calendar"), ("%!ps", "pdf")):
        if start.startswith(mark):
            return Fault("no_spreadsheet", kind=kind)
    return None
