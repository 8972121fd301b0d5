"""What is uploaded and never imported does not stay: it is customers' data that nobody wanted after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from driveline.core import clock
from driveline.core.models import OrgUnit
from driveline.core.nightly import step
from driveline.engines.intake.choices import BatchState
from driveline.engines.intake.imports.uploading import forget
from driveline.engines.intake.models import ImportBatch

WANTED_DAYS = 7  # so long a file waits for its import
FILES_DAYS = 180  # so long the file of an import that has ended can be read again


def import_forget(batches: Sequence[ImportBatch]) -> None:
    """Imports that never began, with their files."""
    for batch in batches:
        if batch.folder:
            forget(batch.folder)
    ImportBatch.objects.filter(pk__in=[batch.pk for batch in batches], started_at=None).delete()


@step("imports.clear", order=900)
def clear(store: OrgUnit, day: date) -> dict[str, Any]:
    """Imports that never began go with their files; of those that have ended the files go later, the rows stay."""
    waiting = ImportBatch.objects.filter(
        store_id=store.pk,
        started_at=None,
        state__in=[BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED],
        created_at__lt=clock.day_start(day - timedelta(days=WANTED_DAYS)),
    )
    old = ImportBatch.objects.filter(
        store_id=store.pk,
        state__in=[BatchState.DONE, BatchState.REVERTED],
        finished_at__lt=clock.day_start(day - timedelta(days=FILES_DAYS)),
    ).exclude(folder="")
    gone = list(waiting)
    import_forget(gone)
    emptied = list(old.values_list("pk", "folder"))
    for _pk, folder in emptied:
        forget(folder)
    ImportBatch.objects.filter(pk__in=[pk for pk, _folder in emptied]).update(folder="")
    return {"forgotten": len(gone), "files": len(emptied)}
