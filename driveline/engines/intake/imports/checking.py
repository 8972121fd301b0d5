"""预检: the dry run. All rows are decided in sets as they would be, and nothing of the store is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from driveline.core import clock
from driveline.core.jobs import JobStopped, job_kind, job_progress, job_start
from driveline.core.models import Job
from driveline.engines.intake.choices import BatchState, Done, VerdictCode
from driveline.engines.intake.deciding import decide, label_of, names
from driveline.engines.intake.imports.batches import (
    INLINE,
    allowed,
    batch_for,
    claimed,
    data_rows,
    folder_of,
    in_chunks,
    must_be_free,
    worker_of,
)
from driveline.engines.intake.imports.counting import (
    add_decided,
    add_failed,
    handled,
    is_new,
    nothing,
)
from driveline.engines.intake.imports.kinds import Heir, Read, Reader, in_one_line
from driveline.engines.intake.imports.mapping import MAPPABLE
from driveline.engines.intake.imports.ordering import reader_of
from driveline.engines.intake.models import ImportBatch
from driveline.engines.intake.rules import Arrival, Decision, Hit, rule_of
from driveline.kit.errors import Invalid, Refused

if TYPE_CHECKING:
    from datetime import datetime

    from driveline.kit.actor import Actor

SAMPLE = 20
WILL = {
    Done.PULLED: gettext_lazy("Pull to today"),
    Done.ACTIVATED: gettext_lazy("Activate"),
    Done.PINNED: gettext_lazy("Put on top"),
    Done.TOLD: gettext_lazy("Remind the consultant"),
    Done.RECORDED: gettext_lazy("Only record"),
}
WORDS = 50
FAILED = "checked-failed.ndjson"


@dataclass(frozen=True)
class Words:
    """What is said of a row: the look of its status, the verdict, and who gets it: because the file names him, or by
    the rule of the source, as long as nothing else is chosen."""

    css: str
    text: str
    heir: str = ""
    named: bool = False


def import_check(actor: Actor, batch_id: int, kind: str, *, wait: bool = False) -> ImportBatch:
    """Rehearse the import; up to 500 rows at once, else by the worker, with progress. Raises Conflict, Refused."""
    declared = allowed(actor, kind)
    batch = batch_for(actor, batch_id, kind)
    must_be_free(batch)
    problems = declared.refuses(batch.store_id, batch.mapping, batch.source_id)
    if problems:
        raise Invalid({field: [sentence] for field, sentence in problems.items()}, "R-G-04")
    job = job_start(
        actor,
        "import.check",
        {"batch": batch.pk},
        total=batch.total,
        here=wait or batch.total <= INLINE,
        claim=lambda made: claimed(batch, *MAPPABLE, job_id=made.pk),
    )
    if job.state == Job.State.FAILED:
        raise Refused(job.result.get("error", ""))
    return batch_for(actor, batch_id, kind)


@job_kind("import.check", label=gettext_lazy("Checking a file"))
def check_file(job: Job) -> dict[str, Any]:
    """Begins anew when it was broken off: it has written nothing."""
    batch = ImportBatch.objects.select_related("store").get(pk=job.params["batch"])
    actor = worker_of(job)
    now = clock.now()
    job_progress(job, 0, cursor={"began": clock.system_now().isoformat(), "from": 0})
    found = rehearse(batch, actor, now, job)
    mine = ImportBatch.objects.filter(pk=batch.pk, state__in=MAPPABLE, job_id=job.pk)
    if not mine.update(rehearsed=found, state=BatchState.CHECKED, total=handled(found)):
        raise JobStopped
    return {"rows": handled(found)}


def rehearse(batch: ImportBatch, actor: Actor, now: datetime, job: Job | None = None) -> dict[str, Any]:
    """The numbers and samples that a run would come to at this moment, if it may touch those who are there."""
    reader = reader_of(batch, actor, now)
    found: dict[str, Any] = {**nothing(), "named": 0, "at": now.isoformat()}
    samples: dict[str, list[dict[str, Any]]] = {"all": [], "failed": [], "touched": []}
    seen: set[str] = set()
    with (folder_of(batch) / FAILED).open("w", encoding="utf-8") as failed:
        for rows in in_chunks(data_rows(batch)):
            reads = reader.read(rows, found["owners"])
            bad = [read for read in reads if read.arrival is None]
            add_failed(found, bad)
            _keep_failed(failed, bad)
            words = _decided(reader, batch, [r.arrival for r in reads if r.arrival], now, seen, found)
            _sample(samples, reader, reads, words)
            if job is not None:
                job_progress(job, handled(found))
    found["samples"] = samples
    found["unknown"] = {name: _most(words) for name, words in reader.unknown.items() if words}
    return found


def checked_failed(batch: ImportBatch) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows that the dry run found wanting: number and problems."""
    path = folder_of(batch) / FAILED
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row, problems = json.loads(line)
            yield row, problems


