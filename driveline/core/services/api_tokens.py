"""接口令牌: creating, listing and revoking the tokens of programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from driveline.core import clock
from driveline.core.access import Actor, actor_for
from driveline.core.api_calls import MANAGE, SHOWN, hashed, new_secret
from driveline.core.models import ApiToken, Membership
from driveline.kit.commands import Run, command
from driveline.kit.errors import Forbidden, Invalid
from driveline.kit.ports import ports
from driveline.kit.scopes import RowRule, row_rule

if TYPE_CHECKING:
    from django.db.models import QuerySet

DAYS = 365
DAYS_MAX = 3650

row_rule(ApiToken, RowRule(store="membership__store_id", person="membership__user_id"))


@dataclass(frozen=True)
class CreatedToken:
    """A new token: `secret` is shown once and kept nowhere."""

    token: ApiToken
    secret: str


@transaction.atomic
def token_create(actor: Actor, *, name: str, days: int = DAYS) -> CreatedToken:
    """A token of the actor's own membership, running out after so many days.

    Raises Forbidden without the right, Invalid (no name, days out of range).
    """
    if not actor.can(MANAGE) or actor.membership is None:
        raise Forbidden(_("Your role does not include this action."))
    name = name.strip()
    errors: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 40:
        errors["name"] = [_("The name has 1 to 40 characters.")]
    if not 1 <= days <= DAYS_MAX:
        errors["days"] = [_("From 1 to %(max)s days.") % {"max": DAYS_MAX}]
    if errors:
        raise Invalid(errors)
    secret, now = new_secret(), clock.system_now()
    token = ApiToken.objects.create(
        membership=actor.membership,
        name=name,
        prefix=secret[:SHOWN],
        hash=hashed(secret),
        created_at=now,
        created_by_id=actor.user_id,
        expires_at=now + timedelta(days=days),
    )
    ports.audit.write(
        actor,
        "api_token.create",
        object_type="core.apitoken",
        object_id=token.pk,
        detail={"name": name, "prefix": token.prefix, "days": days},
    )
    return CreatedToken(token, secret)


def token_create_for(login: str, store_code: str, *, name: str, days: int = DAYS) -> CreatedToken:
    """For the command line: a token of that person's membership in that store. Raises Invalid, Forbidden."""
    rows = Membership.objects.select_related("user", "store", "store__parent", "role")
    found = rows.filter(
        user__login=login.strip().lower(), store__code=store_code.strip(), active=True, user__is_active=True
    ).first()
    if found is None or found.user.is_system:
        raise Invalid(
            {"login": [_("%(login)s does not work in %(store)s.") % {"login": login, "store": store_code}]}
        )
    return token_create(actor_for(found), name=name, days=days)


def tokens(store_code: str = "", login: str = "") -> QuerySet[ApiToken]:
    """For the command line: all tokens, of one store, of one person; the newest first."""
    rows = ApiToken.objects.select_related("membership__user", "membership__store").order_by(
        "-created_at", "-pk"
    )
    if store_code:
        rows = rows.filter(membership__store__code=store_code.strip())
    return rows.filter(membership__user__login=login.strip().lower()) if login else rows


def token_revoke_by_prefix(prefix: str) -> ApiToken:
    """For the command line: end the token that begins so. Raises Invalid when there is not exactly one."""
    found = list(ApiToken.objects.select_related("membership__store").filter(prefix=prefix.strip())[:2])
    if len(found) != 1:
        raise Invalid({"prefix": [_("%(n)s tokens begin so.") % {"n": len(found)}]})
    token = found[0]
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.system_now()):
        from driveline.core.access import system_actor

        detail = {"ids": [token.pk], "prefix": token.prefix}
        ports.audit.write(
            system_actor(token.membership.store),
            "api_token.revoke",
            object_type="core.apitoken",
            object_id=token.pk,
            detail=detail,
        )
    return token


def _why_not_revoke(row: ApiToken, actor: Actor) -> str:
    return "" if row.revoked_at is None else _("This token was revoked already.")


@command(
    "api_token.revoke",
    model=ApiToken,
    permission=MANAGE,
    label=_lazy("Revoke"),
    icon="ban",
    danger=True,
    guard=_why_not_revoke,
    confirm=lambda rows, actor: {
        "title": ngettext("Revoke %(n)s token?", "Revoke %(n)s tokens?", len(rows)) % {"n": len(rows)},
        "text": _("Programs that use them are refused from this moment. A token cannot be brought back."),
        "button": _("Revoke"),
    },
    select=("membership",),
)
def token_revoke(rows: Sequence[ApiToken], run: Run) -> None:
    """吊销: the programs that use these tokens are refused from now on."""
    still = ApiToken.objects.filter(pk__in=[row.pk for row in rows], revoked_at=None)
    still.update(revoked_at=clock.system_now())
    run.message = ngettext("%(n)s token revoked", "%(n)s tokens revoked", len(rows)) % {"n": len(rows)}
