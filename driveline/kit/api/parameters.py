"""The page's query form as parameters of a resource. A page forgives what it cannot use; a program is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.kit import filters as flt
from driveline.kit.api import shapes
from driveline.kit.api.problems import Fault, Unusable
from driveline.kit.paging import read_cursor, write_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from driveline.kit.api.declare import Schema
    from driveline.kit.filters import Filter
    from driveline.kit.listing import ListPage, Scene
    from driveline.kit.pages import Context
    from driveline.kit.paging import Order

LIMIT, LIMIT_MAX = 50, 200
TEXT_MAX = 200
CURSOR_MAX = 400
PAGING = ("limit", "cursor", "order", "count")
_unstorable = re.compile("[\x00\ud800-\udfff]")
_signer = Signer(salt="driveline.kit.api.cursor")


def described(page: ListPage) -> list[Schema]:
    """Every parameter of the list, as OpenAPI says it."""
    return [*selection(page), *_paging(page)]


def selection(page: ListPage) -> list[Schema]:
    """Scene and filters: what narrows the rows."""
    found = [one for each in page.filters for one in _of_filter(each)]
    if len(page.scenes) > 1:
        codes = [scene.code for scene in page.scenes]
        found.append(_query("scene", shapes.TEXT | {"enum": codes}, _("One of the page's quick tabs.")))
    return found


def as_properties(page: ListPage) -> dict[str, Schema]:
    """The same as members of an object, for `filter` of a batch."""
    return {one["name"]: one["schema"] | {"description": one["description"]} for one in selection(page)}


def _query(name: str, schema: Schema, text: Any) -> Schema:
    return {"in": "query", "name": name, "schema": schema, "description": text, "required": False}


def _of_filter(one: Filter) -> list[Schema]:
    if isinstance(one, flt.Dates):
        return [_query(name, shapes.DATE, one.label) for name in one.names]
    if isinstance(one, flt.Picked):
        return [_query(one.name, shapes.ID | {"maximum": 10**15 - 1}, one.label)]
    if isinstance(one, flt.Choice):
        fixed = [] if callable(one.options) else [str(code) for code, _label in one.options]
        code = shapes.TEXT | ({"enum": fixed} if fixed else {"maxLength": TEXT_MAX})
        return [_query(one.name, shapes.array(code, maxItems=100) if one.many else code, one.label)]
    return [_query(name, shapes.TEXT | {"maxLength": TEXT_MAX}, one.label) for name in one.names]


def _paging(page: ListPage) -> list[Schema]:
    limit = shapes.INTEGER | {"minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT}
    orders = shapes.TEXT | {"enum": [o.code for o in page.orders], "default": page.orders[0].code}
    return [
        _query("order", orders, _("The order of the rows.")),
        _query("limit", limit, _("How many rows at most.")),
        _query(
            "cursor", shapes.TEXT | {"maxLength": CURSOR_MAX}, _("Where to go on: `next` of the last answer.")
        ),
        _query("count", shapes.TEXT | {"enum": ["1"]}, _("With 1 the answer says how many rows match.")),
    ]


class Query:
    """The parameters of a request, checked; all that is wrong is said at once. Raises Unusable."""

    def __init__(self, page: ListPage, data: QueryDict, ctx: Context, paging: Sequence[str] = PAGING) -> None:
        self.page, self.data, self.ctx = page, data, ctx
        self._faults: list[Fault] = []
        self._refuse_strangers(paging)
        self.scene = self._scene()
        self._check_filters()
        self.order, self.limit = page.orders[0], LIMIT
        self.place: tuple[Any, int] | None = None
        self.number = 0
        if paging:
            self.order, self.limit = self._order(), self._limit()
            self.place, self.number = self._cursor()
        if self._faults:
            raise Unusable(self._faults)

    @property
    def counted(self) -> bool:
        return self.data.get("count") == "1"

    def rows(self) -> Any:
        """What the actor may see, cut by scene and filters; without a scene all of it."""
        rows = self.page.rows(self.ctx.actor)
        if self.scene is not None and self.scene.condition is not None:
            rows = rows.filter(self.scene.condition(self.ctx))
        return self.page.filtered(rows, self.data, self.ctx)

    def _fault(self, name: str, code: str, sentence: str) -> None:
        self._faults.append(Fault(name, sentence, code))

    def _refuse_strangers(self, paging: Sequence[str]) -> None:
        known = {name for one in self.page.filters for name in one.names} | {"scene", *paging}
        for name in self.data:
            if name not in known:
                self._fault(name[:TEXT_MAX], "unknown", gettext("There is no such parameter."))
            elif not all(usable(value) for value in self.data.getlist(name)):
                self._fault(name, "characters", gettext("This holds characters that cannot be stored."))
        if self._faults:
            raise Unusable(self._faults)

    def _scene(self) -> Scene | None:
        code = self.data.get("scene", "")
        allowed = self.page.scenes_for(self.ctx.actor)
        if code and code not in {scene.code for scene in allowed}:
            self._fault("scene", "choice", gettext("This is not one of the choices."))
        return next((scene for scene in allowed if scene.code == code), None)

    def _check_filters(self) -> None:
        for one in self.page.filters:
            for name in one.names:
                values = [value.strip() for value in self.data.getlist(name) if value.strip()]
                if any(len(value) > TEXT_MAX for value in values):
                    limit = gettext("At most %(max)s characters.") % {"max": TEXT_MAX}
                    self._fault(name, "max_length", limit)
                elif values and not self._understood(one, name, values):
                    self._fault(name, "unusable", gettext("This value cannot be used here."))

    def _understood(self, one: Filter, name: str, values: list[str]) -> bool:
        """Whether the filter takes every value as a condition."""
        parsed = one.parse(self.data, self.ctx)
        if isinstance(one, flt.Choice):
            return parsed is not None and set(parsed) == set(values)
        if isinstance(one, flt.Dates):
            return parsed is not None and parsed[one.names.index(name)] is not None
        return parsed is not None

    def _order(self) -> Order:
        code = self.data.get("order", "")
        if code and code not in {order.code for order in self.page.orders}:
            self._fault("order", "choice", gettext("This is not one of the choices."))
        if self.data.get("count", "1") != "1":
            self._fault("count", "choice", gettext("This is not one of the choices."))
        return self.page.order_of(code)

    def _limit(self) -> int:
        text = self.data.get("limit", str(LIMIT))
        if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LIMIT_MAX:
            return int(text)
        self._fault("limit", "range", gettext("A whole number from 1 to %(max)s.") % {"max": LIMIT_MAX})
        return LIMIT

    def _cursor(self) -> tuple[tuple[Any, int] | None, int]:
        """The place to go on from and how many pages have been read; a cursor belongs to its order."""
        text = self.data.get("cursor", "")
        if not text:
            return None, 0
        try:
            number, code, place = _signer.unsign(text[: CURSOR_MAX + 1]).split("~")
            found = read_cursor(place)
        except (BadSignature, ValueError):
            found, code, number = None, "", "0"
        if found is None or code != self.order.code:
            self._fault("cursor", "cursor", gettext("This cursor is not one of this list in this order."))
        return found, int(number)

    def cursor_after(self, value: Any, pk: int) -> str:
        """What the next request carries to go on after this row."""
        return _signer.sign(f"{self.number + 1}~{self.order.code}~{write_cursor(value, pk)}")


def usable(text: str) -> bool:
    """Whether a text can be stored by both databases: no NUL, no half of a character."""
    return _unstorable.search(text) is None
