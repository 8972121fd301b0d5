"""DetailPage: what one row shows, declared once for the drawer and the full page (UI.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import path
from django.utils.translation import gettext_lazy as _

from driveline.kit.pages import Context
from driveline.kit.verbs import RowVerb, row_verbs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.functional import _StrPromise

    from driveline.kit.columns import Column
    from driveline.kit.listing import ListPage


@dataclass(frozen=True)
class Facts:
    """A block of labelled data."""

    label: str | _StrPromise
    columns: Sequence[Column]


@dataclass(frozen=True)
class Tab:
    """A tab of the side (drawer) or the body (page): a template with what `context` fetches for it."""

    code: str
    label: str | _StrPromise
    template: str
    context: Callable[[Any, Context], dict[str, Any]]


class DetailPage:
    """Base of details. `title` and `head` say who it is; `facts` the data; `tabs` history and the like.

    `screens` are further drawer screens of the row (follow-up, edit): (name, view). `body` is what the
    body is called where there is no room for the side, and both become tabs.
    """

    facts: ClassVar[Sequence[Facts]] = ()
    tabs: ClassVar[Sequence[Tab]] = ()
    joins: ClassVar[tuple[str, ...]] = ()
    screens: ClassVar[Sequence[tuple[str, Callable[..., HttpResponse]]]] = ()
    template: ClassVar[str] = "kit/drawer.html"
    body: ClassVar[str | _StrPromise] = _("Data")

    def title(self, row: Any) -> str:
        return str(row)

    def head(self, row: Any, ctx: Context) -> dict[str, Any]:
        """What stands beside and under the title: `marks` (HTML), `line` (texts), `phone`, `note`."""
        return {}

    def patterns(self, page: ListPage) -> list[URLPattern]:
        from driveline.kit.views.details import show
        from driveline.kit.views.guard import for_page
        from driveline.kit.views.lists import partial_of

        patterns = [
            path(f"{page.path}<int:pk>/", for_page(page, partial_of(show, page)), name=f"{page.name}.detail")
        ]
        for name, view in self.screens:
            tail = f"{page.path}{name}"
            code = name.replace("<int:pk>/", "").strip("/")
            patterns.append(path(tail, for_page(page, partial_of(view, page)), name=f"{page.name}.{code}"))
        return patterns

    def context(
        self, request: HttpRequest, page: ListPage, row: Any, ctx: Context, tab: str = ""
    ) -> dict[str, Any]:
        """Everything the template needs for this row."""
        current = next((t for t in self.tabs if t.code == tab), self.tabs[0] if self.tabs else None)
        facts = [
            {"label": f.label, "items": [(c.label, c.render(row, ctx)) for c in f.columns]}
            for f in self.facts
        ]
        verbs: list[RowVerb] = row_verbs(list(page.verbs), row, ctx.actor, page.url)
        return {
            "page": page,
            "detail": self,
            "row": row,
            "ctx": ctx,
            "url": f"{page.url}{row.pk}/",
            "title": self.title(row),
            "head": self.head(row, ctx),
            "facts": facts,
            "verbs": verbs,
            "tabs": [{"tab": t, "on": t is current} for t in self.tabs],
            "tab": current,
            "tab_context": current.context(row, ctx) if current else {},
        }
