"""Finds the head of a table, and which field each column is: by label, alias, pinyin, and what stands in the cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from driveline.kit.importing.looking import (
    filled,
    is_chinese,
    is_code,
    is_datum,
    is_instruction,
    is_known,
    is_label,
    is_spelt_by_program,
    is_word,
    share,
)
from driveline.kit.importing.matching import Ground, Guess, guess, vocabulary
from driveline.kit.importing.own import is_example
from driveline.kit.importing.values import Field

LOOKED_AT = 30
BELOW = 12
NONE = -1


@dataclass(frozen=True)
class Head:
    """Where the head stands: `index` of its lowest row (-1: there is none), its labels, `first` row of the data."""

    index: int
    labels: list[str]
    first: int

    def data(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """The filled rows below the head; the example of our own template and repeated heads are left out."""
        for number, cells in rows:
            if number > self.first and cells and not is_example(cells) and not self._again(cells):
                yield number, cells

    def _again(self, cells: list[str]) -> bool:
        return (
            self.index >= 0
            and cells == self.labels[: len(cells)]  # the cheap question first: it is asked of every row
            and len(filled(cells)) > 1
            and not any(self.labels[len(cells) :])
        )


def find_header(rows: Sequence[Sequence[str]], fields: Sequence[Field] = ()) -> int:
    """The place (from 0) of the head's lowest row among the first rows of a sheet, -1 for a table without one.

    Titles and instructions above are passed over. Of two rows of head (labels over codes, groups over labels) it is
    the lower, so that the data begin below it.
    """
    looked = rows[:LOOKED_AT]
    words = vocabulary(fields)
    width = _width(looked)
    best, most = NONE, 0.0
    for place, row in enumerate(looked):
        below = looked[place + 1 : place + 1 + BELOW]
        score = _score(row, below, below or looked[:place], width, words) - place * 0.02
        if score > most:
            best, most = place, score
    if best == NONE:
        return NONE
    return best + 1 if _codes_below(looked, best, words) else best


def read_head(rows: Sequence[Sequence[str]], fields: Sequence[Field] = ()) -> Head:
    """The head with the labels to show and to guess from, and where the data begin.

    Chinese labels are preferred to codes above or below them; a blank label takes the group's above it. A row of
    instructions or our own example right below belongs to the head.
    """
    index = find_header(rows, fields)
    if index == NONE:
        width = max((len(row) for row in rows[:LOOKED_AT]), default=0)
        return Head(NONE, [""] * width, 0)
    labels = [cell.strip() for cell in rows[index]]
    above = [cell.strip() for cell in rows[index - 1]] if index else []
    if above and _is_twin(above, labels):
        labels = _merged(above, labels) if share(filled(above), is_chinese) >= 0.5 else _merged(labels, above)
    elif len(filled(above)) > 2:  # a label that the head's lower row leaves to the upper one
        labels = _merged(labels, [cell if is_label(cell) and cell not in labels else "" for cell in above])
    first = index + 1
    while first < len(rows) and (is_instruction(rows[first]) or is_example(rows[first])):
        first += 1
    return Head(index, labels, first)


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells a full row has: the most that at least three rows have, else the most of all."""
    counts = sorted((len(filled(row)) for row in rows), reverse=True)
    return max(counts[min(2, len(counts) - 1)], 1) if counts else 1


def _score(
    row: Sequence[str],
    below: Sequence[Sequence[str]],
    others: Sequence[Sequence[str]],
    width: int,
    words: frozenset[str],
) -> float:
    """How much a row looks like the head of what stands below it; 0 for one that cannot be."""
    cells = filled(row)
    if not cells or len(cells) * 3 < width or is_instruction(row) or is_example(list(row)):
        return 0.0
    known = _known(cells, others, words)
    data = share(cells, is_datum)
    labels = share(cells, is_label)
    if labels < 0.6 or (data > 0.2 and known < 0.5):
        return 0.0
    contrast = _contrast(row, below)
    spelt = share(cells, is_spelt_by_program)
    evidence = 3 * known + 2 * contrast + spelt
    if known < 0.25 and contrast < 0.34 and spelt < 0.5:
        return 0.0
    distinct = len({cell.casefold() for cell in cells}) / len(cells)
    coverage = min(len(cells) / width, 1.0)
    return evidence + 2 * coverage + labels + distinct - 2 * data


def _known(cells: list[str], others: Sequence[Sequence[str]], words: frozenset[str]) -> float:
    """The share of known labels. Those that only end like one count as far as other rows have fewer of them:
    in a list of companies every row ends with 公司.
    """
    exact = share(cells, lambda cell: is_word(cell, words))
    under = [share(filled(line), lambda cell: is_known(cell, words)) for line in others if filled(line)]
    usual = sum(under) / len(under) if under else 0.0
    return max(exact, share(cells, lambda cell: is_known(cell, words)) - usual)


def _contrast(row: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """The share of labels over columns of data: figures, dates, numbers, which the label itself is not."""
    columns = [place for place, cell in enumerate(row) if cell.strip()]
    over = 0
    for column in columns:
        cells = [line[column] for line in below if column < len(line) and line[column].strip()]
        over += bool(cells) and not is_datum(row[column]) and share(cells, is_datum) >= 0.6
    return over / len(columns) if columns else 0.0


def _codes_below(rows: Sequence[Sequence[str]], place: int, words: frozenset[str]) -> bool:
    """Whether the next row is a second head: Chinese labels over codes, or codes over Chinese labels."""
    if place + 1 >= len(rows):
        return False
    cells, under = filled(rows[place]), filled(rows[place + 1])
    if not _is_twin(rows[place], rows[place + 1]):
        return False
    if len(under) * 5 < len(cells) * 4 or len({cell.casefold() for cell in under}) < len(under):
        return False
    if share(under, is_label) < 1:
        return False
    return share(under, lambda cell: is_known(cell, words)) >= 0.5 or share(under, is_spelt_by_program) >= 0.5


def _is_twin(above: Sequence[str], below: Sequence[str]) -> bool:
    """One of two rows is Chinese, the other made of codes."""
    first, second = filled(above), filled(below)
    if len(first) < 2 or len(second) < 2:
        return False
    return (share(first, is_chinese) >= 0.6 and share(second, is_code) >= 0.9) or (
        share(second, is_chinese) >= 0.6 and share(first, is_code) >= 0.9
    )


def _merged(main: list[str], other: list[str]) -> list[str]:
    width = max(len(main), len(other))
    main, other = main + [""] * (width - len(main)), other + [""] * (width - len(other))
    return [first or second for first, second in zip(main, other, strict=True)]


__all__ = ["Field", "Ground", "Guess", "Head", "find_header", "guess", "read_head"]
