"""Pages of a list: numbers inside the cap, cursors beyond it, and no input that breaks them (AC-47)."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from driveline.core.models import Brand
from driveline.kit import paging
from driveline.kit.paging import Order, slice_rows

pytestmark = pytest.mark.django_db

BY_NAME = Order("name", "name")
LATEST = Order("latest", "name", descending=True)


def _brands(n: int) -> list[int]:
    rows = Brand.objects.bulk_create([Brand(name=f"B{i:03d}") for i in range(n)])
    return [row.pk for row in rows]


def _slice(query: str = "", size: int = 20, order: Order = BY_NAME, **options: int):
    return slice_rows(Brand.objects.all(), order, QueryDict(query), size, **options)


def test_ac_47_45_rows_are_three_pages_of_20():
    ids = _brands(45)
    part = _slice()
    assert (part.count, part.pages, part.number, part.size, part.more) == (45, 3, 1, 20, False)
    assert part.ids == ids[:20]
    assert _slice("page=2").ids == ids[20:40]
    assert _slice("page=3").ids == ids[40:]
    assert _slice("page=3").at_end


@pytest.mark.parametrize(
    ("typed", "number"), [("0", 1), ("", 1), ("abc", 1), ("4", 3), ("-7", 1), ("99999999999", 1)]
)
def test_ac_47_a_page_that_does_not_exist_is_the_nearest_one(typed, number):
    _brands(45)
    assert _slice(f"page={typed}").number == number


def test_beyond_the_cap_pages_follow_by_cursor_both_ways(monkeypatch):
    monkeypatch.setattr(paging, "CAP", 20)
    ids = _brands(45)
    first = _slice(size=10)
    assert (first.more, first.count, first.number, first.pages) == (True, 20, 1, 2)
    second = _slice("page=2", size=10)
    third = _slice(f"after={second.next_cursor}", size=10)
    assert third.ids == ids[20:30]
    assert third.number is None
    assert third.start is None
    assert _slice(f"before={third.prev_cursor}", size=10).ids == ids[10:20]
    last = _slice("last=1", size=10)
    assert last.ids == ids[35:]
    assert last.at_end
    assert _slice(f"before={last.prev_cursor}", size=10).ids == ids[25:35]


def test_the_other_direction_walks_the_same_rows_backwards(monkeypatch):
    monkeypatch.setattr(paging, "CAP", 5)
    ids = _brands(12)
    seen: list[int] = []
    part = _slice(size=5, order=LATEST)
    while True:
        seen += part.ids
        if part.at_end:
            break
        part = _slice(f"after={part.next_cursor}", size=5, order=LATEST)
    assert seen == ids[::-1]


@pytest.mark.parametrize("cursor", ["x", "e30", "bnVsbA", "%00", "A" * 400, "WyJ0IiwgMSwgMV0"])
def test_a_tampered_cursor_is_the_first_page(monkeypatch, cursor):
    monkeypatch.setattr(paging, "CAP", 5)
    ids = _brands(12)
    assert _slice(f"after={cursor}", size=5).ids == ids[:5]


def test_counting_exactly_is_asked_for(monkeypatch):
    monkeypatch.setattr(paging, "CAP", 5)
    _brands(12)
    assert _slice(size=5, count=12).count == 12
    assert not _slice(size=5, count=12).more


def test_the_numbers_of_the_pager_leave_gaps():
    _brands(45)
    assert _slice("page=8", size=3).numbers() == [1, 2, 3, 4, None, 7, 8, 9, 10, None, 15]
