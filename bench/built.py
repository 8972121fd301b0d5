"""The databases that the measuring programs work on: built once a business day, found again after that."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import web
from bench.data import reusable
from bench.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(tempfile.gettempdir()) / f"driveline-bench-{os.getuid()}"
PRODUCTION = "driveline.config.settings.prod"
SECONDS = 1800


def open_to_postgres(home: Path) -> None:
    """The folder of the builds; PostgreSQL's own user has to reach its cluster inside."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)


def environment(home: Path, url: str = "", settings: str = PRODUCTION) -> dict[str, str]:
    """What a process needs to run the program with its data in `home`, and in the server of `url` if there is one."""
    found = {
        **web.plain_environment(),
        "DJANGO_SETTINGS_MODULE": settings,
        "DRIVELINE_HOME": str(home),
        "DRIVELINE_PLAIN_HTTP": "1",
        "DRIVELINE_SECRET_KEY": secrets.token_urlsafe(50),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    return found | ({"DRIVELINE_DATABASE_URL": url} if url else {})


def built(
    home: Path,
    leads: int,
    cluster: Cluster | None,
    name: str,
    *,
    fresh: bool = False,
    settings: str = PRODUCTION,
) -> dict[str, str]:
    """Build the database `name` of so many leads, or find it; the environment to work on it.

    Without a cluster it is the embedded database in `home`."""
    fresh = fresh or not reusable(home, leads)
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
    if cluster is not None and cluster.create(name, fresh=fresh) and not fresh:
        raise SystemExit("bench: the database is gone; run again with --fresh")
    found = environment(home, cluster.url(name) if cluster is not None else "", settings)
    call("bench.data", [str(leads)], found)
    return found


def call(module: str, arguments: list[str], environment: dict[str, str]) -> None:
    """A program of the bench in a process of its own; ends this one if it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False, timeout=SECONDS)
    if done.returncode:
        raise SystemExit(done.returncode)
