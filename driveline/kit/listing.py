"""ListPage: a list is one declaration; page, fragment, export, batch, badge and tests derive from it (DESIGN §3.5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from driveline.kit.badges import CAP as BADGE_CAP
from driveline.kit.badges import capped_counts
from driveline.kit.pages import Context, Page
from driveline.kit.paging import CAP, Order, Slice, anywhere, slice_rows
from driveline.kit.ports import ports
from driveline.kit.scopes import Scope, visible
from driveline.kit.verbs import Do, Open, RowVerb, Tool, row_verbs

if TYPE_CHECKING:
    from django.db import models
    from django.http import QueryDict
    from django.urls import URLPattern
    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString

    from driveline.kit.actor import Actor
    from driveline.kit.api.declare import Resource
    from driveline.kit.columns import Column
    from driveline.kit.filters import Filter, Widget

PAGE_SIZES = (20, 50, 100)
EXPORT_MAX = 100_000
SPARED = 2  # columns that step aside where the window is narrower than 1366 px (UI.md §3)


@dataclass(frozen=True)
class Scene:
    """A quick tab: a named condition. `badge` shows its capped count; `hot` draws it red."""

    code: str
    label: str | _StrPromise
    condition: Callable[[Context], Q] | None = None
    counted: bool = False
    hot: bool = False
    order: str = ""
    permission: str = ""


@dataclass(frozen=True)
class Empty:
    """What stands where rows would: never had any, and none match."""

    title: str | _StrPromise
    text: str | _StrPromise = ""
    done_title: str | _StrPromise = ""
    icon: str = "inbox"


@dataclass(frozen=True)
class Head:
    """A column's head as drawn: label, where a click on it sorts, and whether a narrow window does without it."""

    column: Column
    sort: str = ""
    direction: str = ""
    spare: bool = False

    @property
    def css(self) -> str:
        pinned = f"pin-{self.column.pin}" if self.column.pin else "num" if self.column.numeric else ""
        return f"{pinned} spare".strip() if self.spare else pinned


@dataclass(slots=True)  # not frozen: a page makes two hundred of them
class Cell:
    column: Column
    html: str | SafeString


@dataclass(slots=True)
class Line:
    """A row ready to draw."""

    pk: int
    number: int | None
    cells: list[Cell]
    verbs: list[RowVerb]
    more: str
    refused: dict[str, int]
    obj: Any


@dataclass
class Listing:
    """One answer of a list: rows and everything around them. The template asks it, and decides nothing."""

    page: ListPage
    ctx: Context
    scene: Scene
    scenes: list[dict[str, Any]]
    widgets: list[Widget]
    chips: list[dict[str, Any]]
    notes: list[str]
    heads: list[Head]
    lines: list[Line]
    slice: Slice
    order: Order
    query: str
    reasons: list[str]
    further: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    tools: list[Tool]
    batch: list[Do]
    summary: str = ""
    columns: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> SafeString:
        """The table's rows as HTML."""
        from driveline.kit.drawing import draw_rows

        return draw_rows(self)

    @property
    def narrow(self) -> int:
        """How many columns a narrow window shows."""
        return sum(not head.spare for head in self.heads)

    @property
    def filtered(self) -> bool:
        return bool(self.chips)

    @property
    def can_export(self) -> bool:
        return bool(self.page.export) and self.ctx.actor.can(self.page.export)


