"""角色权限 PG-S01: what each role may do, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from driveline.core.models import Membership, Role
from driveline.core.services import roles as service
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Tab
from driveline.kit.listing import Empty, ListPage
from driveline.kit.paging import Order
from driveline.kit.permissions import all_permissions
from driveline.kit.registry import register
from driveline.kit.scopes import Scope
from driveline.kit.verbs import Do, Open
from driveline.kit.views.details import row_of
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of
from driveline.modules.setup.forms.roles import GrantsForm, RoleNameForm
from driveline.modules.setup.pages.audit_words import events

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from driveline.core.access import Actor
    from driveline.kit.pages import Context

EDIT = "roles.edit"
SHOWN = 200


def grants(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Edit the rights of a role."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    role = row_of(request, page, pk)
    forms: list[GrantsForm] = []

    def make(data: Any) -> GrantsForm:
        forms.append(GrantsForm(data, actor=actor, role=role))
        return forms[-1]

    def act(data: dict[str, Any]) -> HttpResponse:
        changes = service.grants_set(actor, pk, forms[-1].grants())
        text = ngettext("%(n)s right changed", "%(n)s rights changed", len(changes)) % {"n": len(changes)}
        return saved(pk, text=text, drawer=f"{page.url}{pk}/")

    title = gettext("Rights of %(role)s") % {"role": str(role)}
    note = gettext("Holds at once for everybody in this role, %(n)s now.") % {
        "n": role.memberships.filter(active=True).count()
    }
    return form_screen(request, page, make, act, title, permission=EDIT, lead_text=note)


def copy(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """A new role with the rights of this one."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    role = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        made = service.role_copy(actor, pk, **data)
        return saved(made.pk, drawer=f"{page.url}{made.pk}/")

    title = gettext("Copy %(role)s") % {"role": str(role)}
    saves: list[tuple[str, str | _StrPromise]] = [("close", _("Copy"))]
    return form_screen(
        request, page, lambda data: RoleNameForm(data, actor=actor), act, title, permission=EDIT, saves=saves
    )


