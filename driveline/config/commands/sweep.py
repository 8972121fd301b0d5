"""driveline sweep: the nightly rules, now."""

import argparse
from datetime import date

from driveline.config import schedule
from driveline.config.cli import Refusal

HELP = "Run the nightly rules that are due, or those of one date. Running them twice changes nothing."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="this business date only"
    )
    parser.add_argument("--list", action="store_true", help="only name the steps, in their order")


def run(args: argparse.Namespace) -> int:
    """Sweep and say what was done."""
    from driveline.core.nightly import NightFailed

    try:
        lines = schedule.steps() if args.list else schedule.run_nightly(args.date)
    except NightFailed as failure:
        raise Refusal(str(failure)) from failure
    print("\n".join(lines) if lines else "Nothing to do.")
    return 0
