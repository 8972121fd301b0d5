"""Working minutes count while the store is open (DESIGN §3a Settings, time)."""

import datetime as dt

import pytest

from driveline.core import clock, opening
from driveline.core.opening import Hours, add_working_minutes, parse_hours, working_minutes_between
from driveline.core.services.settings import setting_change
from driveline.core.store_settings import EVERY_DAY, OpeningSettings
from driveline.kit.errors import Invalid

DAILY = parse_hours(EVERY_DAY, [])
NO_SUNDAY = parse_hours({**EVERY_DAY, "6": None}, ["2026-11-24"])


def at(text: str) -> dt.datetime:
    return clock.parse(text)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:30", 30),
        ("2026-11-23T09:00", "2026-11-23T09:30:59", 30),
        ("2026-11-23T17:50", "2026-11-24T08:50", 30),
        ("2026-11-23T20:00", "2026-11-24T07:00", 0),
        ("2026-11-23T07:00", "2026-11-23T08:40", 10),
        ("2026-11-23T08:30", "2026-11-24T08:30", 570),
        ("2026-11-23T09:30", "2026-11-23T09:00", 0),
    ],
)
def test_minutes_between(start: str, end: str, minutes: int) -> None:
    assert working_minutes_between(at(start), at(end), DAILY) == minutes


def test_closed_weekdays_and_dates_do_not_count() -> None:
    # Saturday 17:30 to Wednesday 09:00: Saturday 30, Sunday closed, Monday 570, Tuesday closed, Wednesday 30
    assert working_minutes_between(at("2026-11-21T17:30"), at("2026-11-25T09:00"), NO_SUNDAY) == 630


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T09:00", 30, "2026-11-23T09:30"),
        ("2026-11-23T17:50", 30, "2026-11-25T08:50"),
        ("2026-11-23T17:30", 30, "2026-11-23T18:00"),
        ("2026-11-22T12:00", 30, "2026-11-23T09:00"),
        ("2026-11-23T06:00", 1, "2026-11-23T08:31"),
        ("2026-11-23T06:00", 0, "2026-11-23T06:00"),
    ],
)
def test_adding_minutes(start: str, minutes: int, end: str) -> None:
    assert add_working_minutes(at(start), minutes, NO_SUNDAY) == at(end)


def test_a_store_that_never_opens_counts_every_minute() -> None:
    assert add_working_minutes(at("2026-11-23T09:00"), 30, Hours()) == at("2026-11-23T09:30")
    assert working_minutes_between(at("2026-11-23T09:00"), at("2026-11-25T09:30"), Hours()) == 0


def test_open_from_opening_until_closing() -> None:
    assert [
        NO_SUNDAY.is_open(at(t)) for t in ("2026-11-23T08:30", "2026-11-23T18:00", "2026-11-22T12:00")
    ] == [
        True,
        False,
        False,
    ]


def test_hours_are_those_of_the_store_on_the_day(world, django_assert_num_queries) -> None:
    actor = world.actor(world.guanchou)
    day = clock.today() + dt.timedelta(days=7)
    setting_change(actor, OpeningSettings, {"closed_dates": [day.isoformat()]}, valid_from=day)
    with django_assert_num_queries(1):
        assert opening.hours_of(world.a.pk).closed == frozenset()
    assert opening.hours_of(world.a.pk, day).closed == frozenset({day})
    assert opening.hours_of(world.b.pk, day).closed == frozenset()


def test_a_closed_date_must_be_a_date(world) -> None:
    with pytest.raises(Invalid) as refused:
        setting_change(world.actor(world.guanchou), OpeningSettings, {"closed_dates": ["2026-02-30"]})
    assert list(refused.value.errors) == ["closed_dates"]


def test_public_holidays_are_offered() -> None:
    assert opening.holiday_years() == (2024, 2025, 2026)
    new_year = opening.public_holidays(2026)[0]
    assert (new_year.day, new_year.name, new_year.off) == (dt.date(2026, 1, 1), "元旦", True)
    assert [h.day for h in opening.public_holidays(2026) if not h.off and h.day.month == 10] == [
        dt.date(2026, 10, 10)
    ]
    assert opening.public_holidays(2031) == []
