"""Saved views (存为视图): which of a person's named filters is shown, and whether it was changed since.

The address names the view as `saved`, so that it stays the one shown while its conditions are being changed; an
address without it shows the view whose conditions it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from driveline.kit.paging import anywhere
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.kit.listing import ListPage

NAMED = "saved"
PASSING = (NAMED, "open", "exact")

type Conditions = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class SavedViews:
    """The views of a page as drawn. `query`: the present conditions as they would be kept."""

    rows: Sequence[Any]
    shown: Any | None
    changed: bool
    first: Any | None
    query: str

    @property
    def drawn(self) -> list[dict[str, Any]]:
        """Each with the query that shows it."""
        return [
            {"view": row, "query": query_of(row), "on": row is self.shown, "first": row is self.first}
            for row in self.rows
        ]

    @property
    def shown_first(self) -> bool:
        """The view shown is the one the page begins with."""
        return self.shown is not None and self.shown is self.first


def saved_views(page: ListPage, data: QueryDict, actor: Actor, remembered: dict[str, Any]) -> SavedViews:
    """The person's views of a page, seen from the present query. One query."""
    rows = ports.preferences.views(actor, page.name)
    here = _conditions(data, page, actor)
    asked = [row for row in rows if str(row.pk) == data.get(NAMED)]
    same = [row for row in rows if _conditions(QueryDict(row.query), page, actor) == here]
    shown = next(iter([*asked, *same]), None)
    first = next((row for row in rows if row.pk == remembered.get("view")), None)
    return SavedViews(rows, shown, shown is not None and shown not in same, first, kept_query(data))


def first_view(page: ListPage, actor: Actor, remembered: dict[str, Any]) -> Any | None:
    """The view that the page begins with, None for most people."""
    if "view" not in remembered:
        return None
    return next((v for v in ports.preferences.views(actor, page.name) if v.pk == remembered["view"]), None)


def query_of(view: Any) -> str:
    """The query that shows a view, its name with it."""
    return "&".join(filter(None, [view.query, f"{NAMED}={view.pk}"]))


def kept_query(data: QueryDict) -> str:
    """What is kept of a query: its conditions and order, not the place in the list or the name of a view."""
    return anywhere(data, *PASSING).urlencode()


def _conditions(data: QueryDict, page: ListPage, actor: Actor) -> Conditions:
    """The query so that two can be compared: without what is empty or stands there anyhow."""
    anyhow = {"scene": page.scenes_for(actor)[0].code, "order": page.orders[0].code}
    told = {
        name: sorted(value for value in values if value and value != anyhow.get(name))
        for name, values in anywhere(data, *PASSING).lists()
    }
    return sorted((name, values) for name, values in told.items() if values)
