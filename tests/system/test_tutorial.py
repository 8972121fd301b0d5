"""The module of docs/tutorial.md works: its own tests run with it installed, in a process of their own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.architecture.source import ROOT


@pytest.mark.skipif(settings.POSTGRES, reason="one database is enough for a tutorial")
def test_the_tutorial_can_be_followed() -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
            *("--ds=tests.tutorial_app.settings", "tests/tutorial_app/keys/checks.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "DB": "sqlite", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "5 passed" in run.stdout
