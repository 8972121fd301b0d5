"""What an import tells a program beyond the columns of the page: numbers with their reasons, how the file was understood,
what is wanting, what is being done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from driveline.core.models import Job
from driveline.engines.intake.choices import BatchState, Done
from driveline.engines.intake.deciding import label_of
from driveline.engines.intake.imports import words as say
from driveline.engines.intake.imports.batches import busy
from driveline.engines.intake.imports.counting import untouching
from driveline.engines.intake.imports.kinds import kind_of
from driveline.kit.api import shapes
from driveline.kit.api.declare import PREFIX
from driveline.kit.api.fields import Field

if TYPE_CHECKING:
    from driveline.engines.intake.models import ImportBatch
    from driveline.kit.api.declare import Schema
    from driveline.kit.pages import Context

_COUNTED = shapes.array(shapes.record({"code": shapes.TEXT, "label": shapes.TEXT, "count": shapes.INTEGER}))
_SAID = shapes.array(shapes.record({"field": shapes.TEXT, "detail": shapes.TEXT}))
NUMBERS = shapes.nullable(
    shapes.record(
        {
            "new": shapes.INTEGER,
            "duplicate": shapes.INTEGER,
            "failed": shapes.INTEGER,
            "queue": shapes.INTEGER | {"description": _("How many of the new ones wait to be assigned.")},
            "done": _COUNTED | {"description": _("What was done with the customers that were met.")},
            "reasons": _COUNTED | {"description": _("The rules by which rows were duplicates.")},
            "problems": _COUNTED | {"description": _("The fields in which rows were wrong.")},
        }
    )
)
WORK = shapes.nullable(
    shapes.record({"id": shapes.ID, "url": shapes.TEXT, "done": shapes.INTEGER, "total": shapes.INTEGER})
)


def working(batch: ImportBatch) -> dict[str, Any] | None:
    """The job that is at work on the import; None when nothing is."""
    job = busy(batch)
    if job is None:
        return None
    return {"id": job.pk, "url": f"{PREFIX}/jobs/{job.pk}", "done": job.done, "total": job.total}


def _labels(batch: ImportBatch, ctx: Context) -> dict[str, str]:
    found: dict[str, str] = ctx.once(("import fields", batch.pk), lambda: say.field_labels(batch))
    return found


def _numbers(batch: ImportBatch, counts: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    labels = _labels(batch, ctx)
    rules = {code: n for code, n in counts.get("rules", {}).items() if code != "NEW"}
    return {name: counts.get(name, 0) for name in ("new", "duplicate", "failed", "queue")} | {
        "done": _counted(counts.get("done", {}), lambda code: Done(code).label),
        "reasons": _counted(rules, lambda code: label_of(batch.kind, code)),
        "problems": _counted(counts.get("problems", {}), lambda code: labels.get(code, code)),
    }


def _counted(numbers: Mapping[str, int], label: Any) -> list[dict[str, Any]]:
    most = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"code": code, "label": str(label(code)), "count": n} for code, n in most]


def _checked(batch: ImportBatch, ctx: Context) -> dict[str, Any] | None:
    """What the dry run found."""
    found = batch.rehearsed
    if not found:
        return None
    return _numbers(batch, found if batch.options.get("touch", True) else untouching(found), ctx)


def _result(batch: ImportBatch, ctx: Context) -> dict[str, Any] | None:
    """What the run has come to so far."""
    return _numbers(batch, batch.counts, ctx) if batch.started_at else None


def _columns(batch: ImportBatch, ctx: Context) -> list[dict[str, Any]]:
    """Every column of the file with the field it was taken for, and why."""
    labels, by_place = _labels(batch, ctx), {place: name for name, place in batch.mapping.items()}
    found = []
    for place, label in enumerate(batch.header or []):
        field = by_place.get(place, "")
        guess = batch.grounds[place] if place < len(batch.grounds) else {}
        same = (guess.get("field") or "") == field
        why = say.ground(guess.get("code", "none") if same else "chosen", guess.get("params", {}))[1]
        told = {
            "column": str(label),
            "field": field,
            "label": labels.get(field, ""),
            "why": why if field else "",
        }
        found.append(told)
    return found


def _unknown(batch: ImportBatch, ctx: Context) -> list[dict[str, Any]]:
    """Words that were not understood though their rows can be taken."""
    words = batch.rehearsed.get("unknown", {})
    return [{"field": f, "word": str(word), "count": n} for f, found in words.items() for word, n in found]


def _wanting(batch: ImportBatch, ctx: Context) -> list[dict[str, str]]:
    """What keeps a file that was read from being checked (R-G-04)."""
    if batch.state != BatchState.UPLOADED or not batch.book:
        return []
    found = kind_of(batch.kind).refuses(batch.store_id, batch.mapping, batch.source_id)
    return [{"field": field, "detail": str(sentence)} for field, sentence in found.items()]


def _error(batch: ImportBatch, ctx: Context) -> str:
    """Why it came to nothing, or the last work on it did."""
    failed = batch.job is not None and batch.job.state == Job.State.FAILED
    return batch.error or (str(batch.job.result.get("error", "")) if failed and batch.job else "")


def _reverted(batch: ImportBatch, ctx: Context) -> dict[str, int] | None:
    if not batch.reverted:
        return None
    return {name: batch.reverted.get(name, 0) for name in ("voided", "restored", "left")}


def _field(name: str, schema: Schema, text: Any, read: Any) -> Field:
    return Field(name, schema | {"description": text}, read)


_COLUMN = shapes.record(
    {"column": shapes.TEXT, "field": shapes.TEXT, "label": shapes.TEXT, "why": shapes.TEXT}
)
_WORD = shapes.record({"field": shapes.TEXT, "word": shapes.TEXT, "count": shapes.INTEGER})
_BACK = shapes.record(dict.fromkeys(("voided", "restored", "left"), shapes.INTEGER))
TELLS = (
    _field("columns", shapes.array(_COLUMN), _("The columns of the file, and what they were taken for."), _columns),
    _field("wanting", _SAID, _("What keeps it from being checked; a person can set that in the browser."), _wanting),
    _field("checked", NUMBERS, _("What would become of the rows; null until they are checked."), _checked),
    _field("unknown", shapes.array(_WORD), _("Words that were not understood."), _unknown),
    _field("result", NUMBERS, _("What became of the rows so far; null until it is imported."), _result),
    _field("reverted", shapes.nullable(_BACK), _("What taking it back did; null when it was not."), _reverted),
    _field("error", shapes.TEXT, _("Why it came to nothing."), _error),
    _field("job", WORK, _("What is at work on it; null when nothing is."), lambda batch, ctx: working(batch)),
)  # fmt: skip
