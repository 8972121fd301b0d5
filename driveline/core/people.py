"""How people are named and who can be given work: read only, for pages, pickers and rules; settings of accounts."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from driveline.core.models import Membership, User
from driveline.kit.settings import StoreSettings, setting


def user_label(user: User) -> str:
    """The name; of somebody who left with the word for it: 李四(停用) (AC-09)."""
    return str(user) if user.is_active else _("%(name)s (disabled)") % {"name": user.name}


def staff(store_id: int) -> QuerySet[Membership]:
    """Employed members of the store, with user and role, by name: the base of every picker of persons."""
    return (
        Membership.objects.filter(store_id=store_id, active=True, user__is_active=True, user__is_system=False)
        .select_related("user", "role")
        .order_by("user__name", "user_id")
    )


def takes_work(store_id: int, permission: str | None = None) -> QuerySet[Membership]:
    """Who may be given new work (可接单); with `permission` only those whose role has it."""
    rows = staff(store_id).filter(accepts_work=True)
    return rows.filter(role__grants__permission=permission) if permission else rows


def employed_count(group_id: int) -> int:
    """People of the group who can sign in: what a licence counts (SA-R07)."""
    rows = User.objects.filter(is_active=True, is_system=False, memberships__active=True)
    return rows.filter(memberships__role__group_id=group_id).distinct().count()


class PeopleSettings(
    StoreSettings, section="people", label=_lazy("Accounts"), view="users.view", edit="users.edit"
):
    """How logins are proposed when a user is created."""

    login_scheme: str = setting(
        default="dist",
        label=_lazy("Proposed login"),
        help=_lazy("Only a proposal: whoever creates the user may type another one."),
        choices=[
            ("dist", _lazy("Name in full, longer names shortened (zhangsan, zhangsh)")),
            ("lg", _lazy("Prefix, department, initials (lgsczsh)")),
            ("free", _lazy("None")),
        ],
        rule="LG-R07, LJ-R01",
    )
    login_prefix: str = setting(
        default="",
        label=_lazy("Prefix"),
        help=_lazy("Stands before the department's and the person's initials."),
        rule="LG-R07",
    )
