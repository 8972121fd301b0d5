"""How days, units and lists are written in both languages (UI.md §6)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from django.utils.translation import ngettext_lazy

from driveline.kit import formats

TODAY = dt.date(2026, 11, 20)  # a Friday
DAYS = ngettext_lazy("day", "days")


@pytest.mark.parametrize(
    ("language", "near", "soon", "far", "long"),
    [
        ("zh-hans", "11-20", "周日 11-22", "2025-01-02", "11月20日 周五"),
        ("en", "20 Nov", "Sun 22 Nov", "2 Jan 2025", "Fri 20 November"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(
    language: str, near: str, soon: str, far: str, long: str
) -> None:
    with translation.override(language):
        assert formats.day(TODAY, TODAY) == near
        assert formats.near_day(dt.date(2026, 11, 22), TODAY) == soon
        assert formats.day(dt.date(2025, 1, 2), TODAY) == far
        assert formats.long_day(TODAY) == long


def test_a_unit_follows_its_number() -> None:
    with translation.override("en"):
        assert [formats.unit(DAYS, n) for n in (0, 1, 2)] == ["days", "day", "days"]
        assert formats.unit(DAYS) == "days"
    assert formats.unit(DAYS, 1) == "天"
    assert formats.unit("%", 1) == "%"


def test_many_names_are_cut_and_listed() -> None:
    names = formats.few(["王", "李", "张", "赵"], 3)
    assert formats.listed(names) == "王、李、张 …"
    with translation.override("en"):
        assert formats.listed(names) == "王, 李, 张 …"
    assert formats.few(["王", "李"], 3) == ["王", "李"]


@pytest.mark.parametrize(
    ("minutes", "own", "english"),
    [
        (59, "59 分", "59 min"),
        (60, "1 小时", "1 h"),
        (119, "1 小时", "1 h"),
        (1500, "25 小时", "25 h"),
    ],
)
def test_a_wait_is_told_in_working_hours_whatever_a_day_has(minutes: int, own: str, english: str) -> None:
    assert formats.waiting(minutes) == own
    with translation.override("en"):
        assert formats.waiting(minutes) == english
