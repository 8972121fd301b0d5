"""From an import to what its kind's reader needs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from driveline.engines.intake.imports.kinds import Order, Reader, kind_of
from driveline.engines.intake.imports.mapping import OPTIONS, samples_of

if TYPE_CHECKING:
    from driveline.engines.intake.models import ImportBatch
    from driveline.kit.actor import Actor


def reader_of(batch: ImportBatch, actor: Actor, now: datetime) -> Reader:
    """The reader of the file's rows as the person has mapped them."""
    return kind_of(batch.kind).reader(
        Order(
            actor=actor,
            store_id=batch.store_id,
            columns=batch.mapping,
            source_id=batch.source_id,
            options={**OPTIONS, **batch.options},
            now=now,
            samples=samples_of(batch),
        )
    )
