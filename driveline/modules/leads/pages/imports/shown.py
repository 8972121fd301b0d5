"""What the pages of an import show: steps, columns with their grounds, verdicts, choices, progress, result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from driveline.core import clock, dictionaries
from driveline.engines.followup.policy import policy_for
from driveline.engines.intake.choices import Assign, BatchState, VerdictCode
from driveline.engines.intake.imports import words as say
from driveline.engines.intake.imports.batches import busy, data_rows, lost
from driveline.engines.intake.imports.checking import SAMPLE
from driveline.engines.intake.imports.counting import touched, untouching
from driveline.engines.intake.imports.kinds import in_one_line, kind_of
from driveline.engines.intake.imports.mapping import OPTIONS, mappings
from driveline.engines.intake.imports.ordering import reader_of
from driveline.engines.intake.imports.reverting import revert_why_not
from driveline.engines.intake.imports.uploading import earlier_of
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.engines.ownership.people import candidates
from driveline.kit.formats import listed
from driveline.kit.importing.reading import Remark
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.pages.imports.previews import Preview, but, by_rule_only, cells_of, samples
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    from django.http import QueryDict

    from driveline.engines.intake.imports.mapping import Wanted
    from driveline.kit.actor import Actor

PREVIEW = 20
SAMPLES_SHOWN = 3
FRESH = timedelta(hours=1)  # so long the numbers of a check are not called old


@dataclass(frozen=True)
class Step:
    """A step of the bar: done, now, failed (it ended there), or to come ("")."""

    number: int
    label: str
    state: str


@dataclass(frozen=True)
class ColumnLine:
    """A column of the file in step 2: label, the field chosen, why, what stands in it, what is wrong."""

    place: int
    label: str
    field: str
    tone: str
    ground: str
    samples: str
    note: str = ""
    errors: Sequence[str] = ()


@dataclass(frozen=True)
class UnknownWord:
    """A word of the file that was not understood, how often it stands there, and what the person has said it means
    (0: nothing yet)."""

    name: str
    word: str
    count: int = 0
    meant: int = 0


def steps(now: int, ended: str = "") -> list[Step]:
    """The five steps, seen from the one that is shown. `ended`: how it came that there is nothing beyond it."""
    labels = (_("Choose a file"), _("Columns of the file"), _("Check"), _("Import"), _("Import result"))
    found = [
        Step(n, label, "done" if n < now else ("now" if n == now else ""))
        for n, label in enumerate(labels, 1)
    ]
    if ended:
        found[now - 1] = Step(now, ended, "failed")
    return found


def steps_of(batch: ImportBatch) -> list[Step]:
    """The same for an import at which nobody works any more."""
    ended = batch.get_state_display() if batch.state in (BatchState.STOPPED, BatchState.FAILED) else ""
    return steps((1 if unread(batch) else 4) if ended else 5, ended)


def step_of(batch: ImportBatch) -> int:
    """Where work that is under way belongs."""
    return {"import.read": 1, "import.check": 3, "import.revert": 5}.get(_work(batch), 4)


def _work(batch: ImportBatch) -> str:
    """What is being done with the import; of a file from a program, which goes through all in one, where that stands."""
    job = busy(batch)
    kind = job.kind if job else ""
    if kind != "import.send":
        return kind
    if batch.state == BatchState.RUNNING:
        return "import.run"
    return "import.check" if batch.book else "import.read"


def number(data: QueryDict, name: str, default: int) -> int:
    """A whole number of a form; what is none counts as the default."""
    given = data.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else default


def choosing(actor: Actor) -> dict[str, Any]:
    """Step 1: the sources there is a template for."""
    return {"sources": dictionaries.items(actor.store_id, "lead_source")}


def mapping(
    batch: ImportBatch,
    actor: Actor,
    wanted: Wanted | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Step 2. `wanted` and `errors`: as it was sent, and what is wrong with that."""
    errors = errors or {}
    rows = list(islice(data_rows(batch), PREVIEW))
    labels = say.field_labels(batch)
    options = {**OPTIONS, **batch.options, **((wanted.options or {}) if wanted else {})}
    settings = LeadSettings.of(batch.store_id)
    chosen = wanted.columns if wanted else {place: name for name, place in batch.mapping.items()}
    lines = [_column(batch, place, chosen.get(place, ""), rows, errors) for place in range(len(batch.header))]
    used = [(name, place) for place, name in sorted(chosen.items()) if name in labels]
    twice = {name for name, n in Counter(name for name, _place in used).items() if n > 1}
    reader = reader_of(batch, actor, clock.now(), wanted)
    reads = reader.read(rows, {})
    return {
        "columns": lines,
        "fields": [(name, label) for name, label in labels.items()],
        "sheets": batch.book.get("sheets", []),
        "remarks": [Remark(**one).sentence for one in batch.book.get("warnings", [])],
        "sources": dictionaries.items(batch.store_id, "lead_source"),
        "source_id": wanted.source_id if wanted else batch.source_id,
        "options": options,
        "any_phone": settings.contact_rule == "any_phone",
        "kept": mappings(batch.store_id, KIND),
        "kept_used": batch.book.get("mapping", ""),
        "earlier": earlier_of(batch),
        "errors": errors,
        "described": " · ".join(filter(None, [batch.book.get("kind", ""), batch.book.get("encoding", "")])),
        "preview": Preview(
            [labels[name] for name, _place in used],
            [
                {
                    "row": read.row,
                    "cells": cells_of(read.cells, used, but(means, twice), but(read.problems, twice)),
                }
                for read, means in zip(reads, reader.understood(reads), strict=True)
            ],
        ),
    }


