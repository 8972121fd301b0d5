"""The `driveline` command line. Each command is one file in `commands/`: its arguments and what it does."""

from __future__ import annotations

import argparse
import gc
import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Protocol

from driveline.config import env

TURN = 0.0005  # seconds a thread may go on while another has its answer from the database; usual are 0.005
# These talk English like the command line itself, and write no words of their own, or write them in the language of
# the installation; what the others write down is read by the stores' people.
TALKING = frozenset({"backup", "check", "init", "migrate", "restore", "token", "user"})
COMMANDS = (
    "init",
    "serve",
    "worker",
    "sweep",
    "user",
    "token",
    "import",
    "migrate",
    "backup",
    "restore",
    "check",
    "demo",
)
DEMO_MARK = ".demo"


class Command(Protocol):
    """What a module in `commands/` offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit code."""


class Refusal(Exception):
    """A sentence for the person at the terminal; exit code 1, no traceback."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="driveline", description="Driveline, customer relations for dealerships."
    )
    chosen = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        command = _command(name)
        command.add_arguments(chosen.add_parser(name, help=command.HELP, description=command.HELP))
    args = parser.parse_args(argv)
    os.umask(0o077)  # the data folder holds customers' data: nobody else on the machine reads it
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", f"driveline.config.settings.{settings_name(args.command)}"
    )
    return _run(args)


def settings_name(command: str) -> str:
    """`demo` for the demonstration and for every command on its data folder, else `prod`."""
    return "demo" if command == "demo" or (env.home() / DEMO_MARK).exists() else "prod"


def _command(name: str) -> Command:
    module = f"{name}_" if keyword.iskeyword(name) else name
    return importlib.import_module(f"driveline.config.commands.{module}")


def _run(args: argparse.Namespace) -> int:
    import django
    from django.core.exceptions import ImproperlyConfigured, ValidationError
    from django.utils import translation

    from driveline.kit.errors import Forbidden, Invalid, Refused

    with ExitStack() as language:
        try:
            django.setup()
            if args.command in TALKING:
                language.enter_context(translation.override("en"))
            gc.freeze()  # what the program consists of stays; collections need not go through it again and again
            sys.setswitchinterval(TURN)
            return _command(args.command).run(args)
        except (Refusal, Refused, Invalid, Forbidden, ImproperlyConfigured) as refusal:
            return _refuse(str(refusal))
        except ValidationError as refusal:
            return _refuse(" ".join(refusal.messages))
        except KeyboardInterrupt:
            return 130
        finally:
            gc.unfreeze()  # connections that are left are closed as the program ends


def _refuse(sentence: str) -> int:
    print(f"driveline: {sentence}", file=sys.stderr)  # noqa: T201  a person reads it
    return 1
