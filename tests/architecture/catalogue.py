"""The message catalogue without gettext's own tools: what the sources say, against what the .po file holds.

`bin/messages` calls `main` to bring driveline/locale/zh_Hans/LC_MESSAGES/django.po up to date.
"""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.architecture.source import PACKAGE, files, python_files

LANGUAGE = "zh_Hans"
CATALOGUE = PACKAGE / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
CONTEXT = ((1, "c"), 2)
CONTEXT_PLURAL = ((1, "c"), 2, 3)
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "npgettext": CONTEXT_PLURAL,
    "npgettext_lazy": CONTEXT_PLURAL,
}
PLACEHOLDER = re.compile(r"%\([a-zA-Z_]\w*\)[sdfi]|%%|%[sdf]|\{[a-zA-Z_]\w*\}")

type Key = tuple[str, str]  # context, singular


@dataclass
class Message:
    """One source string and where it stands."""

    singular: str
    plural: str = ""
    context: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)


def extracted() -> dict[Key, Message]:
    """Every string that the Python files and templates hand to gettext."""
    found: dict[Key, Message] = {}
    for path in python_files():
        _collect(found, path, path.read_bytes())
    for path in files(".html", ".txt", under=PACKAGE):
        if "templates" in path.parts:
            _collect(found, path, templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode())
    return found


def stored() -> Catalog:
    """The Chinese catalogue as it stands; an empty one when there is none yet."""
    if not CATALOGUE.exists():
        return Catalog(locale=LANGUAGE, project="Driveline", charset="utf-8")
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale=LANGUAGE)


def placeholders(text: str) -> list[str]:
    """The named and positional slots of a string, sorted."""
    return sorted(PLACEHOLDER.findall(text))


def _collect(found: dict[Key, Message], path: Path, source: bytes) -> None:
    name = path.relative_to(PACKAGE.parent).as_posix()
    options = {"encoding": "utf-8"}
    for line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS, (), options):
        singular, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
        if not singular:
            continue
        entry = found.setdefault((context or "", singular), Message(singular, plural or "", context or ""))
        entry.plural = entry.plural or plural or ""
        entry.places.append((name, line))


def update(side_files: list[Path]) -> tuple[int, list[str]]:
    """Rewrite the catalogue: new strings in, unused ones out, Chinese taken from tab-separated side files.

    Returns the number of strings and those still without Chinese.
    """
    old, chinese = stored(), {}
    for side in side_files:
        for line in side.read_text(encoding="utf-8").splitlines():
            english, tab, text = line.partition("\t")
            if tab and text.strip():
                chinese[english.replace("\\n", "\n")] = text.replace("\\n", "\n").rstrip()
    new = Catalog(locale=LANGUAGE, project="Driveline", charset="utf-8", fuzzy=False)
    new.revision_date = new.creation_date
    missing = []
    for (context, singular), message in sorted(extracted().items()):
        before = old.get(singular, context or None)
        text = _chinese_of(before.string if before and not before.fuzzy else "") or chinese.get(singular, "")
        if not text:
            missing.append(singular)
        new.add(
            (singular, message.plural) if message.plural else singular,
            (text,) if message.plural else text,
            context=context or None,
            locations=[(name, 0) for name in sorted({name for name, _line in message.places})],
            flags=["python-format"] if "%(" in singular else [],
        )
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as stream:
        write_po(stream, new, width=110, include_lineno=False, sort_output=False)
    _drop_dates()
    return len(new), missing


def _chinese_of(string: object) -> str:
    return str(string[0]) if isinstance(string, (tuple, list)) else str(string or "")


def _drop_dates() -> None:
    """Dates and tool versions in the head would make every run a change."""
    kept = [
        line
        for line in CATALOGUE.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith(
            ('"POT-Creation', '"PO-Revision', '"Generated-By', '"Last-Translator', '"Language-Team')
        )
        and not line.startswith(('"Report-Msgid', "# Copyright", "# FIRST", "# This file is"))
    ]
    CATALOGUE.write_text("".join(kept), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Update the catalogue and name what still lacks Chinese; 1 when something does."""
    count, missing = update([Path(argument) for argument in arguments])
    print(f"{count} strings, {len(missing)} without Chinese")
    for text in missing:
        print(text.replace("\n", "\\n"))
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
