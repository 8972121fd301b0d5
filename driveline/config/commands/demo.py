"""driveline demo: a dealer group with believable leads, web server and worker, on this machine only."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections

from driveline.config import maintenance, processes
from driveline.config.cli import DEMO_MARK, Refusal

if TYPE_CHECKING:
    from driveline.modules.setup.demo import DemoLogin

HELP = "Start a demonstration with believable data. Started again it keeps them."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--reset", action="store_true", help="throw the demonstration's data away and begin anew"
    )
    parser.add_argument("--prepare", action="store_true", help="load the data and stop")


def run(args: argparse.Namespace) -> int:
    """Load the data once, start everything, print where and as whom to sign in."""
    host, port = "127.0.0.1", processes.port_from(os.environ.get("PORT"))
    if not args.prepare:
        processes.require_free_port(host, port)
    claim_home(reset=args.reset)
    maintenance.migrate_all()

    from driveline.modules.setup import demo

    if not demo.loaded():
        print("driveline: loading the demonstration data ...", flush=True)
        demo.load()
    maintenance.collect_static()
    connections.close_all()
    if args.prepare:
        return 0
    family = processes.Family()
    family.add("web", processes.web_command(host, port, workers=2, threads=4), vital=True)
    family.add("worker", processes.worker_command(), vital=False)
    address = f"http://{host}:{port}"

    def announce() -> None:
        print(f"ready: {address}\n{cast(demo.logins())}\nCtrl-C ends it; the data stay.", flush=True)

    return family.run(when_ready=announce, url=f"{address}/healthz")


def cast(logins: Sequence[DemoLogin]) -> str:
    """Everybody who can sign in, store by store, and the password that they share."""
    lines = [f"password of everybody: {logins[0].password}"]
    for store, people in groupby(logins, key=attrgetter("store")):
        lines.append(f"{store}")
        lines += [f"  {one.login:<12} {one.role}  {one.name}" for one in people]
    return "\n".join(lines)


def claim_home(*, reset: bool) -> None:
    """Make the data folder the demonstration's; refuse one that holds a real installation."""
    home = settings.HOME
    mark = home / DEMO_MARK
    if not mark.exists() and (home / "driveline.sqlite3").exists():
        raise Refusal(
            f"{home} holds an installation that is not a demonstration; set DRIVELINE_HOME to another folder"
        )
    home.mkdir(parents=True, exist_ok=True)
    if reset and mark.exists():
        if not settings.EMBEDDED:
            raise Refusal("--reset is for the embedded database; empty the database server's own")
        connections.close_all()
        for file in home.glob("driveline.sqlite3*"):
            file.unlink()
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    mark.touch()
