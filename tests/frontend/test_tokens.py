"""The design tokens in both themes: text is readable (AA, 4.5), controls and focus can be seen (3.0)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "css" / "tokens.css"

GROUNDS = ("bg", "surface", "surface-2", "hover", "selected", "side")
TEXT = [
    (ink, ground)
    for ink in ("ink", "ink-2", "ink-3", "accent-ink", "bad", "warn", "ok")
    for ground in GROUNDS
]
TEXT += [(name, f"{name}-soft") for name in ("ok", "warn", "bad")]
TEXT += [
    ("warn-ink", "warn-soft"),
    ("bad-ink", "bad-soft"),
    ("accent-ink", "accent-soft"),
    ("ink-3", "accent-soft"),
]
TEXT += [(f"grade-{g}", f"grade-{g}-soft") for g in "habcdf"]
TEXT += [
    (f"due-{d}", ground) for d in ("over", "today", "later") for ground in ("surface", "hover", "selected")
]
TEXT += [("on-accent", ground) for ground in ("accent", "bad-solid", "hot")]
TEXT += [("ink-2", "mute-soft"), ("on-float", "float"), ("float-2", "float"), ("float-link", "float")]
TEXT += [("night-ink", "night"), ("night-2", "night"), ("night-mark", "night")]
MARKS = [
    ("accent", "surface"),
    ("accent", "bg"),
    ("check-line", "surface"),
    ("s-1", "surface"),
    ("bad-dot", "surface"),
]


def themes() -> dict[str, dict[str, str]]:
    """Token → hex colour, for light and for dark (dark takes from light what it does not name)."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.S)
    blocks = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    found = [dict(re.findall(r"--dl-([\w-]+):\s*(#[0-9a-f]{6})", body)) for _selector, body in blocks[:2]]
    return {"light": found[0], "dark": {**found[0], **found[1]}}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_pairs_can_be_read(theme: str, pairs: list[tuple[str, str]], least: float) -> None:
    tokens = themes()[theme]
    weak = {f"{a} on {b}": round(contrast(tokens[a], tokens[b]), 2) for a, b in pairs}
    assert {pair: value for pair, value in weak.items() if value < least} == {}


def test_both_themes_name_every_colour_that_differs() -> None:
    """A pair is only as good as its partner: what dark leaves out must be meant for both."""
    found = themes()
    shared = {name for name, colour in found["dark"].items() if colour == found["light"][name]}
    assert shared <= {
        "on-accent",
        "on-float",
        "float-2",
        "float-link",
        "bad-solid",
        "hot",
        "night-ink",
        "night-2",
        "night-mark",
    }


def test_the_measure_is_right() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert contrast("#777777", "#777777") == 1.0