class ListPage(Page):
    """Base of list pages. Everything is a class attribute; override `rows` only to narrow or join.

    `columns` in order; `filters` of the query form; `orders` the allow-list, the first is the default;
    `scenes` the quick tabs; `verbs` buttons of row and batch; `tools` of the toolbar; `export` the permission;
    `api` what is offered to programs (kit/api/declare.py), None for nothing.
    """

    model: ClassVar[type[models.Model]]
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Filter]] = ()
    orders: ClassVar[Sequence[Order]]
    scenes: ClassVar[Sequence[Scene]] = (Scene("all", _("All")),)
    verbs: ClassVar[Sequence[Do | Open]] = ()
    tools: ClassVar[Sequence[Tool]] = ()
    export: ClassVar[str] = ""
    empty: ClassVar[Empty] = Empty(_("Nothing here yet"))
    store_column: ClassVar[Column | None] = None
    template: ClassVar[str] = "kit/list.html"
    row_template: ClassVar[str] = ""
    detail: ClassVar[Any] = None
    folded_fields: ClassVar[int] = 3
    api: ClassVar[Resource | None] = None

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """What the actor may see; the only place a list starts from."""
        return visible(self.model, actor, self.permission)

    def summary(self, rows: QuerySet[Any], ctx: Context) -> str:
        """A sentence in the toolbar, e.g. how many wait and how long; "" for none. The numbers on the tabs are
        at hand as `ctx.kept["scene counts"]`, by scene code; `ctx.kept["narrowed"]`: filters are set."""
        return ""

    def prepare(self, objects: list[Any], ctx: Context) -> None:
        """Fetch for the whole page what the columns need beyond joins (one query for all rows)."""

    def patterns(self) -> list[URLPattern]:
        from driveline.kit.views.lists import list_patterns

        return list_patterns(self)

    # -- what is derived -------------------------------------------------------------------------

    def scene_of(self, code: str, actor: Actor) -> Scene:
        allowed = self.scenes_for(actor)
        return next((s for s in allowed if s.code == code), allowed[0])

    def scenes_for(self, actor: Actor) -> list[Scene]:
        return [s for s in self.scenes if not s.permission or actor.can(s.permission)]

    def parsed(self, data: QueryDict, ctx: Context) -> list[tuple[Filter, Any]]:
        return [(f, f.parse(data, ctx)) for f in self.filters]

    def matching(self, data: QueryDict, ctx: Context) -> QuerySet[Any]:
        """The rows of scene and filters, unordered: what list, count, export and "all that match" share."""
        rows = self.rows(ctx.actor)
        scene = self.scene_of(data.get("scene", ""), ctx.actor)
        if scene.condition is not None:
            rows = rows.filter(scene.condition(ctx))
        return self.filtered(rows, data, ctx)

    def filtered(self, rows: QuerySet[Any], data: QueryDict, ctx: Context) -> QuerySet[Any]:
        """The rows that the filters leave."""
        for one, value in self.parsed(data, ctx):
            if value is not None:
                rows = one.apply(rows, value, ctx)
        return rows

    def columns_for(self, actor: Actor) -> list[Column]:
        """All columns this person could have; a group scope adds the store."""
        columns = list(self.columns)
        if self.store_column is not None and actor.scope(self.permission) == Scope.GROUP:
            columns.insert(1, self.store_column)
        return columns

    def chosen_columns(self, actor: Actor, remembered: dict[str, Any]) -> list[Column]:
        """The columns as the person arranged them; unknown names are forgotten, fixed ones always stand."""
        available = {c.key: c for c in self.columns_for(actor)}
        wanted = remembered.get("columns")
        if not isinstance(wanted, list):
            return [c for c in available.values() if c.shown or c.fixed]
        chosen = [available[k] for k in wanted if k in available]
        return [c for c in available.values() if c.fixed and c not in chosen] + chosen

    def spared(self, chosen: Sequence[Column], remembered: dict[str, Any]) -> frozenset[str]:
        """The keys of the columns that a narrow window does without: none once the person has arranged them."""
        if isinstance(remembered.get("columns"), list):
            return frozenset()
        ranked = sorted((c for c in chosen if c.priority and not c.fixed), key=lambda c: -c.priority)
        return frozenset(c.key for c in ranked[:SPARED])

    def fetch(self, ids: Sequence[int], columns: Sequence[Column]) -> list[Any]:
        """The rows of the keys in their order, with the relations the columns name. One query."""
        joins = sorted({j for c in columns for j in c.join} | set(self.joins))
        queryset = self.model._default_manager.filter(pk__in=ids)
        found = {row.pk: row for row in (queryset.select_related(*joins) if joins else queryset)}
        return [found[pk] for pk in ids if pk in found]

    joins: ClassVar[tuple[str, ...]] = ()

    def listing(self, data: QueryDict, actor: Actor) -> Listing:
        """Answer a request: at most 10 queries, the same number for 5 and for 50 rows."""
        ctx = Context.of(actor)
        remembered = remembered_for(actor, self.name)
        rows = self.matching(data, ctx)
        scene = self.scene_of(data.get("scene", ""), actor)
        order = self.order_of(data.get("order", "") or scene.order)
        size = int(remembered.get("page_size", PAGE_SIZES[0]))
        scenes = self.scenes_for(actor)
        count, scene_counts = self.counts(rows, scenes, ctx)
        parsed = self.parsed(data, ctx)
        ctx.kept.update({"scene counts": scene_counts, "narrowed": any(v is not None for _f, v in parsed)})
        part = slice_rows(rows, order, data, size, count=rows.count() if data.get("exact") else count)
        columns = self.chosen_columns(actor, remembered)
        spared = self.spared(columns, remembered)
        objects = self.fetch(part.ids, columns)
        self.prepare(objects, ctx)
        lines, reasons, further = self.lines(objects, columns, ctx, part.start)
        return Listing(
            page=self,
            ctx=ctx,
            scene=scene,
            scenes=drawn_scenes(scenes, scene, scene_counts),
            widgets=[w for f, v in parsed if (w := f.widget(v, ctx)).kind != "hidden" or w.value],
            chips=self.drawn_chips(data, ctx),
            notes=[n for f, v in parsed if v is not None and (n := f.note(v, ctx))],
            heads=[self.head(c, order, spare=c.key in spared) for c in columns],
            lines=lines,
            slice=part,
            order=order,
            query=anywhere(data, "open", "exact").urlencode(),
            reasons=reasons,
            further=further,
            settings={"density": "default", "page_size": size, **remembered},
            tools=[t for t in self.tools if actor.can(t.permission)],
            batch=[
                v for v in self.verbs if isinstance(v, Do) and v.batch and actor.can(v.command.permission)
            ],
            summary=self.summary(rows, ctx),
            columns=self.column_choices(actor, columns, spared),
        )

    def order_of(self, code: str) -> Order:
        return next((o for o in self.orders if o.code == code), self.orders[0])

    def head(self, column: Column, order: Order, *, spare: bool = False) -> Head:
        offered = [o for o in self.orders if o.column == column.sort]
        if not offered:
            return Head(column, spare=spare)
        other = next((o for o in offered if o.code != order.code), offered[0])
        direction = _direction(order) if order.column == column.sort else "none"
        return Head(column, other.code, direction, spare)

    def lines(
        self, objects: list[Any], columns: list[Column], ctx: Context, start: int | None
    ) -> tuple[list[Line], list[str], dict[str, dict[str, Any]]]:
        """The rows ready to draw; the sentences of refusal and the further verbs stand once for all of them."""
        reasons: list[str] = []
        further: dict[str, dict[str, Any]] = {}
        batch = [
            v for v in self.verbs if isinstance(v, Do) and v.batch and ctx.actor.can(v.command.permission)
        ]
        lines = []
        for index, row in enumerate(objects):
            verbs = row_verbs(list(self.verbs), row, ctx.actor, self.url)
            possible = sorted(verbs, key=lambda v: (bool(v.reason), not v.main))
            refused = {v.code: _index(reasons, why) for v in batch if (why := v.why_not(row, ctx.actor))}
            cells = [Cell(c, c.render(row, ctx)) for c in columns]
            number = start + index if start else None
            more = []
            for verb in possible[2:]:
                further.setdefault(verb.code, _further(verb, self.url, row.pk))
                more.append(f"{verb.code}:{_index(reasons, verb.reason)}" if verb.reason else verb.code)
            lines.append(Line(row.pk, number, cells, possible[:2], " ".join(more), refused, row))
        return lines, reasons, further

    def counts(self, rows: QuerySet[Any], scenes: list[Scene], ctx: Context) -> tuple[int, dict[str, int]]:
        """How many match (up to the cap), and the number on each counted scene. One statement."""
        every = self.rows(ctx.actor)
        counted = [s for s in scenes if s.counted and s.condition is not None]
        asked = [(every.filter(s.condition(ctx)), BADGE_CAP) for s in counted if s.condition is not None]
        found = capped_counts([(rows, CAP), *asked])
        return found[0], {s.code: n for s, n in zip(counted, found[1:], strict=True)}

    def drawn_chips(self, data: QueryDict, ctx: Context) -> list[dict[str, Any]]:
        drawn = []
        for one, value in self.parsed(data, ctx):
            for chip in one.chips(value, ctx) if value is not None else ():
                drawn.append({"chip": chip, "query": anywhere(data, *chip.drop, "open").urlencode()})
        return drawn

    def column_choices(
        self, actor: Actor, chosen: list[Column], spared: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        rest = [c for c in self.columns_for(actor) if c not in chosen]
        choices = []
        for column in [*chosen, *rest]:
            said = {
                "key": column.key,
                "label": str(column.label),
                "on": column in chosen,
                "fixed": column.fixed,
                "spare": column.key in spared,
            }
            choices.append({name: value for name, value in said.items() if value})
        return choices


def remembered_for(actor: Actor, page: str) -> dict[str, Any]:
    """What the person arranged on this page; unusable values are dropped."""
    stored = ports.preferences.get(actor, f"ui.list.{page}") or {}
    if not isinstance(stored, dict):
        return {}
    if stored.get("page_size") not in PAGE_SIZES:
        stored.pop("page_size", None)
    return stored


def drawn_scenes(scenes: list[Scene], current: Scene, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The tabs with their numbers; a single one is not drawn."""
    drawn = [{"scene": s, "on": s.code == current.code, "count": counts.get(s.code, 0)} for s in scenes]
    return drawn if len(drawn) > 1 else []


def count_words(part: Slice) -> str:
    """N条记录 p/q 页, or 10 000+ 条."""
    if part.more:
        return gettext("10,000+ rows")
    return ngettext(
        "%(count)s row, page %(page)s of %(pages)s", "%(count)s rows, page %(page)s of %(pages)s", part.count
    ) % {
        "count": f"{part.count:,}",
        "page": part.number or "-",
        "pages": part.pages,
    }


def _direction(order: Order) -> str:
    return "descending" if order.descending else "ascending"


def _further(verb: RowVerb, base: str, pk: int) -> dict[str, Any]:
    return {"label": verb.label, "url": verb.address(base, pk), "mode": verb.mode, "danger": verb.danger}


def _index(reasons: list[str], sentence: str) -> int:
    if sentence not in reasons:
        reasons.append(sentence)
    return reasons.index(sentence)
