"""Setting failed arrivals aside, and taking that back. Nothing is deleted: the row stays with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from driveline.engines.intake.choices import VerdictCode
from driveline.engines.intake.models import Intake

if TYPE_CHECKING:
    from driveline.core.models import Operation
    from driveline.kit.actor import Actor
    from driveline.kit.commands import Run

ASIDE = "discarded"  # where in the payload it stands who set it aside, when and why


def discard(rows: Sequence[Intake], run: Run, *, reason: str) -> None:
    """Set failed arrivals aside; the same message coming again stays aside."""
    note = {"by": run.actor.user_id, "at": run.now.isoformat(), "reason": reason}
    _move(rows, run, VerdictCode.FAILED, VerdictCode.DISCARDED, note)


def restore(rows: Sequence[Intake], run: Run) -> None:
    """Put arrivals that were set aside back among the failed ones."""
    _move(rows, run, VerdictCode.DISCARDED, VerdictCode.FAILED, None)


def undo_discard(operation: Operation, actor: Actor) -> list[dict[str, Any]]:
    """What nobody has changed since is failed again; a reason for each other row."""
    ids = operation.result.get("done", [])
    rows = _held(ids, VerdictCode.DISCARDED)
    _save(rows, VerdictCode.FAILED, None)
    left = _("Somebody has changed this message since.")
    found = {row.pk for row in rows}
    return [{"id": pk, "reason": "" if pk in found else left} for pk in ids]


def _move(
    rows: Sequence[Intake], run: Run, before: VerdictCode, after: VerdictCode, note: dict[str, Any] | None
) -> None:
    held = _held([row.pk for row in rows], before)
    _save(held, after, note)
    for row in rows:
        if row.pk not in {one.pk for one in held}:
            run.skip(row, _("Somebody has just decided about this message."))


def _held(ids: Sequence[int], verdict: VerdictCode) -> list[Intake]:
    return list(Intake.objects.select_for_update().filter(pk__in=ids, verdict=verdict))


def _save(rows: Sequence[Intake], verdict: VerdictCode, note: dict[str, Any] | None) -> None:
    for row in rows:
        row.verdict = verdict
        row.payload = {name: value for name, value in row.payload.items() if name != ASIDE}
        if note is not None:
            row.payload[ASIDE] = note
    Intake.objects.bulk_update(rows, ["verdict", "payload"], batch_size=500)
