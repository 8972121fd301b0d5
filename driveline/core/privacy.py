"""Revealing a masked phone number: who may, how often a day, and the record of it (DESIGN §3a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from driveline.core import clock
from driveline.core.access import PHONES_REVEAL, Actor, may_see_party
from driveline.core.models import AuditEntry, Party, User
from driveline.kit.errors import Forbidden, Refused
from driveline.kit.ports import ports
from driveline.kit.settings import StoreSettings, setting

ACTION = "phone.reveal"


class PrivacySettings(StoreSettings, section="privacy", label=_lazy("Personal data")):
    """What protects the customers' data."""

    reveals_per_day: int = setting(
        default=50,
        label=_lazy("Revealed numbers a day"),
        help=_lazy("How many masked numbers one person may reveal a day. Every one is in the audit log."),
        min_value=0,
        max_value=10_000,
        rule="DESIGN §3a",
    )


@dataclass(frozen=True)
class Revealed:
    """The number and how many more may be revealed today."""

    number: str
    left: int


@transaction.atomic
def reveal_phone(actor: Actor, party: Party) -> Revealed:
    """The whole number, recorded. The same party again on the same day is recorded but costs nothing.

    Raises Party.DoesNotExist for a party that no row shows to the actor, Forbidden without the right,
    Refused when the day's number is used up.
    """
    if not may_see_party(actor, party.pk):
        raise Party.DoesNotExist
    if not actor.can(PHONES_REVEAL):
        raise Forbidden(_("Your role does not include this action."))
    User.objects.select_for_update().get(pk=actor.user_id)  # two requests at once count one after the other
    limit = PrivacySettings.of(actor.store_id).reveals_per_day
    seen = seen_today(actor)
    if party.pk not in seen and len(seen) >= limit:
        raise Refused(
            _("You have reached today's limit of revealed numbers (%(n)s). It starts again at midnight.")
            % {"n": limit}
        )
    ports.audit.write(
        actor, ACTION, object_type="core.party", object_id=party.pk, detail={"store": party.store_id}
    )
    return Revealed(party.phone_key, max(0, limit - len(seen | {party.pk})))


def seen_today(actor: Actor) -> set[int]:
    """Parties whose number the actor has revealed on the present business day."""
    start = clock.day_start(clock.today())
    rows = AuditEntry.objects.filter(
        user_id=actor.user_id, action=ACTION, at__gte=start, at__lt=start + timedelta(days=1)
    )
    return {pk for pk in rows.values_list("object_id", flat=True) if pk is not None}
