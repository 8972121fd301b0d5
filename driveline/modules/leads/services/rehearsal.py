"""A changed rule against the arrivals of the last 90 days, before it is saved (DESIGN §3.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from driveline.core import clock, phones
from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.deciding import label_of
from driveline.engines.intake.models import Intake
from driveline.kit.formats import listed
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.services.duplicates import ACTIVE, DEFEATED, UNASSIGNED
from driveline.modules.leads.store_settings import DuplicateSettings, LeadSettings

DAYS = 90
FIELDS = {UNASSIGNED: "unassigned", ACTIVE: "active", DEFEATED: "defeated"}


def rehearse_duplicates(
    store_ids: Sequence[int], old: DuplicateSettings, new: DuplicateSettings
) -> list[str]:
    """For each line of the table that changes: how often it decided, what was done then and what would be done."""
    changed = [code for code, name in FIELDS.items() if getattr(old, name) != getattr(new, name)]
    if not changed:
        return []
    found = _arrivals(store_ids).filter(verdict=VerdictCode.DUPLICATE, rule__in=changed)
    done: dict[str, dict[str, int]] = {code: {} for code in changed}
    for code, what, number in found.values_list("rule", "done").annotate(n=Count("pk")).order_by():
        done[code][what] = number
    return [_sentence(code, done[code], getattr(new, FIELDS[code])) for code in changed]


def rehearse_contact_rule(store_ids: Sequence[int], old: LeadSettings, new: LeadSettings) -> list[str]:
    """How many of the arrivals had a number that the stricter rule would have refused."""
    if old.contact_rule == new.contact_rule or new.contact_rule != "mobile":
        return []
    keys = _arrivals(store_ids).exclude(phone_key="").values_list("phone_key", flat=True)
    all_of_them = refused = 0
    for key in keys.iterator(2000):
        all_of_them += 1
        refused += not phones.is_mobile(key)
    return [
        _(
            "Arrivals in the last %(days)s days: %(n)s. Without a mobile number, so they would be refused: %(refused)s."
        )
        % {"n": all_of_them, "days": DAYS, "refused": refused}
    ]


def _arrivals(store_ids: Sequence[int]) -> Any:
    since = clock.day_start(clock.today() - timedelta(days=DAYS))
    return Intake.objects.filter(store_id__in=store_ids, kind=KIND, at__gte=since)


def _sentence(code: str, done: Mapping[str, int], wanted: str) -> str:
    total = sum(done.values())
    head = ngettext(
        "%(rule)s: %(n)s arrival in the last %(days)s days.",
        "%(rule)s: %(n)s arrivals in the last %(days)s days.",
        total,
    ) % {"rule": label_of(KIND, code), "n": total, "days": DAYS}
    if not total:
        return head
    names = dict(Intake._meta.get_field("done").choices or ())
    was = listed(f"{names.get(what, what)} {number}" for what, number in sorted(done.items()))
    would = {
        "pin": _("all would be put on top"),
        "pull": _("the follow-up of each would be pulled to today, unless it is due already"),
        "tell": _("only the consultant would be told of each"),
        "activate": _("each would be activated and wait to be assigned"),
        "record": _("each would only be noted"),
    }[wanted]
    return head + " " + _("Done then: %(was)s. With the new rule %(would)s.") % {"was": was, "would": would}
