"""What the entries of the audit log are about, by name, with the way there for whoever may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db.models import CharField, F, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from driveline.kit import registry
from driveline.kit.formats import few, in_language, listed
from driveline.modules.setup.pages.audit_words import kind_name, subject

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

    from driveline.core.models import AuditEntry
    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context

NAMED = 3  # of an entry about many
FIELDS = ("log_way", "log_row", "log_key", "log_store", "log_place", "log_name", "log_english")


@dataclass(frozen=True)
class Way:
    """The page where rows of a type are seen: `key` leads from its rows to the id in the log, `name` and `english`
    to what they are called (`unnamed` without a name), `place` to what stands in the end of the address, which opens
    in the drawer or is a page. `store`: where one id may lead to rows of several stores."""

    kind: str
    page: str
    name: str | Combinable
    key: str = "pk"
    english: str = ""
    unnamed: str | _StrPromise = ""
    place: str = "pk"
    end: str = "{}/"
    drawer: bool = True
    store: str = ""


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


WAYS = (
    Way("core.apitoken", "api-tokens", "name"),
    Way("core.brand", "brands", "name", place="name", end="?q={}", drawer=False),
    Way("core.dictitem", "dictionaries", "label", english="label_en", place="kind", drawer=False),
    Way("core.membership", "users", "user__name"),
    Way("core.orgunit", "units", "name"),
    Way("core.party", "leads", "party__name", key="party_id", store="store_id"),
    Way("core.role", "roles", "label", english="label_en"),
    Way("core.series", "catalogue", "name"),
    Way("core.user", "users", "user__name", key="user_id", store="store_id"),
    Way("followup.pursuit", "leads", "party__name"),
    Way("followup.task", "leads", "party__name", key="tasks"),
    Way("intake.importbatch", "imports", "name", drawer=False),
    Way("intake.importmapping", "import-mappings", "name"),
    # A faulty message stands among its like until it is mended; then it is a lead.
    Way("intake.intake", "platform-faults", KeyTextTransform("name", "payload"), unnamed=_("No name")),
    Way("intake.intake", "leads", "party__name", key="intakes"),
    Way("lead", "leads", "party__name"),
    Way("leads.platformconnection", "platforms", "name"),
    Way(
        "ownership.arrivalrule", "arrival-rules", "source__label", english="source__label_en",
        unnamed=_("All other sources"),
    ),
)  # fmt: skip


def remember(entries: Iterable[AuditEntry], ctx: Context) -> None:
    """Find what the entries are about, as far as the reader may see it, in one query for all of them."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        kind, keys = subject(entry)
        wanted.setdefault(kind, set()).update(keys[:NAMED])
    parts = [part for n in range(len(WAYS)) if (part := _part(n, wanted, ctx.actor)) is not None]
    rows = parts[0].union(*parts[1:], all=True).order_by("log_row") if parts else ()
    found: dict[tuple[str, int, int | None], Known] = {}
    for n, _row, key, store_id, *rest in rows:
        known = _known(WAYS[n], *rest)
        # Of several rows the newest is meant, before it the newest of the entry's own store.
        found[WAYS[n].kind, key, None] = found[WAYS[n].kind, key, store_id] = known
    ctx.kept["audit objects"] = found


def _part(number: int, wanted: Mapping[str, set[int]], actor: Actor) -> QuerySet[Any, Any] | None:
    """The rows on a way that the reader sees on their page."""
    way = WAYS[number]
    page: Any = registry.page(way.page)
    if not wanted.get(way.kind) or not actor.can(page.permission):
        return None
    rows = page.rows(actor).filter(**{f"{way.key}__in": wanted[way.kind]}).order_by()
    return rows.annotate(
        log_way=Value(number),
        log_row=F("pk"),
        log_key=F(way.key),
        log_store=F(way.store) if way.store else Value(0),
        log_place=Cast(way.place, TextField()),
        log_name=Cast(way.name, TextField()),
        log_english=F(way.english) if way.english else Value("", CharField()),
    ).values_list(*FIELDS)


def _known(way: Way, place: str, name: str | None, english: str | None) -> Known:
    url = registry.page(way.page).url + way.end.format(quote(place))
    return Known(in_language(name or "", english or "") or str(way.unnamed), url, way.drawer)


def object_text(entry: AuditEntry, ctx: Context) -> str:
    """What it was about: 线索 张先生, or 线索 #7 for whoever does not see it."""
    return _said(entry, ctx, lambda known: known.name)


def object_html(entry: AuditEntry, ctx: Context) -> SafeString:
    """The same with links."""
    # Every name went through format_html, the rest is escaped here.
    return mark_safe(_said(entry, ctx, lambda known: known.link))  # noqa: S308


def _said(entry: AuditEntry, ctx: Context, say: Callable[[Known], str]) -> str:
    kind, keys = subject(entry)
    found: dict[tuple[str, int, int | None], Known] = ctx.kept.get("audit objects", {})

    def called(key: int) -> str:
        known = found.get((kind, key, entry.store_id)) or found.get((kind, key, None))
        return say(known) if known else f"#{key}"

    return f"{kind_name(kind)} {listed(few(map(called, keys[: NAMED + 1]), NAMED))}".strip()
