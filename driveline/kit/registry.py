"""What the modules have declared: pages, menu groups, searchers. Filled at start, read by URLs, menu, suites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Page


@dataclass(frozen=True)
class MenuGroup:
    """A heading of the menu; its entries are the pages that name it."""

    code: str
    label: str | _StrPromise
    icon: str
    order: int = 100


@dataclass(frozen=True)
class Hit:
    """One find of the global search."""

    title: str
    text: str
    url: str
    icon: str = "user"
    drawer: bool = True


type Searcher = Callable[[Actor, str], Sequence[Hit]]

_pages: dict[str, Page] = {}
_groups: dict[str, MenuGroup] = {}
_searchers: list[Searcher] = []


def register[P: type[Any]](page_class: P) -> P:
    """Class decorator: make the page known. A page is made once and keeps no request state."""
    page = page_class()
    if page.name in _pages:
        raise ValueError(f"page {page.name} is registered twice")
    _pages[page.name] = page
    return page_class


def menu_group(group: MenuGroup) -> None:
    """Declare a heading of the menu."""
    _groups[group.code] = group


def searcher(function: Searcher) -> Searcher:
    """Decorator: take part in the global search. The function cuts its finds to the actor."""
    _searchers.append(function)
    return function


def pages() -> list[Page]:
    """Every registered page."""
    return list(_pages.values())


def page(name: str) -> Page:
    """KeyError for an unknown name."""
    return _pages[name]


def menu_groups() -> list[MenuGroup]:
    return sorted(_groups.values(), key=lambda g: g.order)


def searchers() -> list[Searcher]:
    return list(_searchers)
