"""What is said of a lead wherever it is opened: its head, its data, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from driveline.core.access import PHONES_REVEAL
from driveline.kit import columns as col
from driveline.kit.detail import Facts, Tab
from driveline.kit.formats import due
from driveline.modules.leads.choices import EntryMethod, look
from driveline.modules.leads.pages import history
from driveline.modules.leads.pages.columns import PursuitColumns, car, grade_tip, place, shown_phone
from driveline.modules.leads.pages.numbers import FURTHER

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.pages import Context

c = PursuitColumns()


def head(pursuit: Pursuit, ctx: Context) -> dict[str, Any]:
    """Two lines: who, grade, status, delay; phone, person, car, source."""
    shown = shown_phone(pursuit, ctx)
    whole = bool(shown) and "*" not in shown
    party = pursuit.party
    where = place(party)
    who = " · ".join(filter(None, [_gender(party.gender), where]))
    n = pursuit.dup_count
    return {
        "marks": _marks(pursuit, ctx),
        "phone": shown,
        "tel": party.phone_key if whole else "",
        "phone_reason": "" if whole else gettext("Your role sees this number masked."),
        "reveal": ""
        if whole or not shown or not ctx.actor.can(PHONES_REVEAL)
        else f"/phones/{party.pk}/reveal/",
        "line": [text for text in (who, car(pursuit), str(pursuit.source or "")) if text],
        "tags": [ngettext("entered again once", "entered again %(n)d times", n) % {"n": n}] if n else [],
        "note": gettext("follow-up no. %(n)s") % {"n": pursuit.follow_count + 1} if pursuit.is_open else "",
    }


def _gender(gender: str) -> str:
    return {"male": gettext("Mr"), "female": gettext("Ms")}.get(gender, "")


def _marks(pursuit: Pursuit, ctx: Context) -> SafeString:
    css, label = look(pursuit.phase)
    late, words = due(pursuit.next_due, pursuit.next_time, ctx.today)
    tag = {"due-over": "tag-bad", "due-today": "tag-acc"}.get(late, "")
    return format_html(
        '<span class="grade g-{}" title="{}">{}</span><span class="st {}">{}</span>{}',
        pursuit.grade.lower(),
        grade_tip(pursuit.grade, ctx, pursuit.store_id),
        pursuit.grade,
        css,
        label,
        format_html('<span class="tag-s {}">{}</span>', tag, words) if pursuit.next_due else "",
    )


KNOWN = Facts(
    _("Data"),
    [
        col.Column(key="name", label=_("Customer name"), source="party.name"),
        c.phone(),
        FURTHER,
        col.Choice(key="gender", label=_("Gender"), source="party.gender"),
        c.place(),
        col.Column(key="address", label=_("Address"), source="party.address"),
        c.source(),
        c.car(),
        col.Computed(
            key="entry", label=_("Way of entry"), text=lambda p, ctx: str(EntryMethod(p.entry_method).label)
        ),
        col.Column(key="remark", label=_("Remark"), source="lead.remark"),
    ],
)
WORK = Facts(
    _("Follow-up"),
    [
        c.status(),
        c.grade(),
        c.owner(),
        c.next_due(),
        c.follow_count(),
        c.last_followed(),
        col.Column(key="created_by", label=_("Entered by")),
        col.Moment(key="created_at", label=_("Entered at")),
        col.Moment(key="arrived_at", label=_("Arrived at")),
    ],
)


def known_context(pursuit: Pursuit, ctx: Context) -> dict[str, Any]:
    """The data of the lead for the side of the follow-up drawer."""
    return {
        "facts": [
            {"label": f.label, "items": [(c.label, c.render(pursuit, ctx)) for c in f.columns]}
            for f in (KNOWN, WORK)
        ]
    }


HISTORY = Tab("history", _("History"), "leads/history.html", history.context)
LOG = Tab("log", _("Change log"), "leads/history.html", history.log_context)
DATA = Tab("data", _("Data"), "leads/data.html", known_context)
