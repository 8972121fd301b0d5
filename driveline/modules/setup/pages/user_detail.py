"""One person in the drawer: the account, the place here, other stores, open work, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.models import AuditEntry, Membership
from driveline.core.services import leaving
from driveline.kit import columns as col
from driveline.kit.detail import DetailPage, Facts, Tab
from driveline.kit.formats import day
from driveline.kit.scopes import Scope
from driveline.modules.setup.pages import user_forms
from driveline.modules.setup.pages.audit_words import events
from driveline.modules.setup.pages.user_columns import mobile, status, superior

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from driveline.kit.pages import Context

ENTRIES = 50


def _absence(row: Membership, ctx: Context) -> str:
    if row.absent_from is None:
        return ""
    until = day(row.absent_to, ctx.today) if row.absent_to else gettext("further notice")
    return gettext("%(from)s to %(to)s") % {"from": day(row.absent_from, ctx.today), "to": until}


ACCOUNT = Facts(
    _("Account"),
    [
        col.Column(key="login", label=_("Login"), source="user.login"),
        col.Column(key="name", label=_("Name"), source="user.name"),
        col.Phone(key="phone", label=_("Mobile"), shown_number=mobile),
        col.Moment(key="last_login", label=_("Last sign-in"), source="user.last_login"),
        col.YesNo(
            key="must_change", label=_("Must change the password"), source="user.must_change_password",
            yes=_("Yes"), no=_("No"),
        ),
        col.Moment(key="disabled_at", label=_("Disabled at"), source="user.disabled_at"),
    ],
)  # fmt: skip
PLACE = Facts(
    _("Place"),
    [
        col.Column(key="store", label=_("Store")),
        col.Column(key="department", label=_("Department")),
        col.Computed(key="role", label=_("Role"), text=lambda row, ctx: str(row.role)),
        col.Computed(key="superior", label=_("Superior"), text=superior),
        col.YesNo(key="accepts_work", label=_("Takes new work"), yes=_("Yes"), no=_("No")),
        col.Computed(key="absence", label=_("Away"), text=_absence),
        col.Computed(
            key="stand_in",
            label=_("Stand-in"),
            text=lambda row, ctx: row.stand_in.user.name if row.stand_in else "",
        ),
    ],
)


def work_context(row: Membership, ctx: Context) -> dict[str, Any]:
    """What is still open, by store and kind; stores that the looker does not see are left out."""
    seen = _stores(ctx)
    return {"work": [(store, left) for store, left in leaving.work_of(row.user) if store.pk in seen]}


def places_context(row: Membership, ctx: Context) -> dict[str, Any]:
    """The person's places in stores that the looker sees."""
    rows = Membership.objects.filter(user_id=row.user_id, store_id__in=_stores(ctx))
    return {"places": [(one, str(one.role)) for one in rows.select_related("store", "role").order_by("pk")]}


def history_context(row: Membership, ctx: Context) -> dict[str, Any]:
    """What was changed about the person here, newest first."""
    about_user = AuditEntry.objects.filter(
        object_type="core.user", object_id=row.user_id, store_id__in=_stores(ctx)
    )
    about_place = AuditEntry.objects.filter(object_type="core.membership", object_id=row.pk)
    rows = list((about_user | about_place).select_related("user").order_by("-at", "-pk")[:ENTRIES])
    return {"events": events(rows, ctx)}


def _stores(ctx: Context) -> frozenset[int]:
    if ctx.actor.scope("users.view") == Scope.GROUP:
        return ctx.actor.group_store_ids
    return frozenset({ctx.actor.store_id})


class UserDetail(DetailPage):
    """The drawer of a person."""

    facts = (ACCOUNT, PLACE)
    tabs = (
        Tab("work", _("Open work"), "setup/user_work.html", work_context),
        Tab("places", _("Stores"), "setup/user_places.html", places_context),
        Tab("history", _("Changes"), "setup/history.html", history_context),
    )
    joins = ("user", "store", "role", "department", "superior__user", "superior__role", "stand_in__user")
    screens = (
        ("new/", user_forms.create),
        ("<int:pk>/edit/", user_forms.edit),
        ("<int:pk>/password/", user_forms.password),
        ("<int:pk>/further-store/", user_forms.further_store),
    )

    def title(self, row: Membership) -> str:
        return row.user.name

    def head(self, row: Membership, ctx: Context) -> dict[str, Any]:
        return {"marks": _marks(row), "line": [str(row.role), row.store.name]}


def _marks(row: Membership) -> SafeString:
    css, label = status(row)
    return format_html('<span class="st {}">{}</span>', css, label)
