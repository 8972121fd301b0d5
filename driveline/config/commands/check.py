"""driveline check: would this installation work, and is it safe?"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection, transaction

from driveline.config import maintenance
from driveline.core import references

HELP = "Check the settings, the database, the disk and the files of this installation."
LEAST_FREE_BYTES = 500_000_000


class Finding(Exception):
    """A check failed; the text says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to declare."""


def run(args: argparse.Namespace) -> int:
    """Run every check and print a line for each; 1 when one failed."""
    failed = 0
    for name, check in CHECKS:
        try:
            print(f"ok    {name}{_note(check())}")
        except (Finding, DatabaseError, OSError) as finding:
            failed += 1
            print(f"FAIL  {name}: {finding}")
    return 1 if failed else 0


def check_settings() -> str:
    """Django's own checks, those for deployment too."""
    found = [message for message in run_checks(include_deployment_checks=True) if not message.is_silenced()]
    serious = [message for message in found if message.level >= WARNING]
    if serious:
        raise Finding("; ".join(f"{message.id} {message.msg}" for message in serious))
    return ""


def check_migrations() -> str:
    """No migration is missing."""
    if pending := maintenance.pending_migrations():
        raise Finding(f"{len(pending)} are pending; run: driveline migrate")
    return ""


def check_locale() -> str:
    """PostgreSQL must know Chinese letters as letters, or the search finds nothing (locale C does not)."""
    if settings.EMBEDDED:
        return "embedded database"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datctype, '张' ~ '^[[:alpha:]]$' FROM pg_database "
            "WHERE datname = current_database()"
        )
        encoding, ctype, letters = cursor.fetchone()
    if encoding != "UTF8" or not letters:
        raise Finding(
            f"it is {encoding} with locale {ctype}; create it with ENCODING UTF8 and LOCALE C.UTF-8 or better"
        )
    return f"{encoding}, {ctype}"


def check_references() -> str:
    """Where the database does not check references row by row, they are read here. Some seconds for a million rows."""
    if maintenance.pending_migrations():
        return "once nothing is pending"
    if found := ", ".join(f"{column}: {rows}" for column, rows in references.dangling()):
        raise Finding(f"rows name what is not there ({found}); something deleted rows past the program")
    return ""


def check_writing() -> str:
    """A table can be made, written and read; the transaction is then rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE driveline_write_test (word varchar(10))")
        cursor.execute("INSERT INTO driveline_write_test VALUES ('线索')")
        cursor.execute("SELECT word FROM driveline_write_test")
        word = cursor.fetchone()[0]
        transaction.set_rollback(True)
    if word != "线索":
        raise Finding("what was written came back changed")
    return ""


def check_folder() -> str:
    """The data folder takes files, has room, and keeps its secret from others."""
    settings.HOME.mkdir(parents=True, exist_ok=True)  # with a database server nothing has made it yet
    with tempfile.NamedTemporaryFile(dir=settings.HOME) as file:
        file.write(b"driveline")
    secret = settings.HOME / "secret.key"
    if secret.exists() and secret.stat().st_mode & 0o077:
        raise Finding(f"{secret} is open to others; chmod 600")
    free = shutil.disk_usage(settings.HOME).free
    if free < LEAST_FREE_BYTES:
        raise Finding(f"only {free // 1_000_000} MB are free in {settings.HOME}")
    return f"{settings.HOME}, {free // 1_000_000_000} GB free"


def check_bundles() -> str:
    """The built style sheets and scripts are there."""
    if not finders.find("build/app.css") or not finders.find("build/app.js"):
        raise Finding("build/app.css or build/app.js is missing; run bin/setup, or install the wheel")
    return ""


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("settings", check_settings),
    ("data folder", check_folder),
    ("database locale", check_locale),
    ("migrations", check_migrations),
    ("writing", check_writing),
    ("references", check_references),
    ("bundles", check_bundles),
)


def _note(text: str) -> str:
    return f" ({text})" if text else ""
