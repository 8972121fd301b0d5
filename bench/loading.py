"""Writes rows as fast as each database takes them: COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from typing import Any

from django.apps import apps


def loader(connection: Any, columns: dict[str, list[str]]) -> Any:
    """The writer for the connection's database. Refuses when a table has other columns than those given."""
    tables = {name: apps.get_model(name)._meta.db_table for name in columns}
    for name, given in columns.items():
        have = {field.column for field in apps.get_model(name)._meta.concrete_fields}
        if have != set(given):
            raise SystemExit(
                f"bench: {name} has other columns than bench/rows.py: {sorted(have ^ set(given))}"
            )
    kind = PostgresLoader if connection.vendor == "postgresql" else SqliteLoader
    return kind(connection, tables, columns)


class SqliteLoader:
    """One transaction per stretch; indexes and the triggers of the name search stay in force."""

    def __init__(self, connection: Any, tables: dict[str, str], columns: dict[str, list[str]]) -> None:
        self.connection, self.tables, self.columns = connection, tables, columns

    def __enter__(self) -> SqliteLoader:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        from django.db import transaction

        columns = self.columns[name]
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {self.tables[name]} ({', '.join(columns)}) VALUES ({marks})"
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.executemany(sql, [tuple(_plain(value) for value in row) for row in rows])

    def finish(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class PostgresLoader:
    """COPY into tables without their secondary indexes, which are built afterwards; foreign keys are not checked."""

    def __init__(self, connection: Any, tables: dict[str, str], columns: dict[str, list[str]]) -> None:
        self.connection, self.tables, self.columns = connection, tables, columns
        self.indexes: list[tuple[str, str]] = []

    def __enter__(self) -> PostgresLoader:
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET TimeZone = 'UTC'")
            cursor.execute(
                """SELECT i.indexname, i.indexdef FROM pg_indexes i
                WHERE i.tablename = ANY (%s) AND NOT EXISTS (
                    SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname AND c.contype IN ('p', 'u'))""",
                [list(self.tables.values())],
            )
            self.indexes = cursor.fetchall()
            for index, _definition in self.indexes:
                cursor.execute(f'DROP INDEX "{index}"')
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            return
        with self.connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '1GB'")
            for _index, definition in self.indexes:
                cursor.execute(definition)
            cursor.execute("RESET maintenance_work_mem")

    def write(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        columns = ", ".join(self.columns[name])
        text = "\n".join("\t".join(_text(value) for value in row) for row in rows)
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {self.tables[name]} ({columns}) FROM STDIN") as copy,
        ):
            if text:
                copy.write(text + "\n")

    def finish(self) -> None:
        with self.connection.cursor() as cursor:
            for name, table in self.tables.items():
                if "id" in self.columns[name]:
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                    )
            cursor.execute("RESET session_replication_role")
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else value.isoformat()


def _text(value: Any) -> str:
    return "\\N" if value is None else str(value)
