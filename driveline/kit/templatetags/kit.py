"""The small marks of the interface: icons, grades, due dates, statuses, avatars, bars. UI.md §2 and §6 rule how they look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from driveline.kit import formats
from driveline.kit.templatetags.kit_pages import script
from driveline.kit.ui_words import UI_WORDS

register = template.Library()

SPRITE = "build/icons.svg"
MENU_OPEN_BELOW = 18  # lines that fit beside a 900 px window


@lru_cache(maxsize=1)
def _cached_sprite() -> str:
    return static(SPRITE)


def sprite() -> str:
    """The address of the icon sprite; asked once per process where file names are hashed."""
    return static(SPRITE) if settings.DEBUG else _cached_sprite()


@register.simple_tag
def icon(name: str, small: bool = False, css: str = "") -> SafeString:
    """An icon of the sprite (frontend/src/icons.txt). Always hidden from screen readers: what it means stands beside it."""
    return _icon(name, small, css, sprite())


@lru_cache(maxsize=512)
def _icon(name: str, small: bool, css: str, address: str) -> SafeString:
    """A page has forty of them, the program a hundred."""
    classes = " ".join(filter(None, ("icon", "icon-s" if small else "", css)))
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, address, name)


@register.simple_tag
def grade(letter: str, tip: str = "") -> SafeString | str:
    """The intention grade as a letter on its ground; "-" for none."""
    if not letter:
        return "-"
    mark = letter[0].lower()
    css = "f" if mark == "f" else mark
    return format_html('<span class="grade g-{}" title="{}">{}</span>', css, tip, letter)


@register.simple_tag
def status(css: str, label: str) -> SafeString:
    """A state as dot and word; `css` is st-new, st-on, st-review, st-won, st-void, st-bad or empty."""
    return format_html('<span class="st {}">{}</span>', css, label)


@register.simple_tag
def due(value: date | None, today: date, at: time | None = None) -> SafeString:
    """A due date with its delay: 过期 3 天, 今天 15:00, 明天 11-21, 12-03."""
    css, words = formats.due(value, at, today)
    return format_html('<span class="{}" title="{}">{}</span>', css, value or "", words)


@register.simple_tag
def moment(value: datetime | None, today: date) -> SafeString | str:
    """When something happened: 11-20 14:08, the whole date in the tooltip."""
    if value is None:
        return "-"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment(value, today))


@register.simple_tag
def day(value: date | None, today: date) -> str:
    """11-20 in this year, else 2025-11-20."""
    return formats.day(value, today)


@register.filter
def long_day(value: date) -> str:
    """11月20日 周五."""
    return formats.long_day(value)


@register.filter
def initial(name: Any) -> str:
    """What stands in an avatar: the first character of a name."""
    return str(name or "").strip()[:1] or "?"


@register.simple_tag
def bar(share: float, tone: str = "", label: str = "") -> SafeString:
    """A progress bar; `share` 0 to 1, `tone` ok, warn or bad. Its width is an SVG attribute, not a style."""
    width = round(max(0.0, min(1.0, float(share or 0))) * 100, 1)
    css = f" b-{tone}" if tone else ""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="bg" width="100" height="6" rx="2"/><rect width="{}" height="6" rx="2"/></svg>',
        css,
        role,
        width,
    )


@register.simple_tag
def icon_sprite() -> str:
    """The sprite's address, for the scripts."""
    return sprite()


@register.filter
def html_lang(code: str) -> str:
    """The language as browsers and screen readers know it: zh-hans → zh-CN."""
    return {"zh-hans": "zh-CN", "zh-hant": "zh-TW"}.get(str(code).lower(), str(code))


@register.filter
def clock(value: datetime | None) -> str:
    """The clock at the menu's foot: 11月20日 周五 14:26, in English Fri 20 November 14:26."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{formats.long_day(local)} {local:%H:%M}"


@dataclass(frozen=True)
class Place:
    """A place of the phone's bottom bar."""

    key: str
    label: str
    icon: str
    url: str
    active: bool = False
    plus: bool = False


@register.simple_tag
def phone_places(menu: list[Any]) -> list[Place]:
    """What the bottom bar of a phone offers: work and tasks, the plus, the list; only what the menu has."""
    known = {entry.key: (entry.icon, entry) for entry in menu if not entry.items}
    known |= {item.key: (entry.icon, item) for entry in menu for item in entry.items}
    short = {"lead-tasks": gettext("Tasks"), "leads": gettext("Customers")}
    icons = {"lead-tasks": "list-check", "leads": "users", "workbench": "layout-dashboard"}

    def place(key: str) -> list[Place]:
        if key not in known:
            return []
        mark, item = known[key]
        label = str(short.get(key, item.label))
        return [Place(key, label, icons.get(key, mark), item.url, item.active)]

    plus = [Place("", gettext("New lead"), "plus", "/leads/new/", plus=True)] if "leads" in known else []
    return [*place("workbench"), *place("lead-tasks"), *plus, *place("leads")]


@register.simple_tag
def ui_words() -> SafeString:
    """The sentences the scripts speak, in the reader's language, as a script element that no browser runs."""
    return _ui_words(get_language() or "")


@lru_cache(maxsize=8)
def _ui_words(language: str) -> SafeString:
    """Put together once in a process for each language: every page carries them."""
    return script({key: str(text) for key, text in UI_WORDS.items()}, "ui-words")


@register.simple_tag
def few_groups(menu: list[Any]) -> bool:
    """Whether the menu is short enough to stand open as a whole."""
    return sum(1 + len(entry.items) for entry in menu) <= MENU_OPEN_BELOW
