"""Messages of a platform become arrivals, pushed or fetched alike: read, decided, kept, logged, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from driveline.core import clock
from driveline.core.models import PartyPhone
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.rules import Arrival
from driveline.engines.intake.services import Verdict, arrive_many
from driveline.modules.leads.models import CallOutcome
from driveline.modules.leads.services.making import LeadEntry
from driveline.modules.leads.services.platforms.calls import Call, log_call
from driveline.modules.leads.services.platforms.doors import Door, seen
from driveline.modules.leads.services.platforms.numbers import RELAY
from driveline.modules.leads.services.platforms.reading import read_message

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE = 500


@dataclass(frozen=True)
class Received:
    """What came of one message; `problems` (field → sentence) of a faulty one."""

    verdict: Verdict
    problems: Mapping[str, str]

    @property
    def outcome(self) -> str:
        """The word for the log."""
        if self.verdict.code == VerdictCode.FAILED:
            return CallOutcome.FAILED
        if self.verdict.repeated:
            return CallOutcome.REPEATED
        return CallOutcome.NEW if self.verdict.new else CallOutcome.DUPLICATE

    @property
    def status(self) -> int:
        """201 a new lead, 202 kept but faulty, 200 everything else that was handled."""
        if self.verdict.code == VerdictCode.FAILED:
            return 202
        return 201 if self.verdict.new and not self.verdict.repeated else 200


def receive_one(door: Door, message: Mapping[str, Any], call: Call, started: float) -> Received:
    """A pushed message. `started`: when the request began, of time.perf_counter. Raises as `arrive_many`."""
    found: list[Received] = []

    def note(received: list[Received]) -> None:
        one = received[0]
        found.append(one)
        ms = round((time.perf_counter() - started) * 1000)
        status, intake = one.status, one.verdict.intake_id
        log_call(door.connection, call.with_counts([one.outcome], status=status, ms=ms, intake=intake))
        seen(door)

    return receive(door, [message], note)[0]


def receive(
    door: Door,
    messages: Sequence[Mapping[str, Any]],
    also: Callable[[list[Received]], None],
    now: datetime | None = None,
) -> list[Received]:
    """At most 500 messages of one connection; `also` is called inside the transaction with what came of them.

    A message that cannot be taken is kept as failed and can be mended; one that was handled before is left alone.
    """
    now = clock.local(now) if now else clock.now()
    with translation.override(settings.LANGUAGE_CODE):  # problems are kept for the store's people to read
        arrivals = [read_message(door.connection, message, now).arrival for message in messages]
        found: list[Received] = []

        def inside(verdicts: list[Verdict]) -> None:
            found[:] = [_received(v, a) for v, a in zip(verdicts, arrivals, strict=True)]
            _keep_relays(verdicts, arrivals)
            also(found)

        arrive_many(door.actor, arrivals, also=inside, now=now)
    return found


def _received(verdict: Verdict, arrival: Arrival) -> Received:
    """A message that was mended here has no problems any more, whatever it still says."""
    return Received(verdict, arrival.problems if verdict.code == VerdictCode.FAILED else {})


def _keep_relays(verdicts: Sequence[Verdict], arrivals: Sequence[Arrival]) -> None:
    """A duplicate's virtual numbers are kept with the customer that was met, with their new end."""
    wanted = {
        verdict.pursuit_id or 0: arrival.data.data.further
        for verdict, arrival in zip(verdicts, arrivals, strict=True)
        if verdict.code == VerdictCode.DUPLICATE
        and not verdict.repeated
        and isinstance(arrival.data, LeadEntry)
        and any(one.kind == RELAY for one in arrival.data.data.further)
    }
    if not wanted:
        return
    parties = dict(Pursuit.objects.filter(pk__in=wanted).values_list("pk", "party_id"))
    PartyPhone.objects.bulk_create(
        [
            PartyPhone(
                party_id=parties[pk],
                number=one.number,
                kind=one.kind,
                note=one.note,
                expires_at=one.expires_at,
            )
            for pk, further in wanted.items()
            if pk in parties
            for one in further
            if one.kind == RELAY
        ],
        update_conflicts=True,
        unique_fields=["party", "number"],
        update_fields=["expires_at", "note"],
    )
