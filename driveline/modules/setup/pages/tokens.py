"""接口令牌: with which programs act in whose name. Everybody his own, the administrator those of his store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import clock
from driveline.core.api_calls import MANAGE
from driveline.core.models import ApiToken
from driveline.core.people import user_label
from driveline.core.services.api_tokens import token_create, token_revoke
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts
from driveline.kit.formats import moment
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.pages import Context
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Tool
from driveline.kit.views.details import drawn
from driveline.kit.views.forming import form_screen
from driveline.kit.views.guard import actor_of
from driveline.modules.setup.forms.tokens import TokenForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from driveline.core.access import Actor
    from driveline.core.services.api_tokens import CreatedToken


def create(request: HttpRequest, page: ListPage) -> HttpResponse:
    """新建令牌; the answer shows the secret, once."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own

    def act(data: dict[str, Any]) -> HttpResponse:
        return _secret_once(request, page, token_create(actor, name=data["name"], days=data["days"]))

    return form_screen(
        request,
        page,
        lambda data: TokenForm(data, actor=actor),
        act,
        gettext("New token"),
        permission=MANAGE,
        saves=[("close", _("Create the token"))],
        lead_text=gettext(
            "A program that has it acts as you in %(store)s: it sees what you see and may do what you may do."
        )
        % {"store": actor.store.name},
    )


def _secret_once(request: HttpRequest, page: ListPage, made: CreatedToken) -> HttpResponse:
    """The secret with a button to copy it; asked for again it is gone."""
    context = {
        "page": page,
        "ctx": Context.of(actor_of(request)),
        "made": made,
        "until": moment(made.token.expires_at, clock.today()),
        "title": gettext("Token for %(name)s") % {"name": made.token.name},
        "curl": f'curl -H "Authorization: Bearer {made.secret}" {request.build_absolute_uri("/api/v1/me")}',
    }
    answer = drawn(request, "setup/token.html", context)
    answer["HX-Trigger"] = json.dumps({"list:refresh": {"changed": [made.token.pk]}})
    return answer


def status(row: ApiToken) -> tuple[str, str | _StrPromise]:
    """In force, run out, or revoked."""
    if row.revoked_at is not None:
        return "st-void", _("Revoked")
    if row.expires_at is not None and row.expires_at <= clock.system_now():
        return "st-", _("Run out")
    return "st-on", _("In force")


def _begins(row: ApiToken, ctx: Context) -> str:
    return f"{row.prefix}…"


def _whose(row: ApiToken, ctx: Context) -> str:
    return user_label(row.membership.user)


def _in_force() -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=clock.system_now()))


NAME = col.Name(key="name", label=_("What for"), url=lambda row: f"/api-tokens/{row.pk}/", card="title")
BEGINS = col.Computed(key="prefix", label=_("Begins with"), text=_begins, card="line")
WHOSE = col.Computed(key="whose", label=_("Acts as"), join=("membership__user",), text=_whose, card="side")
STATUS = col.Status(key="status", label=_("Status"), look=status, card="state")
TIMES = [
    col.Moment(key="created_at", label=_("Created at")),
    col.Moment(key="expires_at", label=_("Runs out"), card="due"),
    col.Moment(key="last_used_at", label=_("Last used")),
]


class TokenDetail(DetailPage):
    """The drawer of a token."""

    facts = (
        Facts(
            _("Token"),
            [
                BEGINS,
                WHOSE,
                STATUS,
                *TIMES,
                col.Column(key="store", label=_("Store"), source="membership.store"),
            ],
        ),
    )
    joins = ("membership__user", "membership__store")
    screens = (("new/", create),)

    def title(self, row: ApiToken) -> str:
        return row.name


@register
class Tokens(ListPage):
    """The tokens of the person; for the administrator those of everybody in his store."""

    name, path, title = "api-tokens", "api-tokens/", _("API tokens")
    model, permission = ApiToken, MANAGE
    columns = [NAME, BEGINS, WHOSE, STATUS, *TIMES]
    joins = ("membership",)
    filters = [
        flt.Contains(name="name", label=_("What for")),
        flt.Search(
            name="whose",
            label=_("Acts as"),
            placeholder=_("Name or login"),
            find=lambda text, ctx: (
                Q(membership__user__name__icontains=text)
                | Q(membership__user__login__startswith=text.lower()),
                False,
            ),
        ),
    ]
    orders = [Order("newest", "pk", descending=True), Order("oldest", "pk")]
    scenes = [
        Scene("force", _("In force"), lambda ctx: _in_force()),
        Scene("mine", _("My tokens"), lambda ctx: Q(membership__user_id=ctx.actor.user_id)),
        Scene("all", _("All")),
    ]
    verbs = [Do(token_revoke, when=lambda row: row.revoked_at is None)]
    tools = [
        Tool(_("New token"), MANAGE, "/api-tokens/new/", icon="plus", primary=True),
        Tool(_("How programs get in"), MANAGE, "/api/docs", icon="book", opens="page"),
    ]
    empty = Empty(
        _("No token yet"),
        _("A program of yours gets in with a token: a website, a DMS, a script of your own."),
        icon="key",
    )
    store_column = col.Column(
        key="store", label=_("Store"), source="membership.store", join=("membership__store",)
    )
    detail = TokenDetail()

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"label": _("My account"), "url": "/account/"}, {"label": self.title, "url": self.url}]
