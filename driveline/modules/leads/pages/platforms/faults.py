"""平台异常: messages of platforms that could not be taken, with the reason; mended here, or set aside."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import phones
from driveline.core.access import phone_view
from driveline.core.models import User
from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.mending import ASIDE
from driveline.engines.intake.models import Intake
from driveline.kit import columns as col
from driveline.kit import filters as flt
from driveline.kit.detail import DetailPage, Facts, Tab
from driveline.kit.listing import Empty, ListPage, Scene
from driveline.kit.pages import Context
from driveline.kit.paging import Order
from driveline.kit.registry import register
from driveline.kit.verbs import Do, Open
from driveline.kit.views.details import row_of
from driveline.kit.views.forming import form_screen
from driveline.kit.views.guard import actor_of, done
from driveline.modules.leads.pages.filters import source
from driveline.modules.leads.platform_forms import MENDABLE, DiscardForm, MendForm
from driveline.modules.leads.services.platforms import faults as service
from driveline.modules.leads.services.platforms.targets import BY_NAME

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString

    from driveline.kit.actor import Actor

NUMBERS = ("phone", "further")
_digits = re.compile(r"\+?[0-9][0-9 \-]{5,}[0-9]")


def _whole(row: Intake, actor: Actor) -> bool:
    """Whether the numbers of a message are shown whole: it is nobody's yet, so by the right over the store."""
    return phone_view(actor, row.store_id, None) == "full"  # type: ignore[arg-type]  # core's own


def _name(row: Intake, ctx: Context) -> str:
    return str(row.payload.get("name") or "") or gettext("No name")


def _linked(row: Intake, ctx: Context) -> SafeString:
    return col.opening(f"/platform-faults/{row.pk}/", _name(row, ctx))


def _phone(row: Intake, ctx: Context) -> str:
    if not row.phone_key:
        return ""
    return phones.pretty(row.phone_key) if _whole(row, ctx.actor) else phones.masked_pretty(row.phone_key)


def _reasons(row: Intake, ctx: Context) -> str:
    """手机号码: it has 10 digits …"""
    return gettext("; ").join(f"{_label(name)}: {sentence}" for name, sentence in row.problems.items())


def _label(name: str) -> str:
    return str(BY_NAME[name].label) if name in BY_NAME else name


def _look(row: Intake) -> tuple[str, str | _StrPromise]:
    waits = row.verdict == VerdictCode.FAILED
    return ("st-new", _("To mend")) if waits else ("st-void", _("Set aside"))


def _aside(row: Intake, ctx: Context) -> str:
    return str((row.payload.get(ASIDE) or {}).get("reason", ""))


def _aside_by(row: Intake, ctx: Context) -> str:
    by = (row.payload.get(ASIDE) or {}).get("by")
    return str(User.objects.filter(pk=by, memberships__store_id=row.store_id).first() or "") if by else ""


def _connection(row: Intake, ctx: Context) -> str:
    names = ctx.kept.get("connections")
    found = names if names is not None else service.connections_of([row])
    return str(found.get(row.pk, ""))


def message_context(row: Intake, ctx: Context) -> dict[str, Any]:
    """The message as it came; its numbers masked for who may not see them."""
    text = json.dumps(row.payload.get("message") or {}, ensure_ascii=False, indent=2)
    if not _whole(row, ctx.actor):
        text = _digits.sub(lambda found: phones.mask(found[0]), text)
    return {"text": text, "number": row.external_id or ""}


