"""What is stored of a name so that it is found again: its characters apart, and its pinyin initials."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from pypinyin import Style, pinyin

SPLIT_LENGTH = 120
INITIALS_LENGTH = 60


def letters(text: str) -> str:
    """The text as it is compared: full-width made plain, lower case, letters and digits only."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):  # a name, nearly always
        plain = text.lower()
        if plain.isalnum():
            return plain
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def name_split(name: str) -> str:
    """The letters of a name parted by blanks: 张伟明 → `张 伟 明`."""
    return " ".join(letters(name)[: SPLIT_LENGTH // 2])


def initials(name: str) -> str:
    """Pinyin initials, the surname in its own reading (单雄信 → sxx); Latin letters stay (Tony张 → tonyz)."""
    text = letters(name)[:INITIALS_LENGTH]
    readings = surname_readings()
    for length in (2, 1):
        if (head := readings.get(text[:length])) is not None:
            return head + "".join(_initial(c) for c in text[length:])
    return "".join(_initial(c) for c in text)


@lru_cache(maxsize=30_000)
def _initial(character: str) -> str:
    if character.isascii():
        return character
    first = pinyin(character, style=Style.FIRST_LETTER, errors="ignore")
    return first[0][0] if first else ""


@cache
def surname_readings() -> dict[str, str]:
    """Surnames that are read differently as surnames, with their initials."""
    lines = (Path(__file__).parent / "data" / "surnames.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
