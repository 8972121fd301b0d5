"""The embedded database: copied online by SQLite's own backup, and copied back the same way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from driveline.config.backups.archive import Damaged

MEMBER = "database.sqlite3"
PAGES_AT_ONCE = 2000
PAUSE_SECONDS = 0.005
BUSY_SECONDS = 30


def save(live: Path, copy: Path) -> None:
    """Copy the live database to a new file while others write to it.

    One reading transaction is held open for the whole copy: it pins a moment of the write-ahead log, so the
    copy neither starts again at each write nor blocks the writers.
    """
    with (
        closing(sqlite3.connect(live, timeout=BUSY_SECONDS)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=PAGES_AT_ONCE, sleep=PAUSE_SECONDS)
        source.rollback()
        target.execute("PRAGMA journal_mode=DELETE")


def load(copy: Path, live: Path) -> None:
    """Put the copy in the live database's place, page by page in one transaction of SQLite's own."""
    with (
        closing(sqlite3.connect(copy)) as source,
        closing(sqlite3.connect(live, timeout=BUSY_SECONDS)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
        verify(live)


def verify(file: Path) -> None:
    """Raise Damaged unless SQLite finds the file sound."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise Damaged(f"the database in the backup is broken: {error}") from error
        if verdict != "ok":
            raise Damaged(f"the database in the backup is broken: {verdict}")


def count_rows(file: Path) -> dict[str, int]:
    """Rows of every real table, search indexes' inner ones included; a virtual table may not be countable."""
    with closing(sqlite3.connect(file)) as connection:
        names = connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') "
            "AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  a table's name
            for (name,) in names.fetchall()
        }


def migrations(file: Path) -> list[str]:
    """Applied migrations of that file, `app.name`."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return [f"{app}.{name}" for app, name in rows]
