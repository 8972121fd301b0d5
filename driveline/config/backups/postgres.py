"""PostgreSQL: its own dump of one snapshot, and its own restore in one transaction."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from driveline.config.backups.archive import Damaged
from driveline.config.cli import Refusal

MEMBER = "database.pgdump"
DROP_ALL = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE schemaname = current_schema() LOOP
    EXECUTE 'DROP TABLE ' || name || ' CASCADE';
  END LOOP;
  FOR name IN SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences
      WHERE schemaname = current_schema() LOOP
    EXECUTE 'DROP SEQUENCE ' || name || ' CASCADE';
  END LOOP;
  FOR name IN SELECT routine.oid::regprocedure::text FROM pg_proc routine
      WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = routine.oid AND deptype = 'e') LOOP
    EXECUTE 'DROP ROUTINE ' || name || ' CASCADE';
  END LOOP;
END $$;
"""


def save(copy: Path) -> dict[str, int]:
    """Dump one snapshot to `copy`; the rows of each table in that same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _tool(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={copy}",
        )
        return _count(cursor)


def load(copy: Path, folder: Path) -> None:
    """Replace all tables by the dump's, in one transaction: on any error everything stays as it was."""
    script, drop = folder / "restore.sql", folder / "drop.sql"
    _tool("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(copy), connect=False)
    drop.write_text(DROP_ALL)
    connection.close()
    _tool(
        "psql",
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "--single-transaction",
        "-f",
        str(drop),
        "-f",
        str(script),
    )


def count_rows() -> dict[str, int]:
    """Rows of every table now."""
    with connection.cursor() as cursor:
        return _count(cursor)


def migrations() -> list[str]:
    """Applied migrations, `app.name`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [f"{app}.{name}" for app, name in cursor.fetchall()]


def _count(cursor: Any) -> dict[str, int]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    counts = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608  a table's name
        counts[name] = cursor.fetchone()[0]
    return counts


def _tool(name: str, *arguments: str, connect: bool = True) -> None:
    """Run one of PostgreSQL's programs against our database; the password goes by the environment."""
    program = shutil.which(name)
    if program is None:
        raise Refusal(f"{name} is not on this machine; install PostgreSQL's client programs")
    database = settings.DATABASES["default"]
    variables = {
        "PGDATABASE": database["NAME"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        **{f"PG{key.upper()}": value for key, value in database["OPTIONS"].items() if key.startswith("ssl")},
    }
    environment = {
        **os.environ,
        **({key: str(value) for key, value in variables.items() if value} if connect else {}),
    }
    done = subprocess.run(  # noqa: S603  PostgreSQL's own program
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Damaged(
            f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )
