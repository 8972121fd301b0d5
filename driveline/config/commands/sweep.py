"""driveline sweep: the nightly rules, now."""

import argparse
from datetime import date

from driveline.config import schedule

HELP = "Run the nightly rules that are due, or those of one date. Running them twice changes nothing."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="this business date only"
    )


def run(args: argparse.Namespace) -> int:
    """Sweep and say what was done."""
    for line in schedule.run_nightly(args.date):
        print(line)
    return 0
