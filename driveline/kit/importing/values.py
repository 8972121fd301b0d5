"""Fields and their parsers: declared once, used by forms, files and programs alike.

A parser takes the text of one cell and returns the value, or raises CellError with a sentence. It is never asked
about blank text; whether a field is required is the field's affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.kit.formats import listed
from driveline.kit.importing.amounts import RUINED_SENTENCE, money, whole
from driveline.kit.importing.dates import DateParser, date, date_order
from driveline.kit.importing.plain import RUINED, CellError, clean, fold, narrow, ruined

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN_CHOICES = 8

type Looks = Callable[[list[str]], float]


@dataclass(frozen=True)
class Field:
    """Something a row may say. `aliases`: other names of it, the surest first; `looks`: how far cells resemble it (0–1)."""

    name: str
    label: str | _StrPromise
    aliases: tuple[str, ...]
    parse: Callable[[str], Any]
    required: bool = False
    max_length: int = 0
    sample: str = ""
    help: str | _StrPromise = ""
    looks: Looks | None = None


def fitted(field: Field, samples: Iterable[str]) -> Field:
    """The field for a column that holds these cells: a date learns there whether day or month comes first."""
    fit = getattr(field.parse, "fit", None)
    return replace(field, parse=fit(samples)) if fit else field


def text(most: int = 0, *, lines: bool = False) -> Callable[[str], str]:
    """Text cleaned of what nobody sees, at most so long. What looks like a formula stays the text it is."""

    def parse(given: str) -> str:
        plain = clean(given, lines=lines)
        if most and len(plain) > most:
            raise CellError(
                _("At most %(most)s characters, this has %(n)s.") % {"most": most, "n": len(plain)}
            )
        return plain

    return parse


def code(most: int = 0) -> Callable[[str], str]:
    """A number that is a name: of a licence, an account, a plate. One that lost its last figures is refused."""

    def parse(given: str) -> str:
        plain = narrow(given).lstrip("'")
        if ruined(plain):
            raise CellError(RUINED_SENTENCE)
        plain = (
            re.sub(r"\s+", "", plain).removesuffix(".0")
            if plain[:-2].isdigit()
            else re.sub(r"\s+", "", plain)
        )
        if most and len(plain) > most:
            raise CellError(
                _("At most %(most)s characters, this has %(n)s.") % {"most": most, "n": len(plain)}
            )
        return plain

    return parse


def choice[T](words: Mapping[str, T]) -> Callable[[str], T]:
    """One of the words, however it is spelt in case, width, blanks and signs."""
    known = {fold(word): value for word, value in words.items()}
    shown = listed(list(words)[:SHOWN_CHOICES]) + ("…" if len(words) > SHOWN_CHOICES else "")

    def parse(given: str) -> T:
        plain = clean(given)
        if (key := fold(plain)) not in known:
            raise CellError(
                _("“%(word)s” is not known here; possible are: %(words)s.")
                % {"word": plain[:40], "words": shown}
            )
        return known[key]

    return parse


def parses(parse: Callable[[str], Any]) -> Looks:
    """The share of cells that the parser takes; for fields whose cells show what they are."""

    def looks(cells: list[str]) -> float:
        return sum(_takes(parse, cell) for cell in cells) / len(cells) if cells else 0.0

    return looks


def matches(pattern: str) -> Looks:
    """The share of cells that match the whole pattern once blanks are gone."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def looks(cells: list[str]) -> float:
        return sum(bool(compiled.fullmatch(narrow(cell))) for cell in cells) / len(cells) if cells else 0.0

    return looks


def _takes(parse: Callable[[str], Any], cell: str) -> bool:
    try:
        parse(cell)
    except CellError:
        return False
    return True


__all__ = [
    "RUINED",
    "RUINED_SENTENCE",
    "CellError",
    "DateParser",
    "Field",
    "Looks",
    "choice",
    "clean",
    "code",
    "date",
    "date_order",
    "fitted",
    "fold",
    "matches",
    "money",
    "narrow",
    "parses",
    "ruined",
    "text",
    "whole",
]
