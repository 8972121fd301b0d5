"""Names by whole pinyin (zhangwei → 张伟). Nothing is stored for it: what was typed is cut into syllables, their first
letters ask the index of initials for candidates, and how a candidate's characters are read decides.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from pypinyin import Style, pinyin

from driveline.core.search_text import letters

LONGEST = 6
DEPTH = 3  # further initials hardly narrow the candidates down


def cuts(typed: str) -> list[str]:
    """The first initials of each way to cut letters into two syllables or more: zhangwei → zw, fangan → fa, fg.

    The last syllable may be only begun, unless all of it is one: zhang is no zhan g.
    """
    whole, begun = syllables()
    found = {
        initials for initials in _cuts(typed, whole if typed in whole else begun, DEPTH) if len(initials) > 1
    }
    return sorted(one for one in found if not any(one[:length] in found for length in range(2, len(one))))


def sounds_like(name: str, typed: str) -> bool:
    """Whether the name begins with what was typed, in any reading of its characters."""
    return _reads(letters(name), typed)


def _cuts(typed: str, ends: frozenset[str], depth: int) -> set[str]:
    if not depth:
        return {""}
    whole, _begun = syllables()
    found = {typed[0]} if typed in ends else set()
    for length in range(1, min(LONGEST, len(typed) - 1) + 1):
        if typed[:length] in whole:
            found |= {typed[0] + rest for rest in _cuts(typed[length:], ends, depth - 1)}
    return found


def _reads(text: str, typed: str) -> bool:
    if not typed:
        return True
    return bool(text) and any(
        reading.startswith(typed) or (typed.startswith(reading) and _reads(text[1:], typed[len(reading) :]))
        for reading in _readings(text[0])
    )


@lru_cache(maxsize=30_000)
def _readings(character: str) -> tuple[str, ...]:
    if character.isascii():
        return (character,)
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(found[0]) if found else ()


@cache
def syllables() -> tuple[frozenset[str], frozenset[str]]:
    """All syllables, and all that a syllable can begin with."""
    lines = (Path(__file__).parent / "data" / "syllables.txt").read_text(encoding="utf-8").splitlines()
    whole = frozenset(word for line in lines if not line.startswith("#") for word in line.split())
    return whole, frozenset(word[:length] for word in whole for length in range(1, len(word) + 1))
