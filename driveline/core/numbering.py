"""Document numbers (R-G-08): unique per store and kind, rising, gaps allowed, safe when drawn at once."""

from __future__ import annotations

from datetime import date

from django.db import connection


def draw(store_id: int, kind: str, period: str = "", count: int = 1) -> range:
    """The next `count` numbers of a store's series, beginning at 1 in each period.

    One statement on both databases. Within a transaction the series waits for its end; when it is rolled
    back the numbers are drawn again.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberrule (store_id, kind, period, last) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (store_id, kind, period) DO UPDATE SET last = core_numberrule.last + excluded.last "
            "RETURNING last",
            [store_id, kind, period, count],
        )
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def document_numbers(
    store_id: int, kind: str, prefix: str, day: date, count: int = 1, digits: int = 4
) -> list[str]:
    """Numbers such as RO1903160002: prefix, yyMMdd, running part of the day (longer when they run out)."""
    period = f"{day:%y%m%d}"
    return [f"{prefix}{period}{running:0{digits}d}" for running in draw(store_id, kind, period, count)]


def document_number(store_id: int, kind: str, prefix: str, day: date, digits: int = 4) -> str:
    """One such number."""
    return document_numbers(store_id, kind, prefix, day, 1, digits)[0]
