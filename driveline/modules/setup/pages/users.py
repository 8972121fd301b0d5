"""用户管理 PG-S02: who works where, as what, under whom, and whether new work may come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import handover
from driveline.core.models import Membership, Role
from driveline.core.services.memberships import membership_end
from driveline.core.services.users import user_disable, user_enable
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.scopes import Scope
from driveline.kit.verbs import Do, Open, Tool
from driveline.modules.setup.forms.leaving import LeaverForm, PlaceForm
from driveline.modules.setup.pages.user_columns import EMPLOYED, STATES, away, mobile, status, superior
from driveline.modules.setup.pages.user_detail import UserDetail

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.pages import Context


def _tags(row: Membership, ctx: Context) -> list[tuple[str, str]]:
    if not away(row, ctx):
        return []
    name = row.stand_in.user.name if row.stand_in else "-"
    return [(gettext("away"), gettext("%(name)s stands in") % {"name": name})]


def _elsewhere(row: Membership, actor: Actor) -> str | _StrPromise:
    if not row.user.is_active:
        return _("This account is disabled.")
    return (
        ""
        if actor.scope("users.edit") == Scope.GROUP
        else _("Only somebody of the group gives places elsewhere.")
    )


def _working(row: Membership) -> bool:
    return bool(row.active and row.user.is_active)


def _roles(ctx: Context) -> list[tuple[str, str]]:
    actor: Any = ctx.actor
    return [(str(row.pk), str(row)) for row in Role.objects.filter(group_id=actor.group_id).order_by("pk")]


def _state(values: list[str], ctx: Context) -> Q:
    found = Q(pk__in=[])
    for value in values:
        found |= STATES[value]
    return found


@register
class Users(ListPage):
    """Everybody of the store; of the group all its stores."""

    name, path, title, menu, order = "users", "users/", _("Users"), "setup", 10
    model = Membership
    permission = "users.view"
    columns = [
        col.Name(
            key="name",
            label=_("Name"),
            source="user.name",
            join=("user", "stand_in__user"),
            url=lambda row: f"/users/{row.pk}/",
            tags=_tags,
            card="title",
        ),
        col.Column(
            key="login",
            label=_("Login"),
            source="user.login",
            join=("user",),
            sort="user__login",
            card="line",
        ),
        col.Phone(key="phone", label=_("Mobile"), join=("user",), shown_number=mobile, card="phone"),
        col.Computed(
            key="role",
            label=_("Role"),
            join=("role",),
            text=lambda row, ctx: str(row.role),
            card="side",
        ),
        col.Column(key="department", label=_("Department"), join=("department",)),
        col.Computed(
            key="superior", label=_("Superior"), join=("superior__user", "superior__role"), text=superior
        ),
        col.YesNo(key="accepts_work", label=_("Takes new work"), yes=_("Yes"), no=_("No")),
        col.Status(key="status", label=_("Status"), join=("user",), look=status, card="state"),
        col.Computed(
            key="open_work",
            label=_("Open work"),
            numeric=True,
            text=lambda row, ctx: str(ctx.kept.get("open work", {}).get((row.store_id, row.user_id), 0)),
        ),
        col.Moment(key="last_login", label=_("Last sign-in"), source="user.last_login", join=("user",)),
    ]
    store_column = col.Column(key="store", label=_("Store"), join=("store",))
    filters = [
        flt.Search(
            name="q",
            label=_("Keyword"),
            placeholder=_("Name, login or mobile"),
            find=lambda text, ctx: (
                Q(user__name__icontains=text)
                | Q(user__login__startswith=text.lower())
                | Q(user__phone__startswith=text),
                False,
            ),
        ),
        flt.Choice(name="role", label=_("Role"), column="role_id", options=_roles),
        flt.Choice(
            name="status",
            label=_("Status"),
            options=[
                ("employed", _("Employed")),
                ("disabled", _("Disabled")),
                ("ended", _("Left this store")),
            ],
            condition=_state,
        ),
    ]
    orders = [
        Order("first", "pk"),
        Order("login", "user__login"),
        Order("login_down", "user__login", descending=True),
    ]
    scenes = [
        Scene("employed", _("Employed"), lambda ctx: EMPLOYED),
        Scene("away", _("Away"), lambda ctx: EMPLOYED & _away(ctx), counted=True),
        Scene("disabled", _("Disabled"), lambda ctx: STATES["disabled"]),
        Scene("all", _("All")),
    ]
    verbs = [
        Open(
            "edit",
            _("Edit"),
            "users.edit",
            lambda row: f"/users/{row.pk}/edit/",
            when=lambda row: row.active,
            main=True,
        ),
        Do(
            user_disable,
            batch=False,
            form=LeaverForm,
            when=lambda row: row.user.is_active,
            found=(_("See the disabled"), "/users/?scene=disabled"),
        ),
        Do(
            user_enable,
            batch=False,
            when=lambda row: not row.user.is_active,
            found=(_("See the employed"), "/users/?scene=employed"),
        ),
        Open(
            "password",
            _("Reset password"),
            "users.edit",
            lambda row: f"/users/{row.pk}/password/",
            when=_working,
        ),
        Open(
            "further-store",
            _("Add a store"),
            "users.edit",
            lambda row: f"/users/{row.pk}/further-store/",
            guard=_elsewhere,
            when=_working,
        ),
        Do(
            membership_end,
            batch=False,
            form=PlaceForm,
            when=_working,
            found=(_("See who left"), "/users/?scene=all&status=ended"),
        ),
    ]
    tools = [Tool(_("New user"), "users.edit", "/users/new/", icon="plus", primary=True)]
    empty = Empty(_("Nobody works here yet"), _("Create the first user."), icon="users")
    detail = UserDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return super().rows(actor).filter(user__is_system=False)

    def prepare(self, objects: list[Membership], ctx: Context) -> None:
        """How much each person of the page holds, in a constant number of queries."""
        stores = {row.store_id for row in objects}
        ctx.kept["open work"] = (
            handover.totals_of(stores, {row.user_id for row in objects}) if objects else {}
        )


def _away(ctx: Context) -> Q:
    return Q(absent_from__lte=ctx.today) & (Q(absent_to__isnull=True) | Q(absent_to__gte=ctx.today))
