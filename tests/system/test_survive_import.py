"""An import survives: killed with -9 at ten random moments, its worker gone, its database restarted, the same file
twice at once, two files with the same numbers at once; every row has exactly one verdict and no lead is doubled (issue:
import concierge)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.system.conftest import Inside, Installation, copy_of

pytestmark = pytest.mark.slow

ROWS = 3000
BAD = range(100, ROWS, 400)  # rows without a number
KILLS = 10
PATIENCE = 120  # seconds
UNEXPECTED = "发生意外错误，已记入日志"

type Office = Callable[[], Installation]


@pytest.fixture(scope="module")
def office(_maker: Callable[[str], Installation], _migrated: Installation) -> Office:
    """Makes copies of a store where nothing has been brought in yet."""
    first = copy_of(_maker, _migrated)
    with Inside(first) as inside:
        assert inside.ask("importers") == {"store": "HX000026"}
    return lambda: copy_of(_maker, first)


def a_file(folder: Path, name: str, first: int = 0, rows: int = ROWS) -> Path:
    """A list of leads, some without a number."""
    lines = ["姓名,手机号,备注"]
    lines += [f"客户{n},{'' if n in BAD else f'138{first + n:08d}'},{name}" for n in range(rows)]
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def started(installation: Installation, file: Path) -> subprocess.Popen[str]:
    words = ["import", "leads", str(file), "--store", "HX000026", "--as", "jingding", "--source", "other_web"]
    return subprocess.Popen(
        [sys.executable, "-m", "driveline", *words],
        cwd=installation.home,
        env=installation.environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def left(installation: Installation) -> dict[str, Any]:
    with Inside(installation) as inside:
        found: dict[str, Any] = inside.ask("imported")
    return found


def whole(found: dict[str, Any], rows: int, leads: int) -> None:
    assert (found["rows"], found["twice"], found["broken"]) == (rows, [], [])
    assert (found["leads"], found["parties"], found["numbers"]) == (leads, leads, leads)


def killed(installation: Installation, file: Path, at: int) -> bool:
    """The same command, killed just before its n-th write; whether it was."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.survival", "bring_in", str(file), str(at)],
        cwd=installation.home,
        env=installation.environment(DJANGO_SETTINGS_MODULE="driveline.config.settings.prod"),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def test_killed_at_ten_random_moments_every_row_has_one_verdict(office: Office, tmp_path: Path) -> None:
    installation, file = office(), a_file(tmp_path, "名单", rows=4 * ROWS)
    chance = random.Random(20)
    # Before the first chunk stand the upload and the mapping, later only the taking over. A chunk has two counted
    # writes where rows are copied in, ten where they are inserted: so no kill comes after the end.
    first, later = (14, 6) if settings.POSTGRES else (30, 12)
    for at in [first, *(chance.randint(1, later) for _kill in range(KILLS - 1))]:
        assert killed(installation, file, at)
    half = left(installation)
    assert (half["twice"], half["broken"]) == ([], [])
    assert half["leads"] == half["batches"][0]["counts"]["new"]
    assert 0 < half["rows"] < 4 * ROWS
    assert not killed(installation, file, 0)
    found = left(installation)
    bad = len(BAD)
    assert found["batches"] == [
        {"state": "done", "counts": {"new": 4 * ROWS - bad, "duplicate": 0, "failed": bad}, "total": 4 * ROWS}
    ]
    whole(found, 4 * ROWS, 4 * ROWS - bad)


def test_the_same_file_twice_at_once_makes_each_lead_once(office: Office, tmp_path: Path) -> None:
    installation, file = office(), a_file(tmp_path, "名单")
    pair = [started(installation, file) for _ in range(2)]
    said = [process.communicate(timeout=PATIENCE) for process in pair]
    codes = sorted(process.returncode for process in pair)
    assert codes in ([0, 1], [0, 0]), said
    found = left(installation)
    assert all(batch["state"] == "done" for batch in found["batches"])
    assert sum(batch["counts"]["new"] for batch in found["batches"]) == ROWS - len(BAD)
    whole(found, ROWS * len(found["batches"]), ROWS - len(BAD))


