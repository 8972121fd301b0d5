"""driveline serve: the web server, with the worker beside it on the embedded database."""

import argparse
import os

from django.conf import settings

from driveline.config import maintenance, processes
from driveline.config.cli import Refusal

HELP = "Serve the pages. With the embedded database the background worker runs beside it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", help="port (default: PORT or 8000)")
    parser.add_argument("--workers", type=int, default=2, help="web processes (default: 2)")
    parser.add_argument("--threads", type=int, default=4, help="threads a process (default: 4)")
    parser.add_argument(
        "--worker",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="run the background worker too (default: with the embedded database)",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    if pending := maintenance.pending_migrations():
        raise Refusal(
            f"the database lacks {len(pending)} migrations; run: driveline migrate (after a backup)"
        )
    port = processes.port_from(args.port or os.environ.get("PORT"))
    processes.require_free_port(args.host, port)
    maintenance.collect_static()
    family = processes.Family()
    family.add(
        "web", processes.web_command(args.host, port, workers=args.workers, threads=args.threads), vital=True
    )
    if args.worker if args.worker is not None else settings.EMBEDDED:
        family.add("worker", processes.worker_command(), vital=False)
    host = "127.0.0.1" if args.host in {"0.0.0.0", "::"} else args.host  # noqa: S104  compared, not bound
    address = f"http://{host}:{port}"
    return family.run(when_ready=lambda: print(f"ready: {address}", flush=True), url=f"{address}/healthz")
