"""The further numbers of a lead's person: where else to call, and until when a platform's virtual number is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import phones
from driveline.kit import columns as col
from driveline.kit.formats import moment
from driveline.modules.leads.pages.columns import number_for
from driveline.modules.leads.services.platforms.numbers import RELAY

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from driveline.core.models import PartyPhone
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.pages import Context

KINDS = {
    phones.LANDLINE: _("Landline"),
    phones.SERVICE: _("400 number"),
    phones.FOREIGN: _("Abroad"),
    RELAY: _("Virtual number"),
}


def _said(phone: PartyPhone, ctx: Context) -> str:
    """Landline; Virtual number, until 11-27 18:00."""
    words = [str(KINDS[phone.kind])] if phone.kind in KINDS else []
    if phone.expires_at:
        over = phone.expires_at <= ctx.now
        at = moment(phone.expires_at, ctx.today)
        words.append(gettext("ended %(at)s") % {"at": at} if over else gettext("until %(at)s") % {"at": at})
    return gettext(", ").join([*words, *filter(None, [phone.note])])


def _numbers(pursuit: Pursuit, ctx: Context) -> list[tuple[str, str, str]]:
    """Number as it is shown, number to dial ("" for a masked one or one that has ended), and what is said of it."""
    found = []
    for phone in pursuit.party.phones.order_by("pk"):
        shown = number_for(pursuit, phone.number, ctx)
        ended = phone.expires_at is not None and phone.expires_at <= ctx.now
        found.append((shown, "" if ended or "*" in shown else phone.number, _said(phone, ctx)))
    return found


def _text(pursuit: Pursuit, ctx: Context) -> str:
    return gettext("; ").join(f"{shown} {said}".strip() for shown, _dial, said in _numbers(pursuit, ctx))


def _html(pursuit: Pursuit, ctx: Context) -> str | SafeString:
    return format_html_join(
        "",
        '<div class="nowrap">{}{}</div>',
        (
            (
                format_html('<a href="tel:{}">{}</a>', dial, shown) if dial else shown,
                format_html(' <span class="t3 s12">{}</span>', said) if said else "",
            )
            for shown, dial, said in _numbers(pursuit, ctx)
        ),
    )


FURTHER = col.Computed(key="further_phones", label=_("Other numbers"), text=_text, html=_html)
