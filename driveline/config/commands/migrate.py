"""driveline migrate: bring the tables to this version."""

import argparse

from driveline.config.maintenance import migrate_all

HELP = "Bring the database to this version of the program."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to declare."""


def run(args: argparse.Namespace) -> int:
    """Apply what is pending."""
    done = migrate_all()
    print(f"{done} migrations applied." if done else "Nothing to do.")
    return 0
