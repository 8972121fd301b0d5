"""导入撤销 on the side of the leads: what an import made and nobody has touched ends as void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from driveline.engines.ownership import services as ownership
from driveline.kit.events import publish
from driveline.modules.leads.events import LeadsMadeVoid
from driveline.modules.leads.models import Lead

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.commands import Run

REASON = "import_reverted"


def leads_revoke(rows: Sequence[Pursuit], run: Run) -> None:
    """Make the leads void and nobody's; tasks end, numbers are free. Rows that ended meanwhile are skipped with the
    reason."""
    ownership.void(rows, run, reason=REASON, disown=True)
    done = [row.pk for row in rows if row.pk not in run.skipped]
    Lead.objects.filter(pk__in=done).update(void_reason=REASON)
    if rows:
        publish(LeadsMadeVoid(rows[0].store_id, tuple(done)))
