"""Many rows at once, as fast as each database takes them: COPY on PostgreSQL, executemany on SQLite (DESIGN §3.10).
A handful goes as one INSERT, which is one round trip instead of three. `select` asks in SQL of one's own.

    ids = bulk.next_ids(Party, 500)
    bulk.insert(Party, {"store_id": 7, "kind": "person"}, ("id", "name"), [(ids[0], "王先生"), …])

`bulk_create` makes an object for each row and asks each field to prepare its value; an import of 100 000 rows into
five tables is four to eight times faster this way. Constraints, indexes and triggers hold as always; columns that are
left out get their model's default. Must run inside a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from django.db import connection

from driveline.core.meanwhile import Meanwhile, meanwhile

if TYPE_CHECKING:
    from django.db.models import Model

FEW = 8


def next_ids(model: type[Model], count: int) -> list[int]:
    """Keys for so many new rows, nobody else's. One query. Insert them before asking for more of the same table."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_NEXT, [table, count])
            return [row[0] for row in cursor.fetchall()]
        # The transaction holds the only write lock, so nobody takes a key between this and the insert; the
        # insert itself moves the sequence on. A key of a deleted row is never given again.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
    return list(range(last + 1, last + 1 + count))


# The name of the sequence is looked up once, not for each key.
_NEXT = """
SELECT nextval(name) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS one,
generate_series(1, %s)
"""


def insert(
    model: type[Model], same: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows: `same` are the columns that have one value in all of them, `columns` name those of each row.

    One statement on PostgreSQL. Values are Python's own: text, numbers, dates, aware datetimes, None; dicts and
    lists for JSON columns. Raises IntegrityError as any insert.
    """
    if not rows:
        return
    columns_of = _columns(model)
    given = {**_defaults(model), **{columns_of[name]: value for name, value in same.items()}}
    own = [columns_of[name] for name in columns]
    constant = {column: value for column, value in given.items() if column not in own}
    names = [*constant, *own]
    held = _held.get()
    if connection.vendor != "postgresql":
        _executemany(model._meta.db_table, names, list(constant.values()), rows)
    elif len(rows) <= FEW:
        _insert(model._meta.db_table, names, list(constant.values()), rows)
    else:
        _send(held.waiting if held else [])  # in the order in which they were asked for
        _copy(model._meta.db_table, names, list(constant.values()), rows)


@contextmanager
def together() -> Iterator[None]:
    """Inserts within need not be over when the next statement of the program's own is put together (PostgreSQL; SQLite
    is no way off). Small ones go at the end, all in one message: a lead's six rows in one round trip instead of six.
    Large ones are taken in by the server while the program prepares the next. What they violate is raised at the end,
    or by the next question: that sees large ones, not yet the small."""
    if connection.vendor != "postgresql" or _held.get() is not None:
        yield
        return
    with meanwhile() as server:
        held = _Held(server)
        token = _held.set(held)
        try:
            yield
        finally:
            _held.reset(token)
        _send(held.waiting)


def check() -> None:
    """The references that are checked at the end of the transaction are checked now (PostgreSQL): within `together` by
    the server, while the program goes on. A third of the work of an import would else be waited for at its end."""
    if connection.vendor != "postgresql":
        return
    cursor, errors = connection.cursor(), connection.wrap_database_errors

    def ask() -> None:
        with cursor, errors:
            cursor.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    held = _held.get()
    if held is None:
        ask()
    else:
        _send(held.waiting)
        held.server.begin(ask)


def _send(waiting: list[tuple[str, list[Any]]]) -> None:
    if waiting:
        with connection.cursor() as cursor:
            cursor.execute(
                "; ".join(sql for sql, _values in waiting), [v for _sql, vs in waiting for v in vs]
            )
        waiting.clear()


@dataclass
class _Held:
    """Of one `together`: who waits for large inserts, and the small ones."""

    server: Meanwhile
    waiting: list[tuple[str, list[Any]]] = field(default_factory=list)


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


def count_anew() -> None:
    """Let the embedded database count its rows again: by the numbers it chooses its indexes, a rebuilt table has none,
    and it never counts by itself. Half a second for 100,000 leads; a server does it alone."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def need_not_wait() -> None:
    """The transaction ends without waiting for the server's disk (PostgreSQL). For whoever can tell what is missing and
    does it again: with the server's power it may be lost, whole, with all that was written after it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def select(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement; a list or set among the parameters stands behind `IN`, an empty one for none.

    For look-ups of the paths that run hundreds of times a second: putting such a query together takes the ORM longer
    than the database takes to answer.
    """
    marks: list[str] = []
    values: list[Any] = []
    arrays = connection.vendor == "postgresql"  # one parameter instead of hundreds
    if arrays:
        sql = sql.replace("IN {}", "= ANY({})")
    for given in parameters:
        several = list(given) if isinstance(given, (list, tuple, set, frozenset)) else None
        one = several is None or arrays
        marks.append("%s" if one else f"({', '.join(['%s'] * len(several or ())) or 'NULL'})")
        values += [given if several is None else several] if one else several or []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(*marks), values)
        return cursor.fetchall()


