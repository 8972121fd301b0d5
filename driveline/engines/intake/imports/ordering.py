"""From an import to what its kind's reader needs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from driveline.engines.intake.imports.kinds import Order, Reader, kind_of
from driveline.engines.intake.imports.mapping import OPTIONS, samples_of

if TYPE_CHECKING:
    from driveline.engines.intake.imports.mapping import Wanted
    from driveline.engines.intake.models import ImportBatch
    from driveline.kit.actor import Actor


def reader_of(batch: ImportBatch, actor: Actor, now: datetime, wanted: Wanted | None = None) -> Reader:
    """The reader of the file's rows as the person has mapped them; with `wanted` as he would now."""
    kind = kind_of(batch.kind)
    columns = batch.mapping
    if wanted is not None:
        known = {field.name for field in kind.fields(batch.store_id)}
        columns = {name: place for place, name in wanted.columns.items() if name in known}
    options = (wanted.options or {}) if wanted else {}
    return kind.reader(
        Order(
            actor=actor,
            store_id=batch.store_id,
            columns=columns,
            source_id=wanted.source_id if wanted else batch.source_id,
            options={**OPTIONS, **batch.options, **options},
            now=now,
            samples=samples_of(batch, columns),
        )
    )