def test_two_files_with_the_same_numbers_at_once_make_each_lead_once(office: Office, tmp_path: Path) -> None:
    installation = office()
    files = [a_file(tmp_path, name) for name in ("之家", "懂车帝")]
    pair = [started(installation, file) for file in files]
    said = [process.communicate(timeout=PATIENCE) for process in pair]
    assert [process.returncode for process in pair] == [0, 0], said
    found = left(installation)
    totals = {
        name: sum(b["counts"][name] for b in found["batches"]) for name in ("new", "duplicate", "failed")
    }
    leads = ROWS - len(BAD)
    assert totals == {"new": leads, "duplicate": leads, "failed": 2 * len(BAD)}
    whole(found, 2 * ROWS, leads)


def test_an_import_whose_worker_is_killed_is_finished_by_the_next(office: Office, tmp_path: Path) -> None:
    installation, file = office(), a_file(tmp_path, "名单")
    with Inside(installation) as inside:
        inside.ask("import_by_worker", file)
        first = worker(installation)
        until(lambda: inside.ask("position") > 0)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        reached = inside.ask("position")
        assert inside.ask("resume_lost") == 1
        second = worker(installation)
        try:
            until(lambda: inside.ask("imported")["batches"][0]["state"] == "done")
        finally:
            second.terminate()
            second.wait(PATIENCE)
        found = inside.ask("imported")
    assert 0 < reached <= ROWS + 1
    assert found["batches"][0]["counts"] == {"new": ROWS - len(BAD), "duplicate": 0, "failed": len(BAD)}
    whole(found, ROWS, ROWS - len(BAD))


@pytest.mark.skipif(not settings.POSTGRES, reason="SQLite has no server that could be restarted")
def test_an_import_whose_database_is_restarted_goes_on_by_itself(office: Office, tmp_path: Path) -> None:
    installation, file = office(), a_file(tmp_path, "名单", rows=4 * ROWS)
    with Inside(installation) as inside:
        running, reached, lost = started(installation, file), 0, 0
        for _restart in range(3):
            until(lambda then=reached: inside.ask("position") > then)
            lost += inside.ask("cut")
            reached = inside.ask("position")
        said = running.communicate(timeout=PATIENCE)
        assert running.returncode == 0, said
        found = inside.ask("imported")
    assert lost >= 3
    assert 0 < reached < 4 * ROWS
    assert found["batches"][0]["counts"] == {"new": 4 * ROWS - len(BAD), "duplicate": 0, "failed": len(BAD)}
    whole(found, 4 * ROWS, 4 * ROWS - len(BAD))


@pytest.mark.skipif(settings.POSTGRES, reason="the room of a server's disk is not this program's to limit")
def test_an_import_that_fills_the_disk_says_so_and_goes_on_when_there_is_room(
    office: Office, tmp_path: Path
) -> None:
    installation, file = office(), a_file(tmp_path, "名单", rows=4 * ROWS)
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.survival", "bring_in_without_room", str(file)],
        cwd=installation.home,
        env=installation.environment(DJANGO_SETTINGS_MODULE="driveline.config.settings.prod"),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"driveline: {UNEXPECTED}"
    half = left(installation)
    assert half["batches"][0]["state"] == "failed"
    assert 0 < half["rows"] < 4 * ROWS
    assert (half["twice"], half["broken"]) == ([], [])
    assert half["leads"] == half["batches"][0]["counts"]["new"]
    again = started(installation, file)
    said = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, said
    found = left(installation)
    assert found["batches"][0]["counts"] == {"new": 4 * ROWS - len(BAD), "duplicate": 0, "failed": len(BAD)}
    whole(found, 4 * ROWS, 4 * ROWS - len(BAD))


def worker(installation: Installation) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "driveline", "worker"],
        cwd=installation.home,
        env=installation.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
