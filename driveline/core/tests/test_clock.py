"""The business clock can be held and moved, the system clock cannot (DESIGN §3a)."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from driveline.core import clock


def test_the_business_date_is_the_one_in_shanghai() -> None:
    with clock.freeze(dt.datetime(2026, 11, 21, 16, 5, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 11, 22)
        assert clock.now().isoformat() == "2026-11-22T00:05:00+08:00"


def test_a_frozen_clock_nests_and_thaws() -> None:
    with clock.freeze("2026-11-22T09:30"):
        with clock.freeze(dt.date(2027, 1, 1)):
            assert clock.now() == dt.datetime(2027, 1, 1, tzinfo=clock.SHANGHAI)
        assert clock.now() == dt.datetime(2026, 11, 22, 9, 30, tzinfo=clock.SHANGHAI)
    assert abs(clock.now() - clock.system_now()) < dt.timedelta(seconds=5)


def test_the_environment_fixes_the_business_clock_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIVELINE_NOW", "2019-03-16T08:00")
    assert clock.today() == dt.date(2019, 3, 16)
    assert clock.system_now().year >= 2026


def test_a_file_is_read_at_every_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "now"
    file.write_text("2026-11-22T09:00\n")
    monkeypatch.setenv("DRIVELINE_NOW_FILE", str(file))
    monkeypatch.setenv("DRIVELINE_NOW", "2019-03-16")
    assert clock.today() == dt.date(2026, 11, 22)
    file.write_text("2026-11-23T00:05:00+08:00")
    assert clock.now() == dt.datetime(2026, 11, 23, 0, 5, tzinfo=clock.SHANGHAI)
    file.write_text("")  # being rewritten: what it said last
    assert clock.today() == dt.date(2026, 11, 23)
    file.unlink()
    assert clock.today() == dt.date(2019, 3, 16)


def test_an_unreadable_moment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIVELINE_NOW", "tomorrow")
    with pytest.raises(ImproperlyConfigured, match="'tomorrow'"):
        clock.now()


@pytest.mark.parametrize("name", ["DRIVELINE_NOW", "DRIVELINE_NOW_FILE"])
def test_production_refuses_a_held_clock(name: str, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.TESTING = settings.DEMO = settings.DEBUG = False
    monkeypatch.setenv(name, "2026-11-22")
    with pytest.raises(ImproperlyConfigured, match="not for setting in production"):
        clock.now()


def test_days_begin_at_midnight_in_shanghai() -> None:
    assert clock.day_start(dt.date(2026, 11, 22)).isoformat() == "2026-11-22T00:00:00+08:00"
    assert clock.at(dt.date(2026, 11, 22), dt.time(8, 30)).isoformat() == "2026-11-22T08:30:00+08:00"
