"""Badges, bell and counts in one polled answer with its own query budget (DESIGN §3a): one capped count a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection

from driveline.kit import registry
from driveline.kit.formats import capped
from driveline.kit.pages import Context
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Page

CAP = 999


def capped_counts(counted: Sequence[tuple[QuerySet[Any], int]]) -> list[int]:
    """How many rows of each, counting no further than its cap + 1; all in one statement."""
    found = [0] * len(counted)
    parts: list[str] = []
    params: list[Any] = []
    asked: list[int] = []
    for place, (rows, cap) in enumerate(counted):
        try:
            sql, values = (
                rows.order_by().values("pk")[: cap + 1].query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            )
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted_{place})")  # noqa: S608 - compiled by the ORM, values bound
        params += values
        asked.append(place)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", params)
            for place, count in zip(asked, cursor.fetchone(), strict=True):
                found[place] = count
    return found


def capped_count(rows: QuerySet[Any], cap: int = CAP) -> int:
    """How many rows, counting no further than cap + 1."""
    return rows.order_by().values("pk")[: cap + 1].count()


def live(actor: Actor) -> dict[str, Any]:
    """Badges and bell: {"badges": {page or group: {"n", "text", "hot"}}, "unread": {"n", "text"}}.

    A parent's number is the sum of its children's (R-H-01). All counts are one statement.
    """
    ctx = Context.of(actor)
    asked: list[tuple[Page, QuerySet[Any], bool]] = []
    for page in registry.pages():
        if page.menu and page.allowed(actor) and (rows := page.todo(actor, ctx)) is not None:
            asked.append((page, rows, page.hot_badge))
    sums: dict[str, tuple[int, bool]] = {}
    counts = capped_counts([(rows, CAP) for _page, rows, _hot in asked])
    for (page, _rows, hot), count in zip(asked, counts, strict=True):
        for key in {page.name, page.menu} if count else ():
            before, was_hot = sums.get(key, (0, False))
            sums[key] = (before + count, was_hot or hot)
    unread = ports.unread(actor)
    return {
        "badges": {key: {"n": n, "text": capped(n, CAP), "hot": hot} for key, (n, hot) in sums.items()},
        "unread": {"n": unread, "text": capped(unread, CAP)},
    }


def waiting(actor: Actor) -> int:
    """Due and overdue work of the actor: what its hot badges sum up to. One statement."""
    ctx = Context.of(actor)
    hot = [page for page in registry.pages() if page.menu and page.hot_badge and page.allowed(actor)]
    rows = [found for page in hot if (found := page.todo(actor, ctx)) is not None]
    return sum(capped_counts([(one, CAP) for one in rows]))
