"""The night survives: killed with -9 anywhere, run twice, run two days late, it leaves the rows of an undisturbed one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from django.db import connection, transaction

from driveline.config.cli import DEMO_MARK
from driveline.core import clock, nightly
from tests.system import survival
from tests.system.conftest import Inside, Installation, copy_of

pytestmark = pytest.mark.slow

CLOCK = "now.txt"
MIDNIGHT = "2019-03-06T00:05"
KILLS = 3


class Night:
    """An installation at the end of 2019-03-05 whose clock stands in a file."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        (installation.home / DEMO_MARK).touch()  # only there may the clock be set
        self.variables = {
            "DJANGO_SETTINGS_MODULE": "driveline.config.settings.demo",
            "DRIVELINE_NOW_FILE": str(installation.home / CLOCK),
        }

    def at(self, moment: str) -> Night:
        (self.installation.home / CLOCK).write_text(moment)
        return self

    def run(self, *arguments: str) -> None:
        """`driveline sweep` to its end."""
        done = self.installation.run("sweep", *arguments, **self.variables)
        assert done.returncode == 0, done.stderr

    def killed(self, kill_at: int) -> dict[str, Any] | None:
        """A sweep that is killed before its n-th write; what it told when it came to its end before that."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.system.survival", "sweep", str(kill_at)],
            cwd=self.installation.home,
            env=self.installation.environment(**self.variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode == 0:
            told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            return told
        assert done.returncode == -signal.SIGKILL, done.stderr
        return None

    def dump(self, *moments: str) -> dict[str, list[str]]:
        """What is there after a sweep at each of the moments, which pass in one running program."""
        with Inside(self.installation, **self.variables) as inside:
            for moment in moments:
                self.at(moment)
                inside.ask("sweep", 0)
            rows: dict[str, list[str]] = inside.ask("dump")
            return rows


type NewNight = Callable[[], Night]


@pytest.fixture(scope="module")
def new_night(_maker: Callable[[str], Installation], _migrated: Installation) -> NewNight:
    """Makes copies of one store in which the night has something to do in every step."""
    first = Night(copy_of(_maker, _migrated))
    first.at("2019-03-05T20:00")
    with Inside(first.installation, **first.variables) as inside:
        inside.ask("nights")
    return lambda: Night(copy_of(_maker, first.installation))


@pytest.fixture(scope="module")
def undisturbed(new_night: NewNight) -> dict[str, list[str]]:
    """What one sweep leaves, with nothing in its way."""
    night = new_night().at("2019-03-05T20:00")
    before, after = night.dump(), night.dump(MIDNIGHT)
    assert {name for name in after if before[name] != after[name]} == set(after)  # every table has its part
    return after


def test_s82_twice_is_once(new_night: NewNight, undisturbed: dict[str, list[str]]) -> None:
    night = new_night().at(MIDNIGHT)
    night.run()
    night.run("--date", "2019-03-06")
    assert night.dump(MIDNIGHT) == undisturbed


def test_s82_killed_anywhere_the_next_run_brings_it_to_the_same_end(
    new_night: NewNight, undisturbed: dict[str, list[str]]
) -> None:
    told = new_night().at(MIDNIGHT).killed(0)
    assert told is not None
    writes = told["writes"]
    assert writes > KILLS
    for n in range(KILLS):
        night = new_night().at(MIDNIGHT)
        place = 1 + n * (writes - 1) // (KILLS - 1)
        assert night.killed(place) is None
        night.killed(1 + place // 2)  # and once more on the way, if it comes so far
        assert night.dump(MIDNIGHT) == undisturbed, f"killed before write {place} of {writes}"


class Killed(BaseException):
    """Passes every handler, as the end of a process does."""


@pytest.mark.django_db
def test_s82_broken_off_before_any_write_it_comes_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nightly, "one_at_a_time", lambda _name: nullcontext())
    survival.nights()

    def rows_after(kill_at: int) -> tuple[int, dict[str, list[str]]]:
        """Writes done, and what the next whole run leaves; the database then stands as before."""
        with transaction.atomic():
            writes = survival.Writes(kill_at, _kill)
            with suppress(Killed), connection.execute_wrapper(writes):
                nightly.sweep()
            transaction.set_rollback(False)  # what was not written is not there; the rest goes on
            nightly.sweep()
            rows = survival.dump()
            transaction.set_rollback(True)
        return writes.done, rows

    with clock.freeze(MIDNIGHT):
        writes, whole = rows_after(0)
        different = [n for n in range(1, writes + 1) if rows_after(n)[1] != whole]
    assert different == []


def _kill() -> None:
    raise Killed


def test_s82_two_days_late_makes_up_for_every_date(new_night: NewNight) -> None:
    punctual, late = new_night(), new_night()
    left = punctual.dump(MIDNIGHT, "2019-03-07T00:05", "2019-03-08T00:05")
    right = late.dump("2019-03-08T00:05")
    assert right["steps"] == left["steps"]
    assert right["counters"] == left["counters"]
    # What the punctual nights mended on their dates is mended on the newest: the same rows, due that day.
    for name in ("pursuits", "tasks", "moves", "transitions"):
        assert len(right[name]) == len(left[name])
    assert not [row for row in right["tasks"] if "2019, 3, 6" in row and "repair" in row]
    repaired = [[row for row in rows["notifications"] if "'repaired'" in row] for rows in (left, right)]
    assert len(repaired[1]) == len(repaired[0]) > 0  # nobody hears of it once for each date
    assert late.dump("2019-03-08T00:05") == right
