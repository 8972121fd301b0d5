"""arrive(): the one way in for every door (dealer.md §12.5 ingest)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from driveline.core import clock
from driveline.engines.intake.models import Intake
from driveline.engines.intake.rules import Arrival, Hit, VerdictRule, maker_of, rules_of
from driveline.kit.errors import Conflict, Refused

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.actor import Actor

NEW = "new"


class AlreadyThere(Refused):
    """A rule refused the arrival; `pursuit` is the row it met."""

    def __init__(self, hit: Hit, rule: VerdictRule) -> None:
        super().__init__(hit.refused, rule.code)
        self.pursuit = hit.pursuit


@dataclass(frozen=True)
class Verdict:
    """What was decided, by which rule and version, and the row that was made."""

    code: str
    rule: str
    version: int
    pursuit: Pursuit
    intake: Intake


def arrive(actor: Actor, arrival: Arrival, *, now: datetime | None = None) -> Verdict:
    """Decide about an arrival and carry the decision out, in one transaction that leaves an Intake row.

    Raises AlreadyThere when a rule refuses; then nothing is written. Of two arrivals at the same moment with one
    number the second is decided again once the first is written, so it is refused as any later one.
    """
    now = clock.local(now) if now else clock.now()
    _decide(arrival)
    try:
        with transaction.atomic():
            return _make(actor, arrival, now)
    except (IntegrityError, Conflict):
        _decide(arrival)
        raise


def _decide(arrival: Arrival) -> None:
    for rule in rules_of(arrival.kind):
        hit = rule.match(arrival)
        if hit is not None and hit.refused:
            raise AlreadyThere(hit, rule)


def _make(actor: Actor, arrival: Arrival, now: datetime) -> Verdict:
    pursuit = maker_of(arrival.kind)(actor, arrival, now)
    intake = Intake.objects.create(
        store_id=arrival.store_id,
        kind=arrival.kind,
        door=arrival.door,
        source_id=arrival.source_id,
        external_id=arrival.external_id or None,
        phone_key=arrival.phone_key,
        payload=dict(arrival.payload),
        verdict=NEW,
        rule="NEW",
        rule_version=1,
        pursuit=pursuit,
        actor_id=actor.user_id,
        at=now,
    )
    return Verdict(NEW, "NEW", 1, pursuit, intake)
