"""Rows of a file as the steps of an import show them: what their cells mean, what is wrong, what would become of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from driveline.engines.intake.imports.counting import touched

if TYPE_CHECKING:
    from driveline.engines.intake.models import ImportBatch

BY_RULE = '<span data-needs="assign rule">{}</span>'
NOT_BY_RULE = '<span data-needs="assign rule" hidden>{}</span>'


@dataclass(frozen=True)
class Cell:
    """What is shown of a cell: what it means, else what stands in it; `raw` is that where it was mended, `wrong` what is
    wrong with it."""

    text: str
    raw: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class Preview:
    """A table of rows: heads, lines of row, cells, and of a checked row css and text of the verdict."""

    heads: Sequence[str]
    lines: Sequence[Mapping[str, Any]] = field(default_factory=list)


def samples(
    batch: ImportBatch, counts: Mapping[str, Any], labels: Mapping[str, str], *, by_rule: bool
) -> list[dict[str, Any]]:
    """The first rows of all, of those with errors, of those that meet a customer."""
    order = {
        name: place for place, name in enumerate(labels)
    }  # name and number first, wherever the file has them
    used = sorted(batch.mapping.items(), key=lambda pair: order.get(pair[0], len(order)))
    heads = [labels.get(name, name) for name, _place in used]
    tabs = (
        ("all", _("All rows"), batch.total, ""),
        ("failed", _("Errors"), counts.get("failed", 0), "hot"),
        ("touched", _("Change customers that are there"), touched(counts), ""),
    )
    found = counts.get("samples", {})
    return [
        {
            "code": code,
            "label": label,
            "count": count,
            "hot": hot,
            "preview": Preview(heads, [_sample(line, used, by_rule) for line in found.get(code, [])]),
        }
        for code, label, count, hot in tabs
    ]


def _sample(line: Mapping[str, Any], used: Sequence[tuple[str, int]], by_rule: bool) -> dict[str, Any]:
    return {
        "row": line["row"],
        "cells": cells_of(line["cells"], used, line.get("means", {}), line["problems"]),
        "css": line["css"],
        "text": _with_heir(line, by_rule),
    }


def but(said: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """What is said of the fields, but for these: of a field chosen for two columns nobody knows which is meant."""
    return {name: text for name, text in said.items() if name not in names}


def cells_of(
    cells: Sequence[str],
    used: Sequence[tuple[str, int]],
    means: Mapping[str, str],
    problems: Mapping[str, str],
) -> list[Cell]:
    """The cells of a row in the order of the columns that are used."""
    found = []
    for name, place in used:
        raw = cells[place] if place < len(cells) else ""
        if name in problems:
            found.append(Cell(raw, wrong=str(problems[name])))
        else:
            found.append(Cell(means[name], raw) if name in means else Cell(raw))
    return found


def _with_heir(line: Mapping[str, Any], by_rule: bool) -> str:
    """The verdict with who gets the row: for good when the file names him, else as long as the rule gives it out."""
    if not line.get("heir"):
        return str(line["text"])
    heir = _(", for %(name)s") % {"name": line["heir"]}
    return format_html(
        "<span>{}{}</span>", line["text"], heir if line["named"] else by_rule_only(heir, by_rule)
    )


def by_rule_only(text: str, chosen: bool) -> str:
    """What holds only if new rows go by the rule of their source; the page hides it when something else is chosen."""
    if not text:
        return ""
    return format_html(BY_RULE if chosen else NOT_BY_RULE, text)
