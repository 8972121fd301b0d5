"""Text as people type and copy it, made plain: invisible characters, full-width figures, rounded numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# A number that a program has rounded and written short: 1.38E+10, 1.2345678901234568e+17.
RUINED = re.compile(r"[+-]?\d(?:\.(\d+))?e\+?(\d{1,3})", re.IGNORECASE)
KEPT_FIGURES = 15  # spreadsheets keep so many; from a number this long the rest is nought

_wide = {
    code: code - 0xFEE0
    for first, last in ("０９", "ＡＺ", "ａｚ")
    for code in range(ord(first), ord(last) + 1)
}
_wide |= dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F), 0x20)
_wide |= {0xFF0B: ord("+"), 0xFF0D: ord("-"), 0xFF0E: ord(".")}
_line_ends = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_odd = re.compile(r"[^\x20-\x7e\u4e00-\u9fff]")
_blanks = re.compile(r"[ \t]+")
_bracketed = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|\{[^{}]*\}|<[^<>]*>")
_numbering = re.compile(r"^\s*q?\d{1,3}\s*[、.)]\s*(?=\D)", re.IGNORECASE)
_dropped = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})


class _Signs(dict[int, int | None]):
    """What becomes of a sign: looked up once for each that comes."""

    def __missing__(self, code: int) -> int | None:
        sign = chr(code)
        dropped = sign not in "\n\t" and unicodedata.category(sign) in _dropped
        found = self[code] = None if dropped else _wide.get(code, code)
        return found


_signs = _Signs()


class CellError(ValueError):
    """What was written cannot be taken; the sentence says why, in words that fit a form and a list of rows."""

    def __init__(self, sentence: str | _StrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


def clean(text: str, *, lines: bool = False) -> str:
    """Without invisible characters and blanks around; full-width letters and figures plain. Line ends only on wish."""
    if _odd.search(text):
        text = _line_ends.sub("\n", text).translate(_signs)
    if not lines:
        return " ".join(text.split())
    return "\n".join(_blanks.sub(" ", line).strip() for line in text.split("\n")).strip()


def narrow(text: str) -> str:
    """For figures and dates: every full-width sign plain, nothing invisible, no blanks around."""
    text = clean(text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """As labels and words are compared: letters and figures only, lower case, full-width made plain."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def bare(label: str) -> str:
    """`1、手机号(必填)` → `手机号`: no number in front, no remark in brackets; what stands wholly in brackets stays."""
    plain = _numbering.sub("", unicodedata.normalize("NFKC", label))
    return _bracketed.sub(" ", plain) if fold(_bracketed.sub(" ", plain)) else plain


def ruined(text: str) -> bool:
    """Whether a number lost its last figures before it came here: 1.38E+10 yes, 1.3800004127E+10 no, 1e+17 yes."""
    match = RUINED.fullmatch(narrow(text))
    if not match:
        return False
    exponent = int(match[2])
    return exponent >= KEPT_FIGURES or exponent > len(match[1] or "")