def rename(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Other words for the role; its code stays."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    role = row_of(request, page, pk)

    def make(data: Any) -> RoleNameForm:
        return RoleNameForm(data, actor=actor, initial={"label": role.label, "label_en": role.label_en})

    def act(data: dict[str, Any]) -> HttpResponse:
        service.role_rename(actor, pk, **data)
        return saved(pk)

    title = gettext("Rename %(role)s") % {"role": str(role)}
    return form_screen(request, page, make, act, title, permission=EDIT)


def matrix(role: Role) -> list[dict[str, Any]]:
    """Every right under its heading with the reach of the role, "" where it is not granted."""
    held = {grant.permission: Scope(grant.scope) for grant in role.grants.all()}
    found: dict[str, list[tuple[str, str]]] = {}
    for permission in all_permissions():
        scope = held.get(permission.code)
        rows = found.setdefault(str(permission.group), [])
        rows.append((str(permission.label), str(scope.label) if scope else ""))
    return [
        {"label": label, "rows": rows, "held": sum(bool(s) for _l, s in rows)}
        for label, rows in found.items()
    ]


def holders_context(row: Role, ctx: Context) -> dict[str, Any]:
    """Who holds the role, in the stores that the looker sees people of."""
    actor: Any = ctx.actor
    rows = Membership.objects.filter(role=row, active=True, user__is_active=True, user__is_system=False)
    if actor.scope("users.view") != Scope.GROUP:
        rows = rows.filter(store_id=actor.store_id)
    people = list(rows.select_related("user", "store").order_by("store_id", "user__name")[: SHOWN + 1])
    return {"people": people[:SHOWN], "more": len(people) > SHOWN}


def history_context(row: Role, ctx: Context) -> dict[str, Any]:
    """What was changed about the role, newest first."""
    from driveline.core.models import AuditEntry

    rows = AuditEntry.objects.filter(object_type="core.role", object_id=row.pk).select_related("user")
    return {"events": events(rows.order_by("-at", "-pk")[:50], ctx)}


class RoleDetail(DetailPage):
    """The drawer of a role: its rights, who holds it, what was changed."""

    template = "setup/role.html"
    tabs = (
        Tab("holders", _("Who holds it"), "setup/role_holders.html", holders_context),
        Tab("history", _("Changes"), "setup/history.html", history_context),
    )
    screens = (
        ("<int:pk>/rights/", grants),
        ("<int:pk>/copy/", copy),
        ("<int:pk>/rename/", rename),
    )

    def title(self, row: Role) -> str:
        return str(row)

    def head(self, row: Role, ctx: Context) -> dict[str, Any]:
        return {"line": [row.code], "tags": [gettext("came with the program")] if row.seeded else []}

    def context(
        self, request: HttpRequest, page: Any, row: Role, ctx: Context, tab: str = ""
    ) -> dict[str, Any]:
        return super().context(request, page, row, ctx, tab) | {"matrix": matrix(row)}


def _status(row: Role) -> tuple[str, str | _StrPromise]:
    return ("st-on", _("In use")) if row.active else ("st-void", _("Disabled"))


def _kept(name: str) -> Any:
    return lambda row, ctx: str(ctx.kept.get(name, {}).get(row.pk, 0))


@register
class Roles(ListPage):
    """The roles of the group; a store's administrators see the same ones."""

    name, path, title, menu, order = "roles", "roles/", _("Roles and rights"), "setup", 20
    model = Role
    permission = "roles.view"
    columns = [
        col.Name(
            key="label",
            label=_("Role"),
            source="label",
            url=lambda row: f"/roles/{row.pk}/",
            card="title",
        ),
        col.Column(key="label_en", label=_("English name"), css="t2"),
        col.Column(key="code", label=_("Code"), css="t3", card="line"),
        col.Computed(key="rights", label=_("Rights"), numeric=True, text=_kept("rights")),
        col.Computed(key="holders", label=_("People"), numeric=True, text=_kept("holders"), card="side"),
        col.YesNo(key="seeded", label=_("Origin"), yes=_("With the program"), no=_("Own"), shown=False),
        col.Status(key="status", label=_("Status"), look=_status, card="state"),
    ]
    filters = [
        flt.Search(
            name="q",
            label=_("Keyword"),
            placeholder=_("Name of the role"),
            find=lambda text, ctx: (
                Q(label__icontains=text) | Q(label_en__icontains=text) | Q(code__icontains=text),
                False,
            ),
        ),
    ]
    orders = [Order("first", "pk")]
    verbs = [
        Open("rights", _("Edit rights"), EDIT, lambda row: f"/roles/{row.pk}/rights/", main=True),
        Open("copy", _("Copy"), EDIT, lambda row: f"/roles/{row.pk}/copy/"),
        Open("rename", _("Rename"), EDIT, lambda row: f"/roles/{row.pk}/rename/"),
        Do(service.role_retire, batch=False, when=lambda row: row.active),
        Do(service.role_restore, batch=False, when=lambda row: not row.active),
    ]
    empty = Empty(_("No roles"), icon="shield-lock")
    detail = RoleDetail()

    def prepare(self, objects: list[Role], ctx: Context) -> None:
        """Rights, places and employed people per role, one query."""
        places = Q(memberships__active=True)
        employed = places & Q(memberships__user__is_active=True)
        counts = Role.objects.filter(pk__in=[row.pk for row in objects]).annotate(
            rights=Count("grants", distinct=True),
            places=Count("memberships", distinct=True, filter=places),
            people=Count("memberships", distinct=True, filter=employed),
        )
        found = list(counts.order_by().values_list("pk", "rights", "places", "people"))
        ctx.kept["rights"] = {pk: rights for pk, rights, _places, _people in found}
        ctx.kept["holders"] = {pk: people for pk, _rights, _places, people in found}
        held = {pk: places for pk, _rights, places, _people in found}
        for row in objects:
            row.holders = held[row.pk]  # type: ignore[attr-defined]  # read by the guard of role.retire
