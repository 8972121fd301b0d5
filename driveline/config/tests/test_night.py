"""The night: missed dates in order, every step once, a failure does not stop the others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from driveline.config import night, schedule
from driveline.core.models import OrgUnit, SweepStep

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
STEPS = (("first", f"{__name__}.first"), ("second", f"{__name__}.second"))
ran: list[tuple[str, str, date]] = []
broken: set[date] = set()


def code(store_id: int) -> str:
    return OrgUnit.objects.get(pk=store_id).code


def first(store_id: int, day: date) -> int:
    ran.append(("first", code(store_id), day))
    if day in broken:
        raise ValueError("no luck")
    return 1


def second(store_id: int, day: date) -> dict[str, Any]:
    ran.append(("second", code(store_id), day))
    return {"moved": 2}


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> OrgUnit:
    ran.clear()
    broken.clear()
    monkeypatch.setattr("driveline.core.clock.today", lambda: TODAY)
    group = OrgUnit.objects.create(kind=OrgUnit.Kind.GROUP, name="G")
    return OrgUnit.objects.create(parent=group, kind=OrgUnit.Kind.STORE, code="A", name="A")


def finish(store: OrgUnit, day: date) -> None:
    for name, _path in STEPS:
        SweepStep.objects.create(store=store, day=day, step=name, finished_at=timezone.now())


def test_the_first_night_of_a_store_is_today() -> None:
    assert night.run(STEPS, None) == [f"{TODAY} A first: {{'rows': 1}}", f"{TODAY} A second: {{'moved': 2}}"]
    assert ran == [("first", "A", TODAY), ("second", "A", TODAY)]
    assert SweepStep.objects.get(step="first").result == {"rows": 1}


def test_a_second_run_does_nothing() -> None:
    night.run(STEPS, None)
    ran.clear()
    assert (night.run(STEPS, None), ran) == ([], [])


def test_missed_dates_run_in_order(store: OrgUnit) -> None:
    finish(store, TODAY - timedelta(days=3))
    night.run(STEPS, None)
    assert [day for name, _code, day in ran if name == "first"] == [
        TODAY - timedelta(days=2),
        TODAY - timedelta(days=1),
        TODAY,
    ]


def test_a_killed_night_goes_on_where_it_stopped(store: OrgUnit) -> None:
    yesterday = TODAY - timedelta(days=1)
    SweepStep.objects.create(store=store, day=yesterday, step="first", finished_at=timezone.now())
    SweepStep.objects.create(store=store, day=yesterday, step="second")
    night.run(STEPS, None)
    assert ran == [("second", "A", yesterday), ("first", "A", TODAY), ("second", "A", TODAY)]


def test_a_broken_step_is_reported_and_tried_again() -> None:
    broken.add(TODAY)
    with pytest.raises(night.NightFailed, match="no luck"):
        night.run(STEPS, None)
    assert ran == [("first", "A", TODAY), ("second", "A", TODAY)]
    broken.clear()
    ran.clear()
    night.run(STEPS, None)
    assert ran == [("first", "A", TODAY)]


def test_a_date_that_is_asked_for_runs_again_and_alone() -> None:
    day = TODAY - timedelta(days=5)
    night.run(STEPS, day)
    night.run(STEPS, day)
    assert [entry for entry in ran if entry[0] == "first"] == [("first", "A", day)] * 2


def test_a_closed_store_sleeps(store: OrgUnit) -> None:
    OrgUnit.objects.filter(pk=store.pk).update(active=False)
    assert night.run(STEPS, None) == []


def test_everything_scheduled_exists() -> None:
    from django.utils.module_loading import import_string

    paths = [path for _name, path in schedule.NIGHTLY] + [*schedule.MINUTE, *schedule.DIGEST]
    paths += [entry["task_path"] for entry in schedule.RECURRING.values()]
    assert all(callable(getattr(import_string(path), "func", import_string(path))) for path in paths)
