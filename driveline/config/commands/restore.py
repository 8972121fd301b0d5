"""driveline restore: the way back from an archive."""

import argparse
from pathlib import Path

from driveline.config import maintenance
from driveline.config.backups import service
from driveline.config.backups.archive import Damaged
from driveline.config.cli import Refusal

HELP = "Replace this installation by the one in an archive. Stop the server and the workers first."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="an archive made by driveline backup")
    parser.add_argument("--yes", action="store_true", help="replace what is here")


def run(args: argparse.Namespace) -> int:
    """Restore, then say whether migrations are pending."""
    try:
        manifest = service.bring_back(args.file, replace=args.yes)
    except Damaged as reason:
        raise Refusal(str(reason)) from reason
    except service.NotEmpty as refusal:
        raise Refusal(
            "this installation holds data; add --yes to replace it (a backup first is wise)"
        ) from refusal
    print(f"Restored the backup of {manifest.created}: {sum(manifest.rows.values())} rows.")
    if pending := maintenance.pending_migrations():
        print(f"It is older than this program by {len(pending)} migrations; run: driveline migrate")
    return 0
