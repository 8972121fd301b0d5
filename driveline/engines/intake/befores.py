"""How the rows that a file meets stood before, so that the import can be taken back (DESIGN §3a Import)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.services.tasks import lock_pursuits, open_tasks_of
from driveline.engines.intake.rules import Decision
from driveline.engines.ownership.images import image


class Before:
    """The rows of a set of decisions, locked and looked at before anything is done with them. Queries only when
    there are any, their number constant."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        ids = {d.pursuit.pk for d in decisions if d.pursuit is not None and d.earlier is None}
        self._versions: dict[int, int] = {}
        self._images: dict[int, dict[str, Any]] = {}
        if ids:
            rows = lock_pursuits(sorted(ids))
            tasks = open_tasks_of([row.pk for row in rows])
            self._versions = {row.pk: row.version for row in rows}
            self._images = {row.pk: image(row, tasks.get(row.pk), arrival=True) for row in rows}

    def images(self) -> dict[int, dict[str, Any]]:
        """Of the rows that have changed since, as they stood; `v` is the version they have now."""
        if not self._versions:
            return {}
        now = dict(Pursuit.objects.filter(pk__in=self._versions).values_list("pk", "version"))
        changed = [pk for pk, version in self._versions.items() if now.get(pk) != version]
        return {pk: {**self._images[pk], "v": now[pk]} for pk in changed}
