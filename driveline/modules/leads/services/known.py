"""Whom a number would meet, said before the form is saved (dealer.md §2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from driveline.core import clock
from driveline.engines.intake.choices import Done
from driveline.engines.intake.deciding import decide
from driveline.engines.intake.rules import Arrival, Hit, rule_of
from driveline.modules.leads.choices import KIND, EntryMethod
from driveline.modules.leads.services.duplicates import met_words, will_words
from driveline.modules.leads.services.sight import reached

if TYPE_CHECKING:
    from datetime import datetime

    from driveline.kit.actor import Actor


@dataclass(frozen=True)
class Met:
    """The sentence on the lead that has the number, and the way to it where the actor may see it."""

    sentence: str
    url: str = ""


def known_number(actor: Actor, phone_key: str, now: datetime | None = None) -> Met | None:
    """What would be done with the lead of the store that has the number; None when it is nobody's. Nothing is
    written. A constant number of queries."""
    now = clock.local(now) if now else clock.now()
    arrival = Arrival(store_id=actor.store_id, kind=KIND, door=EntryMethod.MANUAL, phone_key=phone_key)
    [decision] = decide([arrival])
    pursuit = decision.pursuit
    if pursuit is None:
        return None
    rule = rule_of(KIND, decision.rule)
    done = rule.would([Hit(arrival, pursuit)], now) if rule and rule.would else {}
    sentence = met_words(pursuit, will_words(done.get(pursuit.pk, Done.RECORDED)))
    return Met(sentence, f"/leads/{pursuit.pk}/" if reached(actor, pursuit.pk) else "")