def _column(
    batch: ImportBatch,
    place: int,
    chosen: str,
    rows: Sequence[tuple[int, Sequence[str]]],
    errors: Mapping[str, Sequence[str]],
) -> ColumnLine:
    found = (
        batch.grounds[place] if place < len(batch.grounds) else {"code": "none", "params": {}, "field": None}
    )
    same = (found.get("field") or "") == chosen
    tone, ground = (
        say.ground(found["code"] if same else "chosen", found["params"]) if chosen or same else ("", "-")
    )
    cells = dict.fromkeys(cells[place] for _n, cells in rows if place < len(cells) and cells[place].strip())
    label = batch.header[place] if place < len(batch.header) else ""
    return ColumnLine(
        place,
        label or _("Column %(n)s") % {"n": place + 1},
        chosen,
        tone,
        ground,
        listed(list(cells)[:SAMPLES_SHOWN]),
        errors=errors.get(f"column-{place}", ()),
    )


def checked(
    batch: ImportBatch,
    errors: Mapping[str, Sequence[str]] | None = None,
    wanted: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Step 3: what would become of the rows, what can be chosen, and some rows of each kind. `wanted` and `errors`: as
    it was sent, and what is wrong with that."""
    counts, labels = batch.rehearsed, say.field_labels(batch)
    options = {**OPTIONS, **batch.options, **(wanted or {})}
    by_rule = options["assign"] == Assign.RULE
    lines = [
        replace(line, note=by_rule_only(line.note, by_rule)) if line.tone == "new" else line
        for line in say.verdicts(KIND, counts, labels)
    ]
    bad, meets = counts.get("failed", 0), touched(counts)
    people = candidates(batch.store_id, policy_for(KIND))
    return {
        "lines": lines,
        "counts": counts,
        "shares": shares(lines, batch.total),
        "stale": _stale(batch),
        "meets": meets,
        "importable": batch.total - bad,
        "untouched": untouching(counts).get("duplicate", 0),
        "options": options,
        "assigns": Assign.choices,
        "people": [(one.user_id, one.name, one.open_tasks) for one in people],
        "chosen_people": set(options["people"]),
        "named": counts.get("named", 0),
        "samples": samples(batch, counts, labels, by_rule=by_rule),
        "first": SAMPLE if batch.total > SAMPLE else 0,
        "unknown": _unknown(batch, counts),
        "left_out": listed(_left_out(batch)),
        "sources": dictionaries.items(batch.store_id, "lead_source"),
        "errors": errors or {},
    }


def _left_out(batch: ImportBatch) -> list[str]:
    """The columns with a name that are no field, so that nobody loses one unawares."""
    used = set(batch.mapping.values())
    return [label for place, label in enumerate(batch.header) if label and place not in used]


def choices(data: QueryDict) -> dict[str, Any]:
    """What step 3 lets a person choose."""
    assign = data.get("assign", "")
    return {
        "touch": data.get("keep") != "1",
        "assign": assign if assign in Assign.values else Assign.RULE.value,
        "people": [int(pk) for pk in data.getlist("people") if pk.isdecimal()],
    }


def _stale(batch: ImportBatch) -> bool:
    """Whether the numbers may have changed since: the check is older than an hour, or another file of the store was
    brought in or taken back meanwhile."""
    at = datetime.fromisoformat(batch.rehearsed["at"])
    others = ImportBatch.objects.filter(store_id=batch.store_id, kind=KIND).exclude(pk=batch.pk)
    return clock.now() - at > FRESH or others.filter(Q(finished_at__gt=at) | Q(reverted_at__gt=at)).exists()


def _unknown(batch: ImportBatch, counts: Mapping[str, Any]) -> dict[str, list[UnknownWord]]:
    """By field: the words that were explained, which can be explained otherwise, and those that are not understood."""
    unknown = counts.get("unknown", {})
    return {
        name: [
            *(UnknownWord(key, word, meant=meant) for key, word, meant in explained(batch, name)),
            *(
                UnknownWord(f"{name}-{place}", word, n)
                for place, (word, n) in enumerate(unknown.get(name, ()))
            ),
        ]
        for name in {**batch.options.get("words", {}), **unknown}
    }


def explained(batch: ImportBatch, field: str) -> list[tuple[str, str, int]]:
    """The words of a field that the person has explained: name in the form, word, id."""
    known = sorted(batch.options.get("words", {}).get(field, {}).items())
    return [(f"{field}-known-{place}", word, meant) for place, (word, meant) in enumerate(known)]


def shares(lines: Sequence[say.Line], total: int) -> list[dict[str, Any]]:
    """The verdicts as parts of a bar 340 wide; even one row of ten thousand is seen."""
    at, found = 0.0, []
    shown = [line for line in lines if line.count]
    room = 340 - 1.5 * max(len(shown) - 1, 0)
    widths = [max(3.0, line.count / max(total, 1) * room) for line in shown]
    scale = room / sum(widths) if widths else 1
    for line, width in zip(shown, widths, strict=True):
        found.append({"tone": line.tone, "x": f"{at:.1f}", "width": f"{width * scale:.1f}"})
        at += width * scale + 1.5
    return found


def working(batch: ImportBatch) -> dict[str, Any]:
    """How far the work is."""
    job = busy(batch)
    if job is None:
        return {}
    work = _work(batch)
    titles = {
        "import.read": _("Reading the file"),
        "import.check": _("Checking the rows"),
        "import.run": _("Importing"),
        "import.revert": _("Taking the import back"),
    }
    return {
        "job": job,
        "title": titles.get(work, ""),
        "told": say.progress(job, batch),
        "lines": say.verdicts(KIND, batch.counts, say.field_labels(batch)) if work == "import.run" else [],
        "silent": lost(job),
        "may_stop": work != "import.revert",
        "may_go_on": work == "import.run",
    }


def unread(batch: ImportBatch) -> bool:
    """Whether the file could not be read: it was refused, or the reading went wrong."""
    return batch.started_at is None and (batch.state == BatchState.FAILED or not batch.book)


def result(batch: ImportBatch) -> dict[str, Any]:
    """Step 5: what came of it, the papers, and the way back."""
    lines = say.verdicts(KIND, batch.counts, say.field_labels(batch))
    people = {one.user_id: one.name for one in candidates(batch.store_id, policy_for(KIND))}
    gone = batch.state == BatchState.REVERTED  # nobody has them any more
    owners = {} if gone else batch.counts.get("owners", {})
    given = [(people.get(int(pk), "-"), n) for pk, n in sorted(owners.items(), key=lambda pair: -pair[1])]
    never = unread(batch)
    if never and not batch.error:
        batch.error = str(batch.job.result.get("error", "")) if batch.job else ""
    return {
        "lines": lines,
        "shares": shares(lines, batch.total),
        "given": given,
        "queued": 0 if gone else batch.counts.get("queue", 0),
        "unread": never,
        "remaining": 0 if never else say.remaining(batch),
        "failed_rows": [] if never else _failed_rows(batch),
        "revert_reason": revert_why_not(batch),
        "reverted": batch.reverted,
        "label": kind_of(KIND).label,
    }


def _failed_rows(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """The first rows with errors: number, name, reasons."""
    rows = Intake.objects.filter(batch_id=batch.pk, store_id=batch.store_id, verdict=VerdictCode.FAILED)
    found = rows.order_by("row").values_list("row", "payload__name", "problems")[:PREVIEW]
    return [(row or 0, name or "", in_one_line(problems)) for row, name, problems in found]
