"""Signs that we put into files we hand out, so that they are known again when a person sends the file back."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from driveline.kit.importing.plain import fold

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REASON = _("Why not imported")
ROW = _("Row in the file sent")
EXAMPLE = _("Example:")


def in_all_languages(words: str | _StrPromise) -> list[str]:
    """A label in every language of the product: files come back in the language they were handed out in."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(words))
    return found


@cache
def _own_labels() -> frozenset[str]:
    return frozenset(fold(label) for words in (REASON, ROW) for label in in_all_languages(words))


@cache
def _example_marks() -> tuple[str, ...]:
    return tuple(_compared(mark) for mark in in_all_languages(EXAMPLE))


def is_own_label(label: str) -> bool:
    """Whether a column is one that we have added ourselves."""
    return fold(label) in _own_labels()


def is_example(cells: Sequence[str]) -> bool:
    """Whether a row is the example of our template: its first cell says so."""
    first = _compared(next((cell for cell in cells if cell.strip()), ""))
    return first.startswith(_example_marks())


def _compared(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
