"""driveline backup: one file with everything, taken while people work."""

import argparse
from pathlib import Path

from driveline.config.backups import service
from driveline.config.backups.archive import Damaged
from driveline.config.cli import Refusal

HELP = "Write the database and all attached files to one archive; people may go on working."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive to write, a .tar.gz")


def run(args: argparse.Namespace) -> int:
    """Back up."""
    if not args.file.resolve().parent.is_dir():
        raise Refusal(f"there is no folder {args.file.resolve().parent}")
    try:
        manifest = service.back_up(args.file.resolve())
    except Damaged as reason:
        raise Refusal(str(reason)) from reason
    size = args.file.stat().st_size / 1_000_000
    print(f"{args.file}: {sum(manifest.rows.values())} rows, {len(manifest.sha256) - 1} files, {size:.1f} MB")
    return 0
