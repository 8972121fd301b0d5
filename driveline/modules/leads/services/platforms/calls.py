"""调用日志: a row for each call of a platform and for each question to one; no message, no number. Kept 90 days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from driveline.core import bulk, clock
from driveline.core.nightly import step
from driveline.modules.leads.models import CallOutcome, PlatformCall, PlatformConnection

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit

KEPT_DAYS = 90
PURGED_AT_ONCE = 5000
_COLUMNS = (
    "outcome", "status", "note", "messages", "created", "duplicates", "failed", "ms", "size", "address", "intake",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is known of a call. `ms` are milliseconds until the answer was ready, `size` bytes of the message."""

    outcome: str = CallOutcome.REFUSED
    status: int = 0
    note: str = ""
    messages: int = 0
    created: int = 0
    duplicates: int = 0
    failed: int = 0
    ms: int = 0
    size: int = 0
    address: str | None = None
    intake: int | None = None

    def with_counts(self, outcomes: Sequence[str], **more: Any) -> Call:
        """The same call with what came of its messages; a single one names the outcome."""
        n = Counter(outcomes)
        return replace(
            self,
            outcome=outcomes[0] if len(outcomes) == 1 else CallOutcome.POLLED,
            messages=len(outcomes),
            created=n[CallOutcome.NEW],
            duplicates=n[CallOutcome.DUPLICATE],
            failed=n[CallOutcome.FAILED],
            **more,
        )


def log_call(connection: PlatformConnection, call: Call, at: datetime | None = None) -> None:
    """Write the row; one statement."""
    same = {"store_id": connection.store_id, "connection_id": connection.pk, "at": at or clock.now()}
    values = [getattr(call, name) for name in _COLUMNS]
    bulk.insert(PlatformCall, same, _COLUMNS, [values])


@dataclass(frozen=True)
class Day:
    """What came over a connection on a day."""

    messages: int = 0
    created: int = 0
    duplicates: int = 0
    failed: int = 0
    calls: int = 0


def counts(connection_ids: Iterable[int], day: date) -> dict[int, Day]:
    """Connection → what came over it on the business day. One query."""
    start = clock.day_start(day)
    rows = PlatformCall.objects.filter(
        connection_id__in=list(connection_ids), at__gte=start, at__lt=start + timedelta(days=1)
    )
    found = rows.order_by().values_list("connection_id").annotate(
        Sum("messages"), Sum("created"), Sum("duplicates"), Sum("failed"), Count("pk")
    )  # fmt: skip
    return {row[0]: Day(*row[1:]) for row in found}


@step("leads.platform_calls", order=910)
def purge(store: OrgUnit, day: date) -> dict[str, Any]:
    """Delete what is older than 90 days before the day, in pieces."""
    limit = clock.day_start(day - timedelta(days=KEPT_DAYS))
    old = PlatformCall.objects.filter(store=store, at__lt=limit)
    newest = old.aggregate(newest=Max("pk"))["newest"]
    purged = 0
    while newest is not None:
        ids = list(old.filter(pk__lte=newest).values_list("pk", flat=True)[:PURGED_AT_ONCE])
        if not ids:
            break
        purged += PlatformCall.objects.filter(pk__in=ids).delete()[0]
    return {"purged": purged}