def _decided(
    reader: Reader,
    batch: ImportBatch,
    arrivals: list[Arrival],
    now: datetime,
    seen: set[str],
    found: dict[str, Any],
) -> dict[int, Words]:
    """Count what the table says; row → what is said of it."""
    decisions = decide(arrivals, seen=[n for one in arrivals for n in names(one) if n in seen])
    seen.update(*map(names, arrivals))
    done = foreseen(decisions, now)
    fresh = [d for d in decisions if is_new(d.verdict) and d.earlier is None]
    heirs = dict(zip(map(id, fresh), reader.heirs([d.arrival for d in fresh]), strict=True))
    found["named"] += sum(one.named for one in heirs.values())
    words = {}
    for d in decisions:
        heir = heirs.get(id(d))
        deed = done.get(id(d), Done.RECORDED if d.verdict == VerdictCode.DUPLICATE else "")
        add_decided(found, d.verdict, d.rule, deed, heir.user_id if heir else None, new=heir is not None)
        words[d.arrival.row or 0] = said(batch.kind, d, deed, heir)
    return words


def foreseen(decisions: list[Decision], now: datetime) -> dict[int, str]:
    """What would be done with the rows that are met; `id(decision)` → Done."""
    hits: dict[str, list[Decision]] = {}
    for d in decisions:
        if d.earlier is None and d.pursuit is not None and d.verdict == VerdictCode.DUPLICATE:
            hits.setdefault(d.rule, []).append(d)
    done: dict[int, str] = {}
    for code, found in hits.items():
        rule = rule_of(found[0].arrival.kind, code)
        results: Mapping[int, str] = {}
        if rule is not None and rule.would is not None:
            results = rule.would([Hit(d.arrival, d.pursuit) for d in found if d.pursuit], now)
        for d in found:
            done[id(d)] = results.get(d.pursuit.pk, Done.RECORDED) if d.pursuit else Done.RECORDED
    return done


def said(kind: str, decision: Decision, done: str, heir: Heir | None) -> Words:
    """The verdict in words, with the look of its status."""
    if is_new(decision.verdict):
        return Words("st-won", _("New"), heir.name if heir else "", heir is not None and heir.named)
    label = str(label_of(kind, decision.rule))
    owner = decision.pursuit.owner if decision.pursuit else None
    if owner is not None:
        label = _("%(reason)s, %(owner)s") % {"reason": label, "owner": owner.name}
    looks = {Done.PULLED: "st-on", Done.TOLD: "st-on", Done.ACTIVATED: "st-new", Done.PINNED: "st-on"}
    css = next((look for code, look in looks.items() if code == done), "st-void")
    return Words(css, _("%(done)s: %(reason)s") % {"done": WILL[Done(done)], "reason": label})


def _sample(
    samples: dict[str, list[dict[str, Any]]], reader: Reader, reads: list[Read], words: Mapping[int, Words]
) -> None:
    """The first rows of each kind, for the page, with what their cells mean."""
    if all(len(kept) >= SAMPLE for kept in samples.values()):
        return
    shown: dict[int, Read] = {}
    for read in reads:
        found = words.get(read.row) or Words("st-bad", in_one_line(read.problems))
        line = {
            "row": read.row,
            "cells": list(read.cells),
            "problems": dict(read.problems),
            **asdict(found),
        }
        places = ["all"]
        if read.arrival is None:
            places.append("failed")
        elif found.css in ("st-on", "st-new"):
            places.append("touched")
        for place in places:
            if len(samples[place]) < SAMPLE:
                samples[place].append(line)
                shown[read.row] = read
    means = dict(zip(shown, reader.understood(list(shown.values())), strict=True)) if shown else {}
    for kept in samples.values():
        for line in kept:
            line.setdefault("means", means.get(line["row"], {}))


def _keep_failed(file: Any, reads: list[Read]) -> None:
    for read in reads:
        file.write(json.dumps([read.row, dict(read.problems)], ensure_ascii=False) + "\n")


def _most(words: Mapping[str, int]) -> list[list[Any]]:
    """The words that stood most often."""
    return [[word, n] for word, n in sorted(words.items(), key=lambda pair: -pair[1])[:WORDS]]
