"""What list and drawer say of a person in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from driveline.core import phones
from driveline.modules.setup.forms.users import person_role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.core.models import Membership
    from driveline.kit.pages import Context

EMPLOYED = Q(active=True, user__is_active=True)
STATES = {
    "employed": EMPLOYED,
    "disabled": Q(user__is_active=False),
    "ended": Q(active=False, user__is_active=True),
}


def status(row: Membership) -> tuple[str, str | _StrPromise]:
    """在职, 停用, or no longer in this store."""
    if not row.user.is_active:
        return "st-void", _("Disabled")
    return ("st-on", _("Employed")) if row.active else ("st-void", _("Left this store"))


def away(row: Membership, ctx: Context) -> bool:
    """Whether the person is absent on today's business date."""
    return bool(
        row.absent_from
        and row.absent_from <= ctx.today
        and (row.absent_to is None or row.absent_to >= ctx.today)
    )


def mobile(row: Membership, ctx: Context) -> str:
    """Whole for those who manage users, masked for those who only look."""
    key = row.user.phone
    if not key:
        return ""
    return phones.pretty(key) if ctx.actor.can("users.edit") else phones.masked_pretty(key)


def superior(row: Membership, ctx: Context) -> str:
    """姓名-角色 of the superior."""
    return person_role(row.superior) if row.superior else ""
