"""The floor of bench.push: WSGI and the bare driver. The same signature is checked and the same rows are written by
hand in one transaction, with what a number must be looked up for; everything above it is the product's own work."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_local = threading.local()

KNOWN = "SELECT verdict FROM intake_intake WHERE store_id = %s AND source_id = %s AND external_id = %s"
MET = """SELECT pursuit.id FROM core_party party JOIN followup_pursuit pursuit ON pursuit.party_id = party.id
    WHERE party.store_id = %s AND party.phone_key = %s"""
# A row like one that is there: the column lists are the product's own, whatever they are.
COPY = "INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {key} = %s RETURNING {key}"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    if environ["PATH_INFO"] == "/ready":
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    signed = environ["HTTP_X_TIMESTAMP"].encode() + b"." + body
    hmac.compare_digest(hmac.new(b"secret", signed, hashlib.sha256).hexdigest(), environ["HTTP_X_SIGNATURE"])
    message = json.loads(body)
    connection, like = _ready()
    with connection.transaction():
        connection.execute(KNOWN, [like["store"], like["source"], message["clueId"]])
        connection.execute(MET, [like["store"], message["user"]["mobile"]])
        phone = "9" + message["user"]["mobile"]
        party = _copy("core_party", "id", like["party"], phone_key=phone)
        pursuit = _copy(
            "followup_pursuit", "id", like["pursuit"], party_id=party, exclusive_key=f"floor:{phone}"
        )
        _copy("leads_lead", "pursuit_id", like["pursuit"], pursuit_id=pursuit)
        _copy("followup_task", "id", like["task"], pursuit_id=pursuit)
        _copy("core_transition", "id", like["transition"], subject_id=pursuit)
        _copy("intake_intake", "id", like["intake"], external_id=f"f{message['clueId']}", pursuit_id=pursuit)
        _copy("leads_platformcall", "id", like["call"])
    answer = b'{"verdict": "new"}'
    start_response(
        "201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    )
    return [answer]


def _copy(table: str, key: str, pk: int, **changed: Any) -> int:
    """One row like another, but for what is changed."""
    statements = _local.statements
    name = (table, *changed)
    if name not in statements:
        columns = [c for c in _columns(table) if c != key or key in changed]
        values = ["%s" if c in changed else c for c in columns]
        statements[name] = (
            COPY.format(table=table, names=", ".join(columns), values=", ".join(values), key=key),
            [c for c in columns if c in changed],
        )
    sql, order = statements[name]
    row = _local.connection.execute(sql, [*(changed[c] for c in order), pk]).fetchone()
    return int(row[0])


def _columns(table: str) -> list[str]:
    rows = _local.connection.execute(
        """SELECT column_name FROM information_schema.columns
        WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position""",
        [table],
    ).fetchall()
    return [row[0] for row in rows]


def _ready() -> tuple[Any, dict[str, int]]:
    """The thread's connection, and rows to write others like."""
    if getattr(_local, "connection", None) is None:
        import psycopg

        _local.connection = psycopg.connect(os.environ["DRIVELINE_DATABASE_URL"], autocommit=True)
        _local.statements = {}
        row = _local.connection.execute(
            """SELECT i.store_id, i.source_id, p.party_id, p.id, i.id, (SELECT max(id) FROM leads_platformcall),
                (SELECT max(id) FROM followup_task WHERE state = 'open'), (SELECT max(id) FROM core_transition)
            FROM intake_intake i JOIN followup_pursuit p ON p.id = i.pursuit_id
            WHERE i.verdict = 'new' AND p.exclusive_key IS NOT NULL ORDER BY i.id DESC LIMIT 1"""
        ).fetchone()
        names = ("store", "source", "party", "pursuit", "intake", "call", "task", "transition")
        _local.like = dict(zip(names, row, strict=True))
    return _local.connection, _local.like
