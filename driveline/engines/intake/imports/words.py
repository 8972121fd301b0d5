"""What pages and the command line say of an import: grounds of a guess, verdicts with their numbers, progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from driveline.core import clock
from driveline.engines.intake.choices import Done
from driveline.engines.intake.deciding import label_of
from driveline.engines.intake.imports.counting import handled
from driveline.engines.intake.imports.kinds import kind_of
from driveline.kit.formats import listed

if TYPE_CHECKING:
    from driveline.core.models import Job
    from driveline.engines.intake.models import ImportBatch


@dataclass(frozen=True)
class Line:
    """A verdict with its number. `tone`: new, pull, act, dup, err; `note` what follows from it."""

    tone: str
    label: str
    count: int
    note: str = ""


def ground(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Why a column was taken for its field: the tone of the mark, and the words."""
    said = {
        "known": ("ok", _("saved mapping")),
        "label": ("ok", _("same name")),
        "english": ("ok", _("English name")),
        "alias": ("acc", _("another name of it")),
        "pinyin": ("acc", _("pinyin")),
        "part": ("warn", _("guess: ends with “%(word)s”")),
        "content": ("warn", _("guess: %(n)s of %(of)s cells look like it")),
        "chosen": ("", _("chosen")),
        "own": ("", _("our own column")),
    }
    tone, words = said.get(code, ("", "-"))
    return tone, words % params if "%(" in words else words


def verdicts(kind: str, counts: Mapping[str, Any], field_labels: Mapping[str, str]) -> list[Line]:
    """All rows, grouped by what becomes of them; those of a dry run and of a run alike."""
    done: Mapping[str, int] = counts.get("done", {})
    return [
        Line("new", _("New"), counts.get("new", 0), _new_note(counts)),
        Line("pull", _("Following up, pulled to today"), done.get(Done.PULLED, 0)),
        Line(
            "pull",
            _("Following up, due already"),
            done.get(Done.TOLD, 0),
            _("The day stays as it is; the consultant is told"),
        ),
        Line(
            "act",
            _("Defeated, activated"),
            done.get(Done.ACTIVATED, 0),
            _("Grade H, due today, to be assigned"),
        ),
        Line("pull", _("Waiting to be assigned, put on top"), done.get(Done.PINNED, 0)),
        Line("dup", _("Only recorded"), done.get(Done.RECORDED, 0), _rules_note(kind, counts)),
        Line("err", _("Errors, not imported"), counts.get("failed", 0), _fields_note(counts, field_labels)),
    ]


def _new_note(counts: Mapping[str, Any]) -> str:
    owned = sum(counts.get("owners", {}).values())
    queue = counts.get("queue", 0)
    if owned and queue:
        return _("With a consultant: %(owned)s; to be assigned: %(queue)s") % {
            "owned": f"{owned:,}",
            "queue": f"{queue:,}",
        }
    return _("All have a consultant") if owned else (_("They wait to be assigned") if queue else "")


def _rules_note(kind: str, counts: Mapping[str, Any]) -> str:
    recorded: Mapping[str, int] = counts.get("recorded", {})
    if not recorded:
        return ""
    named = [f"{label_of(kind, code)} {n:,}" for code, n in recorded.items()]
    return _("Noted in the duplicate leads: %(reasons)s") % {"reasons": listed(named)}


def _fields_note(counts: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    problems: Mapping[str, int] = counts.get("problems", {})
    most = sorted(problems.items(), key=lambda pair: -pair[1])
    return listed(f"{labels.get(field, field)} {n:,}" for field, n in most)


def field_labels(batch: ImportBatch) -> dict[str, str]:
    """Field → its label, in the reader's language."""
    return field_labels_of(batch.store_id, batch.kind)


def field_labels_of(store_id: int, kind: str) -> dict[str, str]:
    """The same of a kind in a store."""
    return {field.name: str(field.label) for field in kind_of(kind).fields(store_id)}


@dataclass(frozen=True)
class Progress:
    """How far a job is: rows, share (0 to 1), rows a second and seconds that remain (None: not known yet)."""

    done: int
    total: int
    speed: int
    left: int | None

    @property
    def share(self) -> float:
        return self.done / self.total if self.total else 0.0

    @property
    def words(self) -> str:
        """1,200 rows/s, about 40 s left."""
        if not self.speed:
            return ""
        speed = _("%(n)s rows/s") % {"n": f"{self.speed:,}"}
        if self.left is None:
            return speed
        minutes = round(self.left / 60)
        left = (
            ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}
            if self.left >= 90
            else _("about %(n)s s left") % {"n": self.left}
        )
        return f"{speed} · {left}"


def progress(job: Job, batch: ImportBatch) -> Progress:
    """From the job's own row; no rate before the first chunk."""
    done, total = job.done, job.total or batch.total
    began = job.cursor.get("began")
    start = datetime.fromisoformat(began) if began else job.created_at
    took = ((job.heartbeat_at or clock.system_now()) - start) / timedelta(seconds=1)
    rows = done - int(job.cursor.get("from", 0))
    speed = round(rows / took) if began and took > 0 and rows > 0 else 0
    left = round((total - done) / speed) if speed and total > done else None
    return Progress(done, total, speed, left)


def remaining(batch: ImportBatch) -> int:
    """Rows that have no verdict yet."""
    return max(batch.total - handled(batch.counts), 0)
