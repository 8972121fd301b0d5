"""平台异常: messages that could not be taken are mended by a person, decided again, or set aside with a reason (PG-L06).

None of them is ever lost, and none stands among the duplicates before it has been decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from driveline.core import clock
from driveline.engines.intake import mending
from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.models import Intake
from driveline.engines.intake.rules import Arrival
from driveline.engines.intake.services import arrive, arrive_many
from driveline.kit.commands import command
from driveline.kit.errors import Conflict, Forbidden, Invalid
from driveline.kit.ports import ports
from driveline.kit.scopes import visible
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.models import PlatformConnection
from driveline.modules.leads.services.entry import Entered, entered
from driveline.modules.leads.services.platforms.reading import Reading, read_message

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from driveline.core.models import Operation
    from driveline.kit.actor import Actor
    from driveline.kit.commands import Run

VIEW, MEND = "platform_faults.view", "platform_faults.mend"
KEPT = (VerdictCode.FAILED, VerdictCode.DISCARDED)
CHUNK = 500
REASON_MAX = 100


def faults(actor: Actor, permission: str = VIEW) -> QuerySet[Intake]:
    """Faulty messages of platforms in the actor's reach, those set aside too."""
    rows: QuerySet[Intake] = visible(Intake, actor, permission)
    return rows.filter(kind=KIND, batch=None, verdict__in=KEPT)


def connections_of(rows: Sequence[Intake]) -> dict[int, PlatformConnection]:
    """Arrival → the connection that brought it. One query."""
    wanted = {row.pk: row.payload.get("connection") for row in rows}
    found = PlatformConnection.objects.filter(store_id__in={row.store_id for row in rows}).in_bulk(
        [pk for pk in wanted.values() if pk is not None]
    )
    return {pk: found[connection] for pk, connection in wanted.items() if connection in found}


def read_again(
    row: Intake,
    connection: PlatformConnection,
    now: datetime,
    mended: Mapping[str, str] | None = None,
) -> Reading:
    """The message read anew by the mapping as it is now, under the number it came with."""
    reading = read_message(connection, row.payload.get("message") or {}, now, mended=mended)
    arrival = replace(reading.arrival, external_id=row.external_id, source_id=row.source_id)
    return replace(reading, arrival=arrival)


def fault_mend(actor: Actor, pk: int, texts: Mapping[str, str], *, now: datetime | None = None) -> Entered:
    """Decide a faulty message with a person's texts in place of its own (lead field → text), in the same row.

    Raises Intake.DoesNotExist (out of sight), Forbidden, Conflict (decided meanwhile), Invalid (still faulty).
    """
    now = clock.local(now) if now else clock.now()
    row = faults(actor).get(pk=pk)
    if not faults(actor, MEND).filter(pk=pk).exists():
        raise Forbidden(_("Your role does not include this action."))
    if reason := why_not(row, actor):
        raise Conflict(reason)
    connection = connections_of([row]).get(pk)
    if connection is None:
        raise Conflict(_("The connection that brought this message is not there any more."))
    reading = read_again(row, connection, now, texts)
    if reading.problems:
        raise Invalid({name: [sentence] for name, sentence in reading.problems.items()}, "PG-L06")
    note = {"by": actor.user_id, "at": now.isoformat(), "texts": dict(texts)}
    arrival = replace(reading.arrival, payload={**reading.arrival.payload, "mended": note})
    with transaction.atomic():
        verdict = arrive(actor, arrival, now=now)
        ports.audit.write(
            actor,
            "platform_fault.mend",
            object_type="intake.intake",
            object_id=pk,
            detail={"verdict": verdict.code, "rule": verdict.rule},
        )
    if verdict.repeated:
        raise Conflict(_("Somebody has just decided about this message."))
    return entered(actor, verdict)


def why_not(row: Intake, actor: Actor) -> str:
    """ "" for a message that waits to be mended."""
    if row.verdict == VerdictCode.FAILED and row.batch_id is None:
        return ""
    return _now("This message is not waiting any more.")


def _why_not_restore(row: Intake, actor: Actor) -> str:
    return "" if row.verdict == VerdictCode.DISCARDED else _now("This message was not set aside.")


@command(
    "platform_fault.again",
    model=Intake,
    permission=MEND,
    label=_("Decide again"),
    icon="repeat",
    guard=why_not,
    select=("source",),
)
def fault_again(rows: Sequence[Intake], run: Run) -> None:
    """重新判定: read them by the mapping as it is now; what is right becomes a lead or a duplicate, the rest stays."""
    connections = connections_of(rows)
    codes: list[str] = []
    for start in range(0, len(rows), CHUNK):
        chunk = [row for row in rows[start : start + CHUNK] if row.pk in connections]
        readings = {row.pk: read_again(row, connections[row.pk], run.now) for row in chunk}
        for row in chunk:
            if problems := readings[row.pk].problems:
                run.skip(row, next(iter(problems.values())))
        arrivals: list[Arrival] = [one.arrival for one in readings.values()]
        codes += [verdict.code for verdict in arrive_many(run.actor, arrivals, now=run.now)]
    for row in rows:
        if row.pk not in connections:
            run.skip(row, _("The connection that brought this message is not there any more."))
    run.message = _now("New leads: %(new)s, duplicates: %(duplicates)s") % {
        "new": codes.count(VerdictCode.NEW),
        "duplicates": codes.count(VerdictCode.DUPLICATE),
    }


def _confirm_discard(rows: Sequence[Intake], actor: Actor) -> dict[str, Any]:
    return {
        "title": ngettext("Set %(n)s message aside?", "Set %(n)s messages aside?", len(rows))
        % {"n": len(rows)},
        "text": _now(
            "They stay with the reason, and make no lead. It can be undone for 30 minutes, and later too."
        ),
        "button": _now("Set aside"),
    }


def _undo_discard(operation: Operation, actor: Actor) -> list[dict[str, Any]]:
    return mending.undo_discard(operation, actor)


@command(
    "platform_fault.discard",
    model=Intake,
    permission=MEND,
    label=_("Set aside"),
    icon="archive",
    danger=True,
    guard=why_not,
    confirm=_confirm_discard,
    undo_minutes=30,
    undo=_undo_discard,
)
def fault_discard(rows: Sequence[Intake], run: Run, *, reason: str) -> None:
    """放弃: it is worth nothing, for this reason. Raises Invalid without one."""
    text = reason.strip()
    if not text:
        raise Invalid({"reason": [_now("Say why.")]})
    mending.discard(rows, run, reason=text[:REASON_MAX])
    run.message = _now("%(n)s set aside") % {"n": len(rows) - len(run.skipped)}


@command(
    "platform_fault.restore",
    model=Intake,
    permission=MEND,
    label=_("Take back"),
    icon="arrow-back-up",
    guard=_why_not_restore,
)
def fault_restore(rows: Sequence[Intake], run: Run) -> None:
    """取回: it waits to be mended again."""
    mending.restore(rows, run)
