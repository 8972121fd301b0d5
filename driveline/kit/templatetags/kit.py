"""The small marks of the interface: icons, grades, due dates, statuses, avatars, bars. UI.md §2 and §6 rule how they look."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from driveline.kit import formats

register = template.Library()

SPRITE = "build/icons.svg"


@lru_cache(maxsize=1)
def _cached_sprite() -> str:
    return static(SPRITE)


def sprite() -> str:
    """The address of the icon sprite; asked once per process where file names are hashed."""
    return static(SPRITE) if settings.DEBUG else _cached_sprite()


@register.simple_tag
def icon(name: str, small: bool = False, css: str = "") -> SafeString:
    """An icon of the sprite (frontend/src/icons.txt). Always hidden from screen readers: what it means stands beside it."""
    classes = " ".join(filter(None, ("icon", "icon-s" if small else "", css)))
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', classes, sprite(), name
    )


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


@register.simple_tag
def waiting(minutes: int) -> str:
    """18 分, 3 小时, 4 天."""
    return formats.waiting(minutes)


@register.filter
def weekday(value: date) -> str:
    """周一 … 周日."""
    return formats.weekday(value)


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
