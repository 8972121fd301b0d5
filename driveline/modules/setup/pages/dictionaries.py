"""数据字典: the enumerations that users maintain. The group's entries stand in every store, a store adds and hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from driveline.core import dictionaries
from driveline.core.models import DictItem
from driveline.core.services import dictionaries as service
from driveline.kit.pages import Context, Screen
from driveline.kit.registry import register
from driveline.kit.verbs import Do, RowVerb
from driveline.kit.views.acting import act
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of, done, for_page, wants_fragment
from driveline.modules.setup.forms.dictionaries import EntryForm

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.functional import _StrPromise

    from driveline.core.access import Actor
    from driveline.core.dictionaries import Dictionary, Entry

EDIT = "dictionaries.edit"
STEPS = {"up": -1, "down": 1}
COMMANDS = {"disable": service.item_disable, "enable": service.item_enable, "delete": service.item_delete}


@dataclass(frozen=True)
class Row:
    """An entry as the page draws it, with what the person may do with it now."""

    entry: Entry
    category: str
    origin: str | _StrPromise
    look: tuple[str, str | _StrPromise]
    verbs: list[RowVerb]
    movable: bool


def rows_of(actor: Actor, kind: Dictionary, base: str) -> list[Row]:
    """Every entry of the kind that the store sees, in its order. Two queries at most."""
    categories = {}
    if kind.parent:
        found = dictionaries.items(actor.store_id, kind.parent, include_inactive=True)
        categories = {entry.code: entry.label for entry in found}
    may, may_group = actor.can(EDIT), service.may_edit_group(actor)
    rows = []
    for entry in dictionaries.items(actor.store_id, kind.code, include_inactive=True):
        own = entry.unit_id == actor.store_id or may_group
        rows.append(
            Row(
                entry=entry,
                category=categories.get(entry.parent_code, entry.parent_code),
                origin=_origin(entry, actor),
                look=_look(entry),
                verbs=_verbs(entry, actor, base, own=own) if may else [],
                movable=may and own and entry.active,
            )
        )
    return rows


def _origin(entry: Entry, actor: Actor) -> str | _StrPromise:
    if dictionaries.is_system(entry.kind, entry.code):
        return _("Program")
    return _("Group") if entry.unit_id == actor.group_id else _("This store")


def _look(entry: Entry) -> tuple[str, str | _StrPromise]:
    if not entry.active:
        return "st-void", _("Disabled")
    return ("st-void", _("Hidden here")) if entry.hidden else ("st-on", _("In use"))


def _verbs(entry: Entry, actor: Actor, base: str, *, own: bool) -> list[RowVerb]:
    """A disabled entry offers only to be enabled; one of the group is hidden here, not changed (AC-46)."""
    url = f"{base}items/{entry.id}/"
    system = dictionaries.is_system(entry.kind, entry.code)
    fixed = gettext("The program itself uses this entry.") if system else ""
    if not own:
        code, label = ("show", gettext("Show again")) if entry.hidden else ("hide", gettext("Hide here"))
        return [RowVerb(code, label, f"{url}{code}/", "now" if entry.hidden else "dialog", fixed)]
    if not entry.active:
        return [RowVerb("enable", gettext("Enable"), f"{url}enable/", "now")]
    seeded = (
        gettext("Entries that came with the program can be disabled, not deleted.") if entry.seeded else ""
    )
    return [
        RowVerb("edit", gettext("Edit"), f"{url}edit/", "drawer"),
        RowVerb("disable", gettext("Disable"), f"{url}disable/", "dialog", fixed),
        RowVerb("delete", gettext("Delete"), f"{url}delete/", "dialog", fixed or seeded, danger=True),
    ]


@register
class Dictionaries(Screen):
    """Kinds on the left, the entries of one kind on the right."""

    name, path, title, menu, order = "dictionaries", "dictionaries/", _("Dictionaries"), "setup", 30
    permission = "dictionaries.view"
    template = "setup/dictionaries.html"

    def rows(self, actor: Actor) -> QuerySet[DictItem]:
        """The entries in sight: those of the store and of its group; another store's do not exist."""
        return DictItem.objects.filter(unit_id__in={actor.store_id, actor.group_id})

    def get(self, request: HttpRequest, kind: str = "") -> HttpResponse:
        """The page, or for a fragment request its changing part."""
        actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
        kinds = dictionaries.dictionaries()
        wanted = kind or request.GET.get("kind", "")
        current = next((k for k in kinds if k.code == wanted), None if wanted else kinds[0])
        if current is None:
            raise Http404
        context = {
            "page": self,
            "ctx": Context.of(actor),
            "kinds": kinds,
            "kind": current,
            "rows": rows_of(actor, current, self.url),
            "may": actor.can(EDIT),
        }
        fragment = "#list" if wants_fragment(request, "list") else ""
        return render(request, f"{self.template}{fragment}", context)

    def extra_patterns(self) -> list[URLPattern]:
        def at(tail: str, view: Any, name: str) -> URLPattern:
            return path(f"{self.path}{tail}", for_page(self, view), name=f"{self.name}.{name}")

        return [
            at("<slug:kind>/", self.get, "kind"),
            at("<slug:kind>/new/", self.add, "new"),
            at("items/<int:pk>/edit/", self.edit, "edit"),
            at("items/<int:pk>/move/<slug:way>/", require_POST(self.move), "move"),
            at("items/<int:pk>/hide/", self.hide, "hide"),
            at("items/<int:pk>/show/", require_POST(self.show), "show"),
            *(at(f"items/<int:pk>/{code}/", self._command(code), code) for code in COMMANDS),
        ]

    def add(self, request: HttpRequest, kind: str) -> HttpResponse:
        """A new entry at the end, for the store or for the group."""
        actor = actor_of(request)
        declared = _declared(kind)

        def act(data: dict[str, Any]) -> HttpResponse:
            label = data.pop("label")
            return saved(service.item_add(actor, kind, label, **data).pk)

        title = gettext("New entry: %(kind)s") % {"kind": declared.label}
        return form_screen(
            request,
            self,
            lambda data: EntryForm(data, actor=actor, kind=declared),
            act,
            title,
            permission=EDIT,
        )

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Other words or another category; what points at the entry keeps pointing at it."""
        actor = actor_of(request)
        item = self._seen(request, pk)
        declared = _declared(item.kind)

        def act(data: dict[str, Any]) -> HttpResponse:
            service.item_edit(actor, pk, **data)
            return saved(pk)

        title = gettext("Edit %(name)s") % {"name": item}

        def make(data: Any) -> EntryForm:
            return EntryForm(data, actor=actor, kind=declared, item=item)

        return form_screen(request, self, make, act, title, permission=EDIT)

    def move(self, request: HttpRequest, pk: int, way: str) -> HttpResponse:
        """One place up or down among its like."""
        if way not in STEPS:
            raise Http404
        self._reach(request, pk)
        service.item_move(actor_of(request), pk, STEPS[way])
        return done(**{"list:refresh": {"changed": [pk]}})

    def hide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The group's entry is no longer offered in this store; GET asks."""
        actor, item = actor_of(request), self._seen(request, pk)
        if not actor.can(EDIT):
            raise PermissionDenied
        if request.method != "POST":
            context = {"ctx": Context.of(actor), "told": service.told_on_hide(item), "action": request.path}
            return render(request, "setup/hide.html", context)
        service.item_hide(actor, pk)
        return done(**{"dialog:close": {}, "list:refresh": {"changed": [pk]}})

    def show(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The group's entry is offered here again."""
        self._seen(request, pk)
        service.item_hide(actor_of(request), pk, hidden=False)
        return done(**{"list:refresh": {"changed": [pk]}})

    def _command(self, code: str) -> Any:
        verb = Do(COMMANDS[code])

        def run(request: HttpRequest, pk: int) -> HttpResponse:
            self._reach(request, pk)
            return act(request, verb, [pk])

        return run

    def _seen(self, request: HttpRequest, pk: int) -> DictItem:
        """One of them."""
        actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
        item = self.rows(actor).filter(pk=pk).first()
        if item is None:
            raise Http404
        return item

    def _reach(self, request: HttpRequest, pk: int) -> None:
        """403 for an entry that is seen but belongs to the group."""
        actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
        item = self._seen(request, pk)
        if not actor.can(EDIT) or (item.unit_id != actor.store_id and not service.may_edit_group(actor)):
            raise PermissionDenied


def _declared(kind: str) -> Dictionary:
    try:
        return dictionaries.by_code(kind)
    except KeyError as error:
        raise Http404 from error
