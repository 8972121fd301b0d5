"""Chinese is the product's language: every string has it, none is a guess, and the slots agree."""

from __future__ import annotations

import ast
import re

from tests.architecture.catalogue import KEYWORDS, extracted, placeholders, stored
from tests.architecture.source import PACKAGE, files, python_files, tree, where

CHINESE = re.compile(r"[\u4e00-\u9fff]")
OWN_NAMES = ("中文", "简体中文")  # a language is named in itself


def test_every_string_has_its_chinese() -> None:
    catalogue = stored()
    missing = []
    for (context, singular), message in extracted().items():
        entry = catalogue.get(singular, context or None)
        texts = (
            entry.string
            if entry and isinstance(entry.string, (tuple, list))
            else [entry.string if entry else ""]
        )
        if not all(texts):
            missing.append(f"{message.places[0][0]}: {singular}")
    assert sorted(missing) == []


def test_nothing_in_the_catalogue_is_fuzzy_or_unused() -> None:
    catalogue, used = stored(), set(extracted())
    fuzzy = [str(message.id) for message in catalogue if message.id and message.fuzzy]
    ids = {(m.context or "", m.id[0] if isinstance(m.id, (tuple, list)) else m.id) for m in catalogue if m.id}
    assert (fuzzy, sorted(ids - used), list(catalogue.obsolete)) == ([], [], [])


def test_the_slots_of_both_languages_agree() -> None:
    wrong = []
    for message in stored():
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if ids[0]:
            wrong += [str(ids[-1]) for text in texts if text and placeholders(text) != placeholders(ids[-1])]
    assert wrong == []


def test_templates_speak_through_gettext() -> None:
    """Chinese written into a template would be Chinese for an English user too. The gallery's specimens are data."""
    comments = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.S)
    wrong = [
        path.relative_to(PACKAGE).as_posix()
        for path in files(".html", under=PACKAGE)
        if "gallery" not in path.parts
        and CHINESE.search(_without_own_names(comments.sub("", path.read_text(encoding="utf-8"))))
    ]
    assert wrong == []


def test_the_extraction_sees_python_and_templates() -> None:
    """A guard against an extraction that finds nothing and so passes everything."""
    assert len(python_files()) > 20
    assert len(extracted()) > 20


def test_no_alias_of_gettext_hides_from_the_extraction() -> None:
    """`from django.utils.translation import gettext as _now`: a name the extraction does not know stays English."""
    wrong = [
        f"{where(path, node.lineno)} {alias.asname}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and (alias.asname or alias.name) not in KEYWORDS
    ]
    assert wrong == []


def _without_own_names(text: str) -> str:
    for name in reversed(OWN_NAMES):
        text = text.replace(name, "")
    return text
