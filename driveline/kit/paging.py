"""Pages of a list that stay fast at a million rows (DESIGN §3a "Lists, counts, exports").

Up to 10 000 matches: exact count, numbered pages, jump. Beyond: "10 000+", first, previous, next, last by
keyset, jump inside the first 10 000. The page's keys are found on the index alone, then the rows are fetched.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

CAP = 10_000
PLACE = ("page", "after", "before", "last")


type _Key = tuple[Any, int]


def anywhere(data: QueryDict, *names: str) -> QueryDict:
    """The query without the place in the list, and without these parameters: a copy that may be changed."""
    kept = data.copy()
    for name in (*PLACE, *names):
        kept.pop(name, None)
    return kept


@dataclass(frozen=True)
class Order:
    """An order an index serves: one column, the key as tie-breaker in the same direction."""

    code: str
    column: str
    descending: bool = False

    @property
    def columns(self) -> tuple[str, str]:
        sign = "-" if self.descending else ""
        return (f"{sign}{self.column}", f"{sign}pk")

    @property
    def reversed_columns(self) -> tuple[str, str]:
        sign = "" if self.descending else "-"
        return (f"{sign}{self.column}", f"{sign}pk")

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Q:
        """Rows that come after (before) the one with these values. Nulls are not paged across: such
        columns are not offered as orders of big lists."""
        op = "lt" if self.descending != backwards else "gt"
        start = Q(**{f"{self.column}__{op}e": value})  # where the index is entered; the rest only breaks ties
        return start & (Q(**{f"{self.column}__{op}": value}) | Q(**{f"pk__{op}": pk}))


@dataclass(frozen=True)
class Slice:
    """One page of keys and all the pager needs to draw itself."""

    ids: list[int]
    count: int
    more: bool
    number: int | None
    pages: int
    size: int
    next_cursor: str = ""
    prev_cursor: str = ""
    at_end: bool = False

    @property
    def start(self) -> int | None:
        """Running number of the first row, None where it is not known (keyset pages)."""
        return (self.number - 1) * self.size + 1 if self.number else None

    def numbers(self) -> list[int | None]:
        """Page numbers to draw; None is an ellipsis."""
        here, last = self.number or 0, self.pages
        wanted = sorted(
            {1, last, *range(max(1, here - 1), min(last, here + 2) + 1), *range(1, min(4, last) + 1)}
        )
        drawn: list[int | None] = []
        for n in wanted:
            if drawn and drawn[-1] is not None and n - drawn[-1] > 1:
                drawn.append(None)
            drawn.append(n)
        return drawn


def slice_rows(
    rows: QuerySet[Any], order: Order, data: QueryDict, size: int, *, count: int | None = None
) -> Slice:
    """The keys of the page asked for: `page`, or `after`, `before`, `last` beyond the cap.

    `count` is how many match, no further than the cap + 1 unless somebody asked for the exact number; it is
    found here when not given. One query for the keys, with the values that the cursors are made of.
    """
    if count is None:
        count = rows.order_by().values("pk")[: CAP + 1].count()
    more = count == CAP + 1
    pages = max(1, -(-min(count, CAP) // size))
    keyed = _keyset(rows, order, data, size) if count > CAP else None
    if keyed is not None:
        found, at_end = keyed
        number = None
    else:
        number = _number(data.get("page", ""), pages)
        found = _keys(rows.order_by(*order.columns), order, (number - 1) * size, number * size)
        at_end = number == pages and count <= CAP
    first, last = (write_cursor(*found[0]), write_cursor(*found[-1])) if found and count > CAP else ("", "")
    ids = [pk for _value, pk in found]
    return Slice(ids, CAP if more else count, more, number, pages, size, last, first, at_end)


def _number(text: str, pages: int) -> int:
    """A page that exists: unusable or out-of-range input is page 1 or the last."""
    try:
        return max(1, min(int(text), pages)) if len(text) < 8 else 1
    except ValueError:
        return 1


def _keys(rows: QuerySet[Any], order: Order, start: int, end: int) -> list[_Key]:
    """Value and key of each row, both from the index."""
    return list(rows.values_list(order.column, "pk")[start:end])


def _keyset(rows: QuerySet[Any], order: Order, data: QueryDict, size: int) -> tuple[list[_Key], bool] | None:
    if data.get("last"):
        return _keys(rows.order_by(*order.reversed_columns), order, 0, size)[::-1], True
    for name, backwards in (("after", False), ("before", True)):
        cursor = read_cursor(data.get(name, ""))
        if cursor is not None:
            columns = order.reversed_columns if backwards else order.columns
            beyond = rows.filter(order.beyond(*cursor, backwards=backwards)).order_by(*columns)
            found = _keys(beyond, order, 0, size + 1)
            short = len(found) <= size
            return (found[:size][::-1] if backwards else found[:size]), short and not backwards
    return None


def write_cursor(value: Any, pk: int) -> str:
    """A place in an order, as text: the value that is ordered by and the key."""
    text = value.isoformat() if isinstance(value, (date, datetime)) else value
    kind = "t" if isinstance(value, datetime) else "d" if isinstance(value, date) else "v"
    return base64.urlsafe_b64encode(json.dumps([kind, text, pk]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[Any, int] | None:
    """The values of a cursor; None for an empty or tampered one."""
    if not text or len(text) > 300:
        return None
    try:
        kind, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if kind == "t":
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                return None
        elif kind == "d":
            value = date.fromisoformat(value)
        return value, int(pk)
    except (ValueError, TypeError, UnicodeDecodeError):
        return None
