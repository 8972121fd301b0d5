"""The menu of one person: groups with the pages his role opens. Numbers come by the live fragment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from driveline.kit import registry

if TYPE_CHECKING:
    from driveline.kit.actor import Actor


@dataclass
class MenuItem:
    key: str
    label: str
    url: str
    active: bool = False


@dataclass
class MenuEntry:
    """A group with entries, or a single page that stands at the top level."""

    key: str
    label: str
    icon: str
    url: str
    active: bool = False
    items: list[MenuItem] = field(default_factory=list)


def menu_for(actor: Actor, path: str) -> list[MenuEntry]:
    """What the role opens, in order; `path` marks where the person is."""
    entries: list[MenuEntry] = []
    by_group: dict[str, list[MenuItem]] = {}
    pages = sorted((p for p in registry.pages() if p.menu and p.allowed(actor)), key=lambda p: p.order)
    current = _current(path)
    for page in pages:
        item = MenuItem(page.name, str(page.menu_label or page.title), page.url, page.name == current)
        by_group.setdefault(page.menu, []).append(item)
    for group in registry.menu_groups():
        items = by_group.get(group.code, [])
        if len(items) == 1 and group.code == items[0].key:
            entries.append(MenuEntry(items[0].key, items[0].label, group.icon, items[0].url, items[0].active))
        elif items:
            active = any(i.active for i in items)
            entries.append(MenuEntry(group.code, str(group.label), group.icon, items[0].url, active, items))
    return entries


def _current(path: str) -> str:
    """The page whose address is the longest beginning of the path, or the one that leads to it."""
    found = [p for p in registry.pages() if path.startswith(p.url) and (p.path or path == "/")]
    nearest = max(found, key=lambda p: len(p.path), default=None)
    return (nearest.within or nearest.name) if nearest else ""
