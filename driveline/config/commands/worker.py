"""driveline worker: background work and the schedule."""

import argparse

from django.core.management import call_command

HELP = "Run the background worker and the schedule. Several may run with a database server."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--only-work", action="store_true", help="leave the schedule to another worker")


def run(args: argparse.Namespace) -> int:
    """Work until stopped."""
    call_command("dj_queue", mode="async", only_work=args.only_work)
    return 0
