"""What the strict content policy and the design tokens ask of templates, styles and scripts."""

from __future__ import annotations

import re

import pytest

from driveline.kit.ui_words import UI_WORDS
from tests.architecture.source import PACKAGE, ROOT, files, where
from tests.latin import chinese_in

HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b(?![-\w])")
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|importmap)\")|<style\b|\sstyle\s*=|\son\w+\s*=\s*[\"']|javascript:"
    r"|\bhx-on\b|\shx-vals=[\"']js:",
    re.I,
)
TOKENS = ROOT / "frontend" / "src" / "css" / "tokens.css"
COMMENTS = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.S)
ICON = re.compile(r"{%\s*icon\s+[\"']([a-z0-9-]+)[\"']")
SCRIPT_COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\w])//[^\n]*", re.S)
TEMPLATE_LINES = 160


def templates() -> list:
    return files(".html", ".svg", under=PACKAGE)


def offences(pattern: re.Pattern[str], text: str) -> list[int]:
    """Line numbers of what matches outside template comments."""
    bare = COMMENTS.sub(lambda found: "\n" * found.group().count("\n"), text)
    return [number for number, line in enumerate(bare.splitlines(), 1) if pattern.search(line)]


def test_templates_have_no_inline_style_or_script() -> None:
    wrong = [
        where(path, line)
        for path in files(".html", under=PACKAGE)
        for line in offences(INLINE, path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "bad", ["<style>", '<p style="x">', "<script>go()</script>", '<a onclick="x">', '<a href="javascript:x">']
)
def test_the_inline_rule_sees_the_bad(bad: str) -> None:
    assert offences(INLINE, bad) == [1]


@pytest.mark.parametrize(
    "good", ['<script src="{% x %}" defer></script>', '<p class="style">', "{# <style> #}"]
)
def test_the_inline_rule_leaves_the_good(good: str) -> None:
    assert offences(INLINE, good) == []


def test_colours_stand_only_in_the_tokens() -> None:
    sources = [*files(".css", ".js", under=ROOT / "frontend"), *files(".html", under=PACKAGE)]
    wrong = [
        where(path, line)
        for path in sources
        if path != TOKENS
        for line in offences(
            HEX_COLOUR,
            re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), path.read_text(), flags=re.S),
        )
        if not re.search(
            r"(?:href|src|url|xlink:href|data-[\w-]+)\s*[=(]\s*[\"']?[^\"')\s]*#",
            path.read_text().splitlines()[line - 1],
        )
    ]
    assert wrong == []


def test_every_icon_named_is_in_the_sprite() -> None:
    listing = ROOT / "frontend" / "src" / "icons.txt"
    listed = (
        {line.split("#")[0].strip() for line in listing.read_text().splitlines()}
        if listing.exists()
        else set()
    )
    used = {name for path in files(".html", under=PACKAGE) for name in ICON.findall(path.read_text())}
    assert sorted(used - listed) == []


def scripts() -> dict[str, str]:
    """What the scripts do, without what they say of themselves."""
    return {
        path.name: SCRIPT_COMMENTS.sub("", path.read_text())
        for path in files(".js", under=ROOT / "frontend" / "src")
    }


def test_scripts_have_no_words_of_their_own() -> None:
    """They speak through `say`: what stands in a script is in one language for every reader."""
    assert {name: chinese_in(text) for name, text in scripts().items() if chinese_in(text)} == {}


def test_every_word_of_the_scripts_is_there_and_said() -> None:
    text = "\n".join(scripts().values())
    named = set(re.findall(r'\bsay\(\s*"(\w+)"', text))
    begun = tuple(re.findall(r"\bsay\(`(\w+)\$", text))
    assert sorted(named - set(UI_WORDS)) == []
    assert [key for key in UI_WORDS if f'"{key}"' not in text and not key.startswith(begun)] == []


def test_templates_stay_small() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in files(".html", under=PACKAGE)}
    assert [
        f"{path.relative_to(ROOT)}: {size}" for path, size in sizes.items() if size > TEMPLATE_LINES
    ] == []
