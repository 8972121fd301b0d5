"""What the workbench shows, filled by the modules: queues, due work, figures, charts, planned visits.

    @queue("leads.assign", _("To assign"), order=50, permission="leads.assign")
    def to_assign(actor, ctx): return Queue(count, note, "warn", "/leads/?scene=queue")

Every number links to the list with the same definition. The workbench asks each registered function once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Any, Protocol

from driveline.kit import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context
    from driveline.kit.verbs import Tool

BUCKETS = ("overdue", "due", "future")
FUTURE_DAYS = 7


@dataclass(frozen=True)
class Queue:
    """A number with a sentence under it. `tone` is "", warn or bad; nought is always drawn quietly.

    `whole`: the number was counted to its end, not only as far as a badge goes."""

    count: int
    note: str
    tone: str
    url: str
    whole: bool = False

    @property
    def text(self) -> str:
        """1,234 where the number is whole, else 999+."""
        return formats.number(self.count) if self.whole else formats.capped(self.count) or "0"


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """A task to be done. `sort` orders rows of all kinds: to call first, overdue, today with a time, today, later."""

    pk: int
    sort: tuple[Any, ...]
    grade: str
    grade_tip: str
    name: str
    url: str
    phone: str
    tel: str
    subject: str
    remark: str
    due_css: str
    due: str
    who: str = ""
    verb: str = ""
    verb_url: str = ""
    workable: bool = False


@dataclass(frozen=True)
class DueCounts:
    """How many are overdue, due today and due within a week; capped counts say so by being cap + 1."""

    overdue: int = 0
    due: int = 0
    future: int = 0

    def of(self, tab: str) -> int:
        """The number of a tab; "all" is what is to be done today."""
        return self.overdue + self.due if tab == "all" else int(getattr(self, tab))


class DueWork(Protocol):
    """The due work of one kind of task."""

    permission: str
    list_url: str

    def counts(self, actor: Actor, ctx: Context) -> DueCounts: ...

    def rows(self, actor: Actor, ctx: Context, tab: str, limit: int) -> Sequence[DueRow]:
        """The first rows of a tab (all, overdue, due, future) in their order."""
        ...

    def tab_url(self, tab: str, ctx: Context) -> str:
        """The list that shows exactly what the tab counts."""
        ...


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number of today against yesterday. `points` are the last days, today last, None for a day without.

    `better` says which direction is good; `value` None is unknown; `team` when it is more than one person's."""

    code: str
    label: str | _StrPromise
    unit: str | _StrPromise
    value: int | None
    yesterday: int | None
    points: tuple[int | None, ...]
    url: str
    better: str = "up"
    team: bool = False


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Stacked bars, one a day; at most three series, the first at the bottom."""

    title: str | _StrPromise
    days: tuple[date, ...]
    series: tuple[tuple[str | _StrPromise, tuple[int, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Steps that fewer and fewer reach; the first is the whole."""

    title: str | _StrPromise
    note: str | _StrPromise
    steps: tuple[tuple[str | _StrPromise, int], ...]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody who said to come tomorrow."""

    at: time | None
    name: str
    url: str
    subject: str
    grade: str
    grade_tip: str
    who: str = ""


@dataclass(frozen=True)
class Visits:
    """The first of them and how many there are."""

    rows: Sequence[Visit]
    count: int
    url: str


@dataclass(frozen=True)
class Registered[F]:
    """A registered function with its place and the permission without which it is not asked."""

    code: str
    label: str | _StrPromise
    order: int
    permission: str
    find: F


type QueueFn = Callable[[Actor, Context], Queue]
type FiguresFn = Callable[[Actor, Context], Sequence[Figure]]
type ChartFn = Callable[[Actor, Context], Bars | Funnel]
type VisitsFn = Callable[[Actor, Context], Visits]


@dataclass
class _Desk:
    queues: dict[str, Registered[QueueFn]] = field(default_factory=dict)
    figures: dict[str, Registered[FiguresFn]] = field(default_factory=dict)
    charts: dict[str, Registered[ChartFn]] = field(default_factory=dict)
    visits: dict[str, Registered[VisitsFn]] = field(default_factory=dict)
    work: list[DueWork] = field(default_factory=list)
    tools: list[Tool] = field(default_factory=list)


_desk = _Desk()


def _register[F](
    table: dict[str, Registered[F]], code: str, label: str | _StrPromise, order: int, permission: str
) -> Callable[[F], F]:
    def declare(find: F) -> F:
        if code in table:
            raise ValueError(f"{code} stands on the workbench already")
        table[code] = Registered(code, label, order, permission, find)
        return find

    return declare


def queue(
    code: str, label: str | _StrPromise, *, order: int, permission: str
) -> Callable[[QueueFn], QueueFn]:
    """Register a tile of the strip."""
    return _register(_desk.queues, code, label, order, permission)


def figures(code: str, *, order: int, permission: str) -> Callable[[FiguresFn], FiguresFn]:
    """Register numbers of 我的数据."""
    return _register(_desk.figures, code, "", order, permission)


def chart(code: str, *, order: int, permission: str) -> Callable[[ChartFn], ChartFn]:
    """Register a chart."""
    return _register(_desk.charts, code, "", order, permission)


def visits(code: str, *, order: int, permission: str) -> Callable[[VisitsFn], VisitsFn]:
    """Register planned visits of tomorrow."""
    return _register(_desk.visits, code, "", order, permission)


def due_work(work: DueWork) -> None:
    """Register a kind of due work."""
    _desk.work.append(work)


def tool(button: Tool) -> None:
    """Register a button of the head."""
    _desk.tools.append(button)


def tools_for(actor: Actor) -> list[Tool]:
    return [button for button in _desk.tools if actor.can(button.permission)]


def _for[F](table: dict[str, Registered[F]], actor: Actor) -> list[Registered[F]]:
    return sorted((r for r in table.values() if actor.can(r.permission)), key=lambda r: r.order)


def queues_for(actor: Actor) -> list[Registered[QueueFn]]:
    """The tiles the role has, in order."""
    return _for(_desk.queues, actor)


def figures_for(actor: Actor) -> list[Registered[FiguresFn]]:
    return _for(_desk.figures, actor)


def charts_for(actor: Actor) -> list[Registered[ChartFn]]:
    return _for(_desk.charts, actor)


def visits_for(actor: Actor) -> list[Registered[VisitsFn]]:
    return _for(_desk.visits, actor)


def work_for(actor: Actor) -> list[DueWork]:
    return [work for work in _desk.work if actor.can(work.permission)]
