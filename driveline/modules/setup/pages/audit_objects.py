"""What the entries of the audit log are about, by name, with the way there for whoever may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from driveline.kit import registry
from driveline.kit.formats import few, in_language, listed
from driveline.modules.setup.pages.audit_words import kind_name, subject

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from driveline.core.models import AuditEntry
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

NAMED = 3  # of an entry about many


@dataclass(frozen=True)
class Way:
    """The page where rows of a type are seen: `key` leads from its rows to the id in the log, `name` and `english`
    to what they are called, `place` to the end of the address, which opens in the drawer or is a page."""

    page: str
    name: str
    key: str = "pk"
    english: str = ""
    place: str = "pk"
    drawer: bool = True


@dataclass(frozen=True)
class Known:
    """A row that the reader may see."""

    name: str
    url: str
    drawer: bool

    @property
    def link(self) -> SafeString:
        return format_html(
            '<a{} href="{}">{}</a>', mark_safe(" data-drawer") if self.drawer else "", self.url, self.name
        )


WAYS = {
    "core.apitoken": Way("api-tokens", "name"),
    "core.dictitem": Way("dictionaries", "label", english="label_en", place="kind", drawer=False),
    "core.membership": Way("users", "user__name"),
    "core.orgunit": Way("units", "name"),
    "core.party": Way("leads", "party__name", key="party_id"),
    "core.role": Way("roles", "label", english="label_en"),
    "core.series": Way("catalogue", "name"),
    "core.user": Way("users", "user__name", key="user_id"),
    "followup.pursuit": Way("leads", "party__name"),
    "followup.task": Way("leads", "party__name", key="tasks"),
    "intake.importbatch": Way("imports", "name", drawer=False),
    "intake.importmapping": Way("import-mappings", "name"),
    "leads.platformconnection": Way("platforms", "name"),
}


def remember(entries: Iterable[AuditEntry], ctx: Context) -> None:
    """Find what the entries are about, as far as the reader may see it, in one query for all of them."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        kind, keys = subject(entry)
        wanted.setdefault(kind, set()).update(keys[:NAMED])
    parts = [part for kind, keys in wanted.items() if (part := _part(kind, keys, ctx.actor)) is not None]
    rows = parts[0].union(*parts[1:], all=True) if parts else ()
    ctx.kept["audit objects"] = {
        (kind, key): Known(
            in_language(name, english), f"{registry.page(WAYS[kind].page).url}{place}/", WAYS[kind].drawer
        )
        for kind, key, place, name, english in rows
    }


def _part(kind: str, keys: set[int], actor: Actor) -> QuerySet[Any, Any] | None:
    """The rows of a type that the reader sees on their page: (type, id, place, name, English name)."""
    way = WAYS.get(kind)
    if way is None or not keys:
        return None
    page: Any = registry.page(way.page)
    if not actor.can(page.permission):
        return None
    rows = page.rows(actor).filter(**{f"{way.key}__in": keys}).order_by()
    return rows.annotate(
        log_kind=Value(kind, CharField()),
        log_key=F(way.key),
        log_place=Cast(way.place, CharField()),
        log_name=F(way.name),
        log_english=F(way.english) if way.english else Value("", CharField()),
    ).values_list("log_kind", "log_key", "log_place", "log_name", "log_english")


def object_text(entry: AuditEntry, ctx: Context) -> str:
    """What it was about: 线索 张先生, or 线索 #7 for whoever does not see it."""
    return _said(entry, ctx, lambda known: known.name)


def object_html(entry: AuditEntry, ctx: Context) -> SafeString:
    """The same with links."""
    # Every name went through format_html, the rest is escaped here.
    return mark_safe(_said(entry, ctx, lambda known: known.link))  # noqa: S308


def _said(entry: AuditEntry, ctx: Context, say: Callable[[Known], str]) -> str:
    kind, keys = subject(entry)
    known: dict[tuple[str, int], Known] = ctx.kept.get("audit objects", {})
    names = [say(known[kind, key]) if (kind, key) in known else f"#{key}" for key in keys[: NAMED + 1]]
    return f"{kind_name(kind)} {listed(few(names, NAMED))}".strip()