@cache
def _columns(model: type[Model]) -> dict[str, str]:
    """Field name → column, a relation under both its names (`store` and `store_id`)."""
    found = {}
    for one in model._meta.concrete_fields:
        found[one.name] = found[one.attname] = str(one.column)
    return found


def _defaults(model: type[Model]) -> dict[str, Any]:
    """What stands in a column that nobody names; the key is the database's to give."""
    return {column: default() for column, default in _makers(model)}


@cache
def _makers(model: type[Model]) -> list[tuple[str, Callable[[], Any]]]:
    return [
        (str(field.column), field.get_default)
        for field in model._meta.concrete_fields
        if not field.primary_key and (field.has_default() or field.null or field.empty_strings_allowed)
    ]


def _insert(table: str, names: list[str], constant: list[Any], rows: Sequence[Sequence[Any]]) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    marks = f"({', '.join(['%s'] * len(names))})"
    values = [_bound(value) for row in rows for value in (*constant, *row)]
    sql = f'INSERT INTO "{table}" ({listed}) VALUES {", ".join([marks] * len(rows))}'  # noqa: S608  our own names
    held = _held.get()
    if held is not None:
        held.waiting.append((sql, values))
    else:
        _send([(sql, values)])


def _bound(value: Any) -> Any:
    return _json(value) if isinstance(value, (dict, list)) else value


def _copy(table: str, names: list[str], constant: list[Any], rows: Sequence[Sequence[Any]]) -> None:
    head = "".join(f"{_text(value)}\t" for value in constant)
    columns = [_texts(column) for column in zip(*rows, strict=True)]
    lines = f"\n{head}".join(map("\t".join, zip(*columns, strict=True)))
    listed = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{table}" ({listed}) FROM STDIN'
    cursor, errors = connection.cursor(), connection.wrap_database_errors  # ours: a helper has none

    def send() -> None:
        with cursor, errors, cursor.copy(statement) as copy:
            copy.write(f"{head}{lines}\n")

    held = _held.get()
    if held is None:
        send()
    else:
        held.server.begin(send)


def _texts(column: Sequence[Any]) -> Iterable[str]:
    """A column in COPY's text form. Most are plain words or numbers throughout: they are looked at all at once."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return column if _is_plain("".join(column)) else map(_escaped, column)
    if kinds == {int}:
        return map(str, column)
    if kinds == {dict}:
        return [_escaped(_encode(value)) if value else "{}" for value in column]
    if len(kinds - {type(None)}) > 1 or kinds & {dict, list}:
        return map(_text, column)
    words = {value: _text(value) for value in set(column)}  # a moment, a state: few that come often
    return [words[value] for value in column]


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return _escaped(_json(value) if isinstance(value, (dict, list)) else str(value))


def _is_plain(text: str) -> bool:
    return text.isprintable() and "\\" not in text


def _escaped(text: str) -> str:
    if _is_plain(text):
        return text
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _executemany(table: str, names: list[str], constant: list[Any], rows: Sequence[Sequence[Any]]) -> None:
    """The constants stand in the statement's parameters once per row: SQLite binds them faster than it parses."""
    columns = [_plains(column) for column in zip(*rows, strict=True)]
    listed = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" ({listed}) VALUES ({marks})',  # noqa: S608  names of our own columns
            list(zip(*(repeat(_plain(value), len(rows)) for value in constant), *columns, strict=True)),
        )


def _plains(column: Sequence[Any]) -> Iterable[Any]:
    return column if set(map(type, column)) <= _AS_IS else map(_plain, column)


_AS_IS = frozenset({str, int, type(None)})
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: dict[str, Any] | list[Any]) -> str:
    return _encode(value) if value else "{}" if isinstance(value, dict) else "[]"


def _plain(value: Any) -> Any:
    """A value as Django's SQLite keeps it."""
    if type(value) in _AS_IS:
        return value
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return _json(value)
    return int(value) if isinstance(value, bool) else str(value)
