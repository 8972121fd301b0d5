"""流转日志: one immutable line per change of state (R-G-09, INV-9), written in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from driveline.core.models import Transition

if TYPE_CHECKING:
    from driveline.core.models import Operation
    from driveline.engines.followup.models import Pursuit

SUBJECT = "followup.pursuit"


@dataclass(frozen=True)
class Change:
    """One line to be: the pursuit as it was read before, what happened and where it went."""

    pursuit: Pursuit
    action: str
    to_phase: str
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def log_changes(
    changes: Iterable[Change], *, by_id: int, now: datetime, operation: Operation | None = None
) -> None:
    """Write the lines of a set of rows: one query per 500."""
    Transition.objects.bulk_create(
        (
            Transition(
                store_id=change.pursuit.store_id,
                subject_type=SUBJECT,
                subject_id=change.pursuit.pk,
                action=change.action,
                from_state=change.pursuit.phase,
                to_state=change.to_phase,
                actor_id=by_id,
                at=now,
                reason=change.reason[:200],
                detail=change.detail,
                operation=operation,
            )
            for change in changes
        ),
        batch_size=500,
    )
