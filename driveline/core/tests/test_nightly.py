"""The night runs each step once per store and date, in order, also late, twice, or after a kill (R-G-10, S-82)."""

import datetime as dt
import os
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from driveline.core import clock, nightly
from driveline.core.models import Notification, OrgUnit, SweepStep
from driveline.core.nightly import NightFailed, missing, run, run_again, run_minute
from driveline.core.one_at_a_time import one_at_a_time
from driveline.core.store_settings import OpeningSettings

TODAY = dt.date(2026, 11, 22)


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


class Night:
    """Two steps of the test's own, and what they did."""

    def __init__(self, a: OrgUnit) -> None:
        self.a = a
        self.ran: list[tuple[str, str, dt.date]] = []
        self.broken: set[tuple[str, str, dt.date]] = set()

    def body(self, code: str):
        def work(store: OrgUnit, date: dt.date) -> dict[str, int]:
            place = "A" if store.pk == self.a.pk else "B"
            self.ran.append((code, place, date))
            if (code, place, date) in self.broken:
                raise RuntimeError("out of order")
            return {"rows": 1}

        return work

    def of(self, place: str) -> list[tuple[str, dt.date]]:
        return [(code, date) for code, where, date in self.ran if where == place]


@pytest.fixture
def night(world, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    monkeypatch.setattr(nightly, "_steps", {})
    monkeypatch.setattr(nightly, "_minute_steps", {})
    found = Night(world.a)
    nightly.step("second", order=20)(found.body("second"))
    nightly.step("first", order=10)(found.body("first"))
    with clock.freeze(dt.datetime.combine(TODAY, dt.time(0, 5))):
        yield found


def test_the_first_night_of_a_store_is_the_date_itself(world, night: Night) -> None:
    report = run()
    assert night.ran == [
        ("first", "A", TODAY),
        ("second", "A", TODAY),
        ("first", "B", TODAY),
        ("second", "B", TODAY),
    ]
    assert (report.failed, str(report)) == ([], "4 run, 0 failed")
    assert str(report.lines[0]) == "2026-11-22 HX000026 first: {'rows': 1}"
    step = SweepStep.objects.get(store=world.a, step="first")
    assert (step.day, step.result) == (TODAY, {"rows": 1})
    assert step.finished_at is not None


def test_s_82_twice_is_the_same_as_once(night: Night) -> None:
    run()
    before = list(SweepStep.objects.values())
    night.ran.clear()
    assert run().lines == []
    assert (night.ran, list(SweepStep.objects.values())) == ([], before)


def test_missed_dates_run_in_order(night: Night) -> None:
    run(day(-3))
    night.ran.clear()
    run()
    assert night.of("A") == [(code, day(n)) for n in (-2, -1, 0) for code in ("first", "second")]
    assert SweepStep.objects.count() == 2 * 2 * 4


def test_each_date_has_its_own_settings(world, night: Night) -> None:
    seen: list[list[str]] = []
    nightly.step("third", order=30)(
        lambda store, date: seen.append(OpeningSettings.of(store.pk, date).closed_dates) or {}
    )
    run(day(-2))
    world.setting("store.closed_dates", ["2027-01-01"], since=TODAY)
    OrgUnit.objects.filter(pk=world.b.pk).update(active=False)
    seen.clear()
    run()
    assert seen == [[], ["2027-01-01"]]


def test_a_killed_night_goes_on_where_it_stopped(world, night: Night) -> None:
    run(day(-2))
    SweepStep.objects.create(store=world.a, day=day(-1), step="first", finished_at=clock.now())
    SweepStep.objects.create(store=world.a, day=day(-1), step="second")  # killed in the middle of it
    night.ran.clear()
    run(day(-1))
    assert night.of("A") == [("second", day(-1))]
    assert night.of("B") == [("first", day(-1)), ("second", day(-1))]


def test_a_failing_step_blocks_neither_the_other_steps_nor_the_other_store(night: Night) -> None:
    run(day(-2))
    night.ran.clear()
    night.broken.add(("first", "A", day(-1)))
    report = run()
    assert [(line.store, line.day, line.step, line.error) for line in report.failed] == [
        ("HX000026", day(-1), "first", "out of order")
    ]
    # its own later dates wait for it, so that dates stay in order
    assert night.of("A") == [("first", day(-1)), ("second", day(-1)), ("second", TODAY)]
    assert len(night.of("B")) == 4
    night.ran.clear()
    night.broken.clear()
    assert run().failed == []
    assert night.ran == [("first", "A", day(-1)), ("first", "A", TODAY)]


def test_the_queue_is_told_of_a_failure(night: Night) -> None:
    night.broken.add(("second", "B", TODAY))
    with pytest.raises(NightFailed, match="ST000007 second: failed, out of order"):
        nightly.sweep()
    night.broken.clear()
    assert nightly.sweep() == ["2026-11-22 ST000007 second: {'rows': 1}"]


def test_a_date_asked_for_runs_again_and_alone(night: Night) -> None:
    run()
    night.ran.clear()
    run_again(TODAY)
    assert night.of("A") == [("first", TODAY), ("second", TODAY)]
    assert SweepStep.objects.count() == 4
    assert len(nightly.sweep(day(-9))) == 4
    assert missing(night.a, TODAY) == {}


def test_a_new_step_begins_with_the_newest_date(night: Night) -> None:
    for offset in (-2, -1, 0):
        run(day(offset))
    nightly.step("late", order=5)(night.body("late"))
    assert missing(night.a, TODAY) == {TODAY: ["late"]}


def test_a_closed_store_sleeps_and_a_long_sleep_is_cut(world, night: Night) -> None:
    run(day(-400))
    OrgUnit.objects.filter(pk=world.a.pk).update(active=False)
    night.ran.clear()
    run(day(-399))
    assert night.of("A") == []
    OrgUnit.objects.filter(pk=world.a.pk).update(active=True)
    due = missing(world.a, TODAY)
    assert (min(due), max(due), len(due)) == (day(-366), TODAY, 367)


def test_minute_steps_run_in_every_store_whatever_fails(world, night: Night) -> None:
    seen: list[tuple[int, dt.datetime]] = []

    @nightly.minute_step("broken")
    def _broken(store: OrgUnit, now: dt.datetime) -> None:
        raise RuntimeError("no luck")

    @nightly.minute_step("works")
    def _works(store: OrgUnit, now: dt.datetime) -> dict[str, int]:
        seen.append((store.pk, now))
        return {"late": 2}

    report = run_minute()
    assert seen == [(world.a.pk, clock.now()), (world.b.pk, clock.now())]
    assert [(line.store, line.step, line.error) for line in report.failed] == [
        ("HX000026", "broken", "no luck"),
        ("ST000007", "broken", "no luck"),
    ]


def test_a_step_is_declared_once(night: Night) -> None:
    with pytest.raises(ValueError, match="first"):
        nightly.step("first", order=1)(night.body("first"))


def test_old_messages_go_at_night(world) -> None:
    with clock.freeze("2026-08-01T09:00"):
        Notification.objects.create(store=world.a, user=world.gujia, kind="x", created_at=clock.now())
    assert "core.notifications" in nightly.steps()
    line = nightly._run_step(world.a, TODAY, "core.notifications")
    assert (line.result, Notification.objects.count()) == ({"purged": 1}, 0)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_each_step_once(world, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "_steps", {})
    ran: list[int] = []
    started = threading.Event()

    @nightly.step("slow", order=1)
    def _slow(store: OrgUnit, date: dt.date) -> None:
        ran.append(store.pk)
        started.set()
        threading.Event().wait(0.2)

    def sweep() -> None:
        try:
            run(TODAY)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    threads[0].start()
    started.wait(10)
    threads[1].start()
    [thread.join(30) for thread in threads]
    assert ran == [world.a.pk, world.b.pk]


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_lets_go_of_its_lock() -> None:
    """The lock ends with its process, even with kill -9."""
    ready, told = os.pipe()
    connection.close()
    child = os.fork()
    if child == 0:
        with one_at_a_time("test"):
            os.write(told, b"x")
            threading.Event().wait(60)
        os._exit(0)
    os.read(ready, 1)
    os.kill(child, 9)
    os.waitpid(child, 0)
    with one_at_a_time("test"):
        pass
