"""A backup is taken while others write, and what comes back is one moment of the whole installation."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from tests.system.conftest import Installation, Maker

pytestmark = pytest.mark.slow

# Always two rows in one transaction: a backup that holds an odd one was torn.
WRITER = """
import sys, time
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
sys.stdout.write("writing\\n"); sys.stdout.flush()
for n in range(100_000):
    with transaction.atomic():
        for side in "ab":
            Session.objects.create(session_key=f"{side}{n}", session_data="x" * 500, expire_date=timezone.now())
    time.sleep(0.002)
"""
COUNT = """
from django.contrib.sessions.models import Session
print(*(Session.objects.filter(session_key__startswith=side).count() for side in "ab"))
"""


@pytest.fixture
def full(new_migrated_installation: Maker) -> Installation:
    """An installation with some bulk and one attached file."""
    installation = new_migrated_installation()
    installation.python(
        "from django.contrib.sessions.models import Session\n"
        "from django.utils import timezone\n"
        "Session.objects.bulk_create(Session(session_key=f'old{n}', session_data='y' * 2000,"
        " expire_date=timezone.now()) for n in range(5000))"
    )
    (installation.home / "files" / "2026").mkdir(parents=True)
    (installation.home / "files" / "2026" / "照片.jpg").write_bytes(bytes(range(256)) * 1000)
    return installation


def test_a_backup_under_load_comes_back_equal(
    full: Installation, new_installation: Maker, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar.gz"
    writer = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{WRITER}"],
        env=full.environment(DJANGO_SETTINGS_MODULE="driveline.config.settings.prod"),
        cwd=full.home,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        time.sleep(0.5)
        before = full.python(COUNT)
        done = full.run("backup", str(archive))
        after = full.python(COUNT)
        assert writer.poll() is None
    finally:
        writer.terminate()
        writer.wait()
    assert done.returncode == 0, done.stderr
    assert 0 < int(before.split()[0]) < int(after.split()[0])

    other = new_installation()
    done = other.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    left, right = map(int, other.python(COUNT).split())
    assert left == right
    assert int(before.split()[0]) <= left <= int(after.split()[0])
    assert (other.home / "files" / "2026" / "照片.jpg").read_bytes() == bytes(range(256)) * 1000
    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is a file
    assert manifest["rows"]["django_session"] == 5000 + 2 * left
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_damaged_backup_is_refused_and_nothing_is_touched(full: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    assert full.run("backup", str(archive)).returncode == 0
    torn = tmp_path / "torn.tar.gz"
    torn.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    changed = tmp_path / "changed.tar.gz"
    _with_another_file(archive, changed)
    for bad in (torn, changed):
        done = full.run("restore", str(bad), "--yes")
        assert (done.returncode, done.stdout) == (1, "")
        assert bad.name in done.stderr
        assert "Traceback" not in done.stderr
    assert (
        full.python("from django.contrib.sessions.models import Session\nprint(Session.objects.count())")
        == "5000"
    )
    assert sorted(path.name for path in full.home.glob(".backup-*")) == []


def test_an_installation_in_use_is_replaced_only_on_request(full: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    full.python(
        "from driveline.core.models import User\nUser.objects.create(login='wang', name='王', password='!')"
    )
    assert full.run("backup", str(archive)).returncode == 0
    full.python("from driveline.core.models import User\nUser.objects.update(name='李')")
    refused = full.run("restore", str(archive))
    assert (refused.returncode, "--yes" in refused.stderr) == (1, True)
    assert full.run("restore", str(archive), "--yes").returncode == 0
    assert full.python("from driveline.core.models import User\nprint(User.objects.get().name)") == "王"


def _with_another_file(source: Path, target: Path) -> None:
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            new.addfile(member, old.extractfile(member))
        new.add(__file__, arcname="files/2026/more.py")
