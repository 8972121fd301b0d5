"""Badges, bell and counts in one polled answer with its own query budget (DESIGN §3a): one capped count a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from driveline.kit import registry
from driveline.kit.formats import capped
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.kit.actor import Actor

CAP = 999


def capped_count(rows: QuerySet[Any], cap: int = CAP) -> int:
    """How many rows, counting no further than cap + 1."""
    return rows.order_by().values("pk")[: cap + 1].count()


def live(actor: Actor) -> dict[str, Any]:
    """{"badges": {page or group: {"n", "text", "hot"}}, "unread": {...}}; a parent's number is its children's sum (R-H-01)."""
    sums: dict[str, tuple[int, bool]] = {}
    for page in registry.pages():
        if not page.menu or not page.allowed(actor):
            continue
        badge = page.badge(actor)
        if badge is None or badge.count <= 0:
            continue
        sums[page.name] = (badge.count, badge.hot)
        if page.menu != page.name:
            count, hot = sums.get(page.menu, (0, False))
            sums[page.menu] = (count + badge.count, hot or badge.hot)
    unread = ports.unread(actor)
    return {
        "badges": {key: {"n": n, "text": capped(n, CAP), "hot": hot} for key, (n, hot) in sums.items()},
        "unread": {"n": unread, "text": capped(unread, CAP)},
    }
