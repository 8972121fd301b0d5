"""Which encoding a text file is in: UTF-8, UTF-16, GB18030, Big5 when certain, a Western one; from its bytes alone."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from driveline.kit.importing.reader.faults import MEGABYTE, Fault, Found

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What the person is told; the decoder's own name is not his affair.
SHOWN = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "utf-16-le": "UTF-16",
         "utf-16-be": "UTF-16", "gb18030": "GB18030", "big5": "Big5", "cp1252": "Windows-1252"}  # fmt: skip
SAMPLE = MEGABYTE
CERTAIN_PAIRS = 12  # so many characters are needed before Big5 is believed
BAD_SHARE = 0.02  # of the characters beyond ASCII that may be unreadable in a file that is UTF-8 otherwise
UTF8_SHARE = 0.7  # of the bytes beyond ASCII that must make sense for a damaged file to be taken for UTF-8

_pair = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_lonely = re.compile(rb"(?<![\x80-\xff])[\xa0-\xff](?![\x80-\xff])")
_high = re.compile(rb"[\x80-\xff]")
_hanzi = re.compile(
    rb"[\xe2-\xef][\x80-\xbf]{2}"
)  # a Chinese sign in UTF-8; by chance rare in other encodings
_binary = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_control = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
CONTROL_SHARE = 0.02


def encoding_of(path: Path, found: Found) -> str:
    """The name of the codec; a text that none reads, or that is no text, raises."""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    for mark, name in BOMS:
        if head.startswith(mark):
            return _checked(path, name, found) if decodes(path, name) else _mostly(path, name, found)
    if wide := _without_mark(path, head):
        return _checked(path, wide, found)
    if decodes(path, "utf-8"):
        return _checked(path, "utf-8", found)
    if len(_binary.findall(head)) > max(8, len(head) * CONTROL_SHARE):
        raise Fault("no_spreadsheet", kind="other")
    if 3 * len(_hanzi.findall(head)) > UTF8_SHARE * len(_high.findall(head)):
        return _mostly(path, "utf-8", found)
    if len(_lonely.findall(head)) == len(_high.findall(head)) > 0:
        return _checked(path, "cp1252" if decodes(path, "cp1252") else "latin-1", found)
    chinese = decodes(path, "gb18030")
    if (_looks_big5(head) and decodes(path, "big5")) or (not chinese and decodes(path, "big5")):
        return _checked(path, "big5", found)
    if chinese:
        return _checked(path, "gb18030", found)
    return _mostly(path, _nearest(head), found)


def decodes(path: Path, name: str) -> bool:
    """Whether every byte of the file has a meaning in the encoding."""
    try:
        for _text in _pieces(path, name, "strict"):
            pass
    except UnicodeError:
        return False
    return True


def _pieces(path: Path, name: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(name)(errors)
    with path.open("rb") as stream:
        while chunk := stream.read(SAMPLE):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _without_mark(path: Path, head: bytes) -> str:
    """UTF-16 that does not say so: every other byte of its figures and commas is nought."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if (even + odd) * 20 < len(head):
        return ""
    name = "utf-16-le" if odd > even * 9 else "utf-16-be" if even > odd * 9 else ""
    return name if name and decodes(path, name) else ""


def _looks_big5(head: bytes) -> bool:
    """Half of Big5's second bytes are below 0x80, hardly any of a GBK text; nearly all its firsts are of frequent signs."""
    pairs = _pair.findall(head)
    if len(pairs) < CERTAIN_PAIRS:
        return False
    low = sum(pair[1] < 0x7F for pair in pairs)
    frequent = sum(0xA1 <= pair[0] <= 0xC6 for pair in pairs)
    return low * 5 > len(pairs) and frequent * 20 > len(pairs) * 19


def _nearest(head: bytes) -> str:
    """The encoding that leaves the fewest signs unread."""
    return min(("utf-8", "gb18030"), key=lambda name: _unread(head.decode(name, "replace")))


def _unread(text: str) -> float:
    beyond = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") / beyond if beyond else 0.0


def _mostly(path: Path, name: str, found: Found) -> str:
    """An encoding with a few bytes that mean nothing: they become question marks, and the person is told."""
    unread = beyond = 0
    for text in _pieces(path, name, "replace"):
        unread += text.count("\ufffd")
        beyond += sum(character > "\x7f" for character in text)
    if unread > 3 and unread > beyond * BAD_SHARE:
        raise Fault("unknown_encoding")
    found.warn("unread_characters", count=unread)
    return _checked(path, name, found)


def _checked(path: Path, name: str, found: Found) -> str:
    """A text full of control characters is a program's file."""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    text = codecs.getincrementaldecoder(name)("replace").decode(head)
    if not text.strip("\ufeff\0 \r\n\t"):
        raise Fault("no_rows" if text.strip("\ufeff\0") else "empty_file")
    if len(_control.findall(text)) > max(8, len(text) * CONTROL_SHARE):
        raise Fault("no_spreadsheet", kind="other")
    found.encoding = SHOWN.get(name, name.upper())
    return name