def mend(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """The fields of a faulty message, to be put right; then it is decided like any other arrival."""
    actor = actor_of(request)
    row: Intake = row_of(request, page, pk)
    if not service.faults(actor, service.MEND).filter(pk=pk).exists():
        raise PermissionDenied
    texts = _texts(row, actor)

    def act(data: dict[str, Any]) -> HttpResponse:
        given = {name: str(value).strip() for name, value in data.items()}
        changed = {name: value for name, value in given.items() if value != texts.get(name, "")}
        entered = service.fault_mend(actor, pk, changed)
        triggers: dict[str, Any] = {
            "list:refresh": {"changed": []},
            "badges:refresh": {},
            "toast": {"text": entered.sentence},
        }
        triggers |= {"drawer:open": {"url": entered.url}} if entered.visible else {"drawer:close": {}}
        return done(**triggers)

    return form_screen(
        request,
        page,
        lambda data: MendForm(data, actor=actor, texts=texts),
        act,
        gettext("Mend %(name)s") % {"name": page.detail.title(row)},
        permission=service.MEND,
        saves=[("close", gettext("Decide"))],
        template="leads/platforms/mend.html",
        wrong=[(_label(name), sentence) for name, sentence in row.problems.items()],
        message=message_context(row, Context.of(actor)),
    )


def _texts(row: Intake, actor: Actor) -> dict[str, str]:
    """What the mapping gives for the fields; numbers only to who may see them whole."""
    connection = service.connections_of([row]).get(row.pk)
    if connection is None:
        return {}
    found = service.read_again(row, connection, Context.of(actor).now).texts
    hidden = () if _whole(row, actor) else NUMBERS
    return {name: found.get(name, "").strip() for name in MENDABLE if name not in hidden}


class FaultDetail(DetailPage):
    """The drawer of a faulty message."""

    facts = (
        Facts(
            _("Message"),
            [
                col.Status(key="status", label=_("Status"), look=_look),
                col.Computed(key="reasons", label=_("Why"), text=_reasons),
                col.Computed(key="phone", label=_("Mobile"), text=_phone),
                col.Column(key="source", label=_("Source")),
                col.Computed(key="connection", label=_("Connection"), text=_connection),
                col.Moment(key="at", label=_("Arrived at")),
                col.Computed(key="aside", label=_("Set aside because"), text=_aside),
                col.Computed(key="aside_by", label=_("Set aside by"), text=_aside_by),
            ],
        ),
    )
    tabs = (Tab("message", _("As it came"), "leads/platforms/message.html", message_context),)
    joins = ("source",)
    screens = (("<int:pk>/mend/", mend),)

    def title(self, row: Intake) -> str:
        return str(row.payload.get("name") or "") or gettext("No name")


def _waits(row: Intake) -> bool:
    return row.verdict == VerdictCode.FAILED


@register
class PlatformFaults(ListPage):
    """Faulty messages, the newest first. What is mended leaves the list and is a lead or a duplicate."""

    name, path, title, menu, order = (
        "platform-faults",
        "platform-faults/",
        _("Faulty messages"),
        "network",
        60,
    )
    model, permission = Intake, service.VIEW
    columns = [
        col.Computed(key="name", label=_("Customer name"), text=_name, pin="l", fixed=True, card="title",
                     html=_linked),
        col.Computed(key="phone", label=_("Mobile"), text=_phone, card="phone"),
        col.Computed(key="reasons", label=_("Why"), text=_reasons, card="text",
                     html=lambda row, ctx: col.cut(_reasons(row, ctx))),
        col.Column(key="source", label=_("Source"), join=("source",), card="line"),
        col.Computed(key="connection", label=_("Connection"), text=_connection),
        col.Status(key="status", label=_("Status"), look=_look, card="state"),
        col.Computed(key="aside", label=_("Set aside because"), text=_aside),
        col.Moment(key="at", label=_("Arrived at"), sort="at", card="due"),
    ]  # fmt: skip
    filters = [source(), flt.Dates(name="at", label=_("Arrived at"), column="at", moment=True)]
    orders = [Order("newest", "at", descending=True), Order("oldest", "at")]
    scenes = [
        Scene("waiting", _("To mend"), lambda ctx: Q(verdict=VerdictCode.FAILED), counted=True),
        Scene("aside", _("Set aside"), lambda ctx: Q(verdict=VerdictCode.DISCARDED)),
        Scene("all", _("All")),
    ]
    verbs = [
        Open(
            "mend", _("Mend"), service.MEND, lambda row: f"/platform-faults/{row.pk}/mend/",
            guard=service.why_not, when=_waits, main=True,
        ),
        Do(service.fault_again, dialog=False, when=_waits),
        Do(service.fault_discard, form=DiscardForm, when=_waits),
        Do(service.fault_restore, dialog=False, batch=False, when=lambda row: not _waits(row)),
    ]  # fmt: skip
    empty = Empty(
        _("No faulty messages"), _("What a platform sends and cannot be taken stands here, with the reason.")
    )
    detail = FaultDetail()

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return service.faults(actor)

    def todo(self, actor: Actor, ctx: Context) -> QuerySet[Any]:
        return self.rows(actor).filter(verdict=VerdictCode.FAILED)

    def prepare(self, objects: list[Intake], ctx: Context) -> None:
        """The connections of the page, one query."""
        ctx.kept["connections"] = service.connections_of(objects)
