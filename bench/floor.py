"""The floor: the statements of a case through the bare driver into a page of plain table rows, on the same server.

What a page costs above it is the product's own work: session, rights, columns, template.
`BENCH_STATEMENTS` names a file {case: [(sql, parameters), …]}; `/case` runs them one after the other.
"""

from __future__ import annotations

import os
import pickle
import threading
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_local = threading.local()
_statements: dict[str, list[tuple[str, Any]]] = {}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    case = environ["PATH_INFO"].strip("/").encode("latin-1").decode()
    if case == "ready":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]
    connection = _connection()
    lines = ["<!doctype html><title>floor</title><table>"]
    for sql, parameters in _of(unquote(case)):
        cursor = connection.execute(sql, parameters or ())
        if cursor.description:
            for row in cursor.fetchall():
                cells = "".join(f"<td>{escape(str(value))}" for value in row)
                lines.append(f"<tr>{cells}")
    body = "".join(lines).encode()
    start_response(
        "200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    )
    return [body]


def _of(case: str) -> list[tuple[str, Any]]:
    if not _statements:
        with open(os.environ["BENCH_STATEMENTS"], "rb") as file:
            _statements.update(pickle.load(file))
    return _statements[case]


def _connection() -> Any:
    """One connection a thread, kept."""
    if getattr(_local, "connection", None) is None:
        url = os.environ.get("DRIVELINE_DATABASE_URL", "")
        if url:
            import psycopg

            from driveline.config.env import POSTGRES_PLANNER

            _local.connection = psycopg.connect(
                url, autocommit=True, cursor_factory=psycopg.ClientCursor, options=POSTGRES_PLANNER
            )
        else:
            import sqlite3

            from driveline.config.env import SQLITE_PRAGMAS, home

            connection = sqlite3.connect(home() / "driveline.sqlite3", isolation_level=None)
            connection.executescript(SQLITE_PRAGMAS)
            _local.connection = connection
    return _local.connection
