"""A lock held across transactions that ends with its process: an advisory lock, or a locked file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from django.db import connection


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait until nobody else is in the block of this name, on any machine that shares the database."""
    if connection.vendor == "postgresql":
        key = crc32(f"driveline:{name}".encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    database = Path(connection.settings_dict["NAME"])
    with open(database.with_name(f"{database.name}.{name}.lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
