"""Which columns a narrow window does without (UI.md §3, widths)."""

from __future__ import annotations

from driveline.kit.columns import Column
from driveline.kit.listing import Head, ListPage

COLUMNS = [
    Column(key="name", label="", fixed=True, priority=9),
    Column(key="phone", label="", pin="l"),
    Column(key="count", label="", numeric=True, priority=2),
    Column(key="source", label="", priority=1),
    Column(key="last", label="", priority=3),
]


def spared(remembered: dict[str, object], columns: list[Column] = COLUMNS) -> set[str]:
    return set(ListPage().spared(columns, remembered))


def test_the_two_of_the_highest_number_step_aside_and_fixed_ones_never() -> None:
    assert spared({}) == {"last", "count"}
    assert spared({"page_size": 50}) == {"last", "count"}


def test_whoever_arranged_the_columns_keeps_them_all() -> None:
    assert spared({"columns": ["name", "count", "last"]}) == set()
    assert spared({"columns": None}) == {"last", "count"}  # the defaults were restored


def test_a_column_without_a_priority_stands_at_every_width() -> None:
    assert spared({}, COLUMNS[:2]) == set()
    assert spared({}, [*COLUMNS[:2], COLUMNS[3]]) == {"source"}


def test_a_head_is_marked_beside_what_it_is_otherwise() -> None:
    heads = [Head(COLUMNS[1]), Head(COLUMNS[2], spare=True), Head(COLUMNS[3], spare=True), Head(COLUMNS[3])]
    assert [head.css for head in heads] == ["pin-l", "num spare", "spare", ""]
