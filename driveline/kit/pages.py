"""What every page is: a name, an address, a place in the menu, a permission; and what belongs to rendering one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from driveline.kit.ports import ports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor


@dataclass(frozen=True)
class Context:
    """What rendering needs besides the row: who looks, and the business clock read once."""

    actor: Actor
    now: datetime
    today: date
    kept: dict[Any, Any] = field(default_factory=dict, hash=False, compare=False)

    def once[T](self, key: Any, find: Callable[[], T]) -> T:
        """What `find` gives, asked at most once for this rendering."""
        if key not in self.kept:
            self.kept[key] = find()
        found: T = self.kept[key]
        return found

    @classmethod
    def of(cls, actor: Actor) -> Context:
        return cls(actor, ports.clock.now(), ports.clock.today())


class Page:
    """Base of all declared pages. Class attributes are the declaration.

    `within`: for a page that is not in the menu, the name of the page that leads to it; the trail goes through that
    page and its menu entry is marked.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    title: ClassVar[str | _StrPromise]
    permission: ClassVar[str]
    menu: ClassVar[str] = ""
    within: ClassVar[str] = ""
    menu_label: ClassVar[str | _StrPromise] = ""
    icon: ClassVar[str] = ""
    order: ClassVar[int] = 100
    hot_badge: ClassVar[bool] = False  # red: only for due and overdue work

    @property
    def url(self) -> str:
        """The address of the page itself."""
        return f"/{self.path}"

    def allowed(self, actor: Actor) -> bool:
        """Whether the page exists for the actor's role at all."""
        return actor.can(self.permission)

    def todo(self, actor: Actor, ctx: Context) -> QuerySet[Any] | None:
        """The rows whose number stands beside the menu entry; None for no badge."""
        return None

    def patterns(self) -> list[URLPattern]:
        """The URL patterns of the page and all that hangs on it."""
        raise NotImplementedError(self.name)

    def crumbs(self) -> list[dict[str, Any]]:
        """Where the page stands, from the menu's heading down to the page itself."""
        from driveline.kit import registry

        if self.within:
            head = registry.page(self.within).crumbs()
        else:
            head = [{"label": g.label} for g in registry.menu_groups() if g.code == self.menu]
        return [*head, {"label": self.title, "url": self.url}]


class Screen(Page):
    """A page the kit cannot draw: one view of its own, still in the menu, the rights and the suites."""

    template: ClassVar[str]

    def context(self, request: HttpRequest, ctx: Context) -> dict[str, Any]:
        """What the template gets besides `page` and `ctx`."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        from django.shortcuts import render

        ctx = Context.of(request.actor)  # type: ignore[attr-defined]  # set by the middleware
        return render(request, self.template, {"page": self, "ctx": ctx, **self.context(request, ctx)})

    def extra_patterns(self) -> Sequence[URLPattern]:
        return ()

    def patterns(self) -> list[URLPattern]:
        from django.urls import path

        from driveline.kit.views.guard import for_page

        return [path(self.path, for_page(self, self.get), name=self.name), *self.extra_patterns()]
