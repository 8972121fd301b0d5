"""`driveline demo` loads its data once, keeps them, begins anew on request and never touches a real installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from driveline.config.commands.demo import claim_home
from tests.system.conftest import Maker

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(getattr(settings, "POSTGRES", False), reason="the demonstration is embedded"),
]

COUNT = """
from driveline.engines.followup.models import Pursuit
from driveline.core.models import OrgUnit
print(Pursuit.objects.count() > 3000, OrgUnit.objects.filter(name="renamed").count())
"""
RENAME = """
from driveline.core.models import OrgUnit
OrgUnit.objects.filter(pk=OrgUnit.objects.filter(kind="store").order_by("pk").first().pk).update(name="renamed")
"""


def test_the_data_are_loaded_once_and_kept(new_installation: Maker) -> None:
    demo = new_installation()
    first = demo.run("demo", "--prepare")
    assert (first.returncode, first.stderr) == (0, "")
    assert (demo.home / ".demo").exists()
    demo.python(RENAME)
    assert demo.run("demo", "--prepare").stdout == ""
    assert demo.python(COUNT) == "True 1"


def test_a_reset_empties_the_demonstrations_own_folder(tmp_path: Path, settings: Any) -> None:
    settings.HOME, settings.MEDIA_ROOT, settings.EMBEDDED = tmp_path, tmp_path / "files", True
    (tmp_path / "files").mkdir()
    for name in (".demo", "driveline.sqlite3", "driveline.sqlite3-wal", "secret.key", "files/photo.jpg"):
        (tmp_path / name).touch()
    claim_home(reset=False)
    assert (tmp_path / "files" / "photo.jpg").exists()
    claim_home(reset=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".demo", "secret.key"]


def test_a_real_installation_is_left_alone(new_migrated_installation: Maker) -> None:
    real = new_migrated_installation()
    refused = real.run("demo", "--prepare", "--reset")
    assert (refused.returncode, "not a demonstration" in refused.stderr) == (1, True)
    assert not (real.home / ".demo").exists()


def test_the_clock_may_be_set_in_a_demonstration(new_installation: Maker) -> None:
    demo = new_installation()
    (demo.home / ".demo").touch()
    done = demo.run("sweep", "--list", DRIVELINE_NOW="2026-11-22T09:00")
    assert done.returncode == 0, done.stderr
    assert "followup.repair" in done.stdout.split()
