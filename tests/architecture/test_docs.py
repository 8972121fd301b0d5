"""The documents: no dead link, no path that is not there, no example that the code has left behind."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "driveline/core/data/README.md",
]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
QUOTED_PATH = re.compile(r"`((?:driveline|tests|frontend|bench|docs|bin)/[\w./-]*)`")
SOURCE = re.compile(r"<!-- source: (\S+)(?: (\w+))? -->\n```python\n(.*?)```", re.S)
COMMANDS = re.compile(
    r"\bdriveline ((?:init|serve|worker|sweep|user|token|import|migrate|backup|restore|check|demo)\b)"
)
HEADING = re.compile(r"^#+ (.+)$", re.M)
PICTURE_BYTES = 250_000
PAGE_LINES = 30


def anchors(page: Path) -> set[str]:
    """What `#…` may name on a page."""
    found = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in found}


def dead_links(page: Path) -> list[str]:
    """Links of a page to files or headings that are not there; links to other hosts are not followed."""
    dead = []
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _hash, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            dead.append(target)
    return dead


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_is_dead(document: Path) -> None:
    assert dead_links(document) == []


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_that_is_named_is_there(document: Path) -> None:
    named = QUOTED_PATH.findall(document.read_text(encoding="utf-8"))
    generated = ("docs/", "driveline/static/build", "frontend/node_modules")
    assert [path for path in named if not (ROOT / path).exists() and not path.startswith(generated)] == []


def test_the_test_of_links_tells_good_from_bad(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One thing\n[a](page.md#one-thing) [b](gone.md) [c](#two) `[d](gone.md)` [e](https://example.com/x)\n"
    )
    assert dead_links(page) == ["gone.md", "#two"]


def test_examples_are_what_the_code_says() -> None:
    """Whole files as they are; a class that is named alone is a list page, real and as short as promised."""
    shown = [found for page in PAGES for found in SOURCE.findall(page.read_text(encoding="utf-8"))]
    assert {bool(name) for _path, name, _example in shown} == {True, False}
    for path, name, example in shown:
        source = (ROOT / path).read_text(encoding="utf-8")
        if not name:
            assert example == source
            continue
        node = next(n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == name)
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        assert example == "\n".join(source.splitlines()[first - 1 : node.end_lineno]) + "\n"
        assert len(example.splitlines()) <= PAGE_LINES


def test_every_command_is_in_the_documents_and_no_other() -> None:
    from driveline.config.cli import COMMANDS as REAL

    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8") + (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    assert set(COMMANDS.findall(text)) | {"demo"} == set(REAL)


def test_every_document_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target).resolve() for target in LINK.findall(index.read_text(encoding="utf-8"))}
    assert [
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "docs").rglob("*.md")
        if p != index and p not in linked
    ] == []


def test_pictures_stay_small() -> None:
    pictures = list((ROOT / "docs").rglob("*.png"))
    assert [f"{p.name}: {p.stat().st_size}" for p in pictures if p.stat().st_size > PICTURE_BYTES] == []
