"""arrive() and arrive_many(): the one way in for every door (dealer.md §12.5 ingest)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from driveline.core import bulk, clock
from driveline.engines.intake.befores import Before
from driveline.engines.intake.choices import Done, VerdictCode
from driveline.engines.intake.deciding import AGAIN, decide, names
from driveline.engines.intake.models import Intake
from driveline.engines.intake.rules import Arrival, Decision, Hit, Made, maker_of, rule_of
from driveline.kit.errors import Conflict

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

TRIES = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an arrival. `pursuit_id`: the row that was made, or met. `repeated`: the same message had been
    handled before, nothing was done now. `owner_id` and `why`: to whom a new row was given, and by which rule."""

    code: str
    rule: str
    version: int
    done: str = ""
    pursuit_id: int | None = None
    intake_id: int | None = None
    owner_id: int | None = None
    why: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False

    @property
    def new(self) -> bool:
        return self.code == VerdictCode.NEW


@dataclass(frozen=True, slots=True)
class File:
    """The import whose rows the arrivals are. `seen` are the `names` of its earlier rows; `touch` False leaves the rows
    that duplicates meet as they are."""

    batch_id: int
    seen: Collection[str] = ()
    touch: bool = True


def arrive(actor: Actor, arrival: Arrival, *, now: datetime | None = None) -> Verdict:
    """Decide about one arrival and carry the decision out; it leaves an Intake row. See `arrive_many`."""
    return arrive_many(actor, [arrival], now=now)[0]


def arrive_many(
    actor: Actor,
    arrivals: Sequence[Arrival],
    *,
    file: File | None = None,
    beside: Callable[[list[Verdict]], None] | None = None,
    also: Callable[[list[Verdict]], None] | None = None,
    now: datetime | None = None,
) -> list[Verdict]:
    """Decide about arrivals of one store and kind and carry it out, in one transaction; at most 500 at a time.

    Each leaves one Intake row, but for a message that was handled before; one that had failed is decided anew in
    its row, whoever brings it now. `also` is called with the verdicts inside the transaction: a job's cursor goes
    with its rows. `beside` is called with them while the database takes the rows in: for work that needs none.
    Of two arrivals at the same moment with one number, the second is decided again once the first is written.
    A constant number of queries.
    """
    now = clock.local(now) if now else clock.now()
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                verdicts = _all(actor, arrivals, file, beside, now)
                if also is not None:
                    also(verdicts)
                return verdicts
        except (IntegrityError, Conflict, OperationalError) as error:
            if not left or (isinstance(error, OperationalError) and not _may_pass(error)):
                raise
    raise AssertionError


def _may_pass(error: OperationalError) -> bool:
    """Whether two waited for each other: the database has ended this one, and it may try again."""
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")


def _all(
    actor: Actor,
    arrivals: Sequence[Arrival],
    file: File | None,
    beside: Callable[[list[Verdict]], None] | None,
    now: datetime,
) -> list[Verdict]:
    found: dict[int, Verdict] = {}
    if beside is not None and not arrivals:
        beside([])
    if file is not None:
        file = replace(file, seen={name for one in arrivals for name in names(one) if name in file.seen})
    for indexes in _rounds(arrivals, file):
        some = [arrivals[i] for i in indexes]
        with bulk.together():
            verdicts = _round(actor, some, file, now)
            found.update(zip(indexes, verdicts, strict=True))
            if beside is not None and len(found) == len(arrivals):
                bulk.check()
                beside([found[index] for index in range(len(arrivals))])
        if file is not None and len(found) < len(arrivals):
            file = replace(file, seen={*file.seen, *(name for one in some for name in names(one))})
    return [found[index] for index in range(len(arrivals))]


def _rounds(arrivals: Sequence[Arrival], file: File | None) -> Iterator[list[int]]:
    """The rows of a file at once; messages with the same number or id one after the other."""
    left = list(range(len(arrivals)))
    while left:
        seen: set[object] = set()
        now: list[int] = []
        later: list[int] = []
        for index in left:
            one = arrivals[index]
            same = {one.phone_key if file is None else "", (one.source_id, one.external_id)}
            same -= {"", (one.source_id, None)}
            (later if same & seen else now).append(index)
            seen |= same
        yield now
        left = later


def _round(actor: Actor, arrivals: list[Arrival], file: File | None, now: datetime) -> list[Verdict]:
    decisions = decide(arrivals, seen=file.seen if file else None)
    fresh = [d for d in decisions if d.verdict == VerdictCode.NEW and d.earlier is None]
    kept = _to_write(decisions, file)
    keys = bulk.next_ids(Intake, len(kept))
    made: dict[int, Made] = {}
    if fresh:
        rows = maker_of(fresh[0].arrival.kind)(actor, fresh, now)
        made = {id(decision): one for decision, one in zip(fresh, rows, strict=True)}
    before = Before(decisions) if file and file.touch else None
    done = _act(actor, decisions, file is None or file.touch, now)
    images = before.images() if before else {}
    _write(actor, kept, keys, made, done, images, file.batch_id if file else None, now)
    ids = {id(d): key for d, key in zip(kept, keys, strict=True)}
    _rewrite([d for d in decisions if d.mends is not None], made, done)
    return [_verdict(d, made.get(id(d)), done, ids.get(id(d)) or d.earlier or d.mends) for d in decisions]


def _to_write(decisions: list[Decision], file: File | None) -> list[Decision]:
    """A message that was handled before leaves nothing, one that is mended has its row; a row of a file always
    leaves its verdict."""
    return [d for d in decisions if d.mends is None and (d.earlier is None or file is not None)]


def _act(actor: Actor, decisions: list[Decision], touch: bool, now: datetime) -> dict[int, str]:
    """Let each rule do with the rows of its hits what the store wants; `id(decision)` → Done."""
    hits: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.earlier is None and decision.pursuit is not None:
            hits.setdefault(decision.rule, []).append(decision)
    done: dict[int, str] = {}
    for code, found in hits.items():
        rule = rule_of(found[0].arrival.kind, code)
        results: Mapping[int, str] = {}
        if touch and rule is not None and rule.act is not None:
            results = rule.act(actor, [Hit(d.arrival, d.pursuit) for d in found if d.pursuit], now)
        for decision in found:
            if decision.verdict == VerdictCode.DUPLICATE and decision.pursuit is not None:
                done[id(decision)] = results.get(decision.pursuit.pk, Done.RECORDED)
    return done


def _write(
    actor: Actor,
    fresh: list[Decision],
    keys: list[int],
    made: Mapping[int, Made],
    done: Mapping[int, str],
    images: Mapping[int, Mapping[str, Any]],
    batch_id: int | None,
    now: datetime,
) -> None:
    """Their Intake rows. Of a row of a file that changed another, `images` says how that stood."""
    rows = [(key, *_values(d, made.get(id(d)), done, images)) for key, d in zip(keys, fresh, strict=True)]
    if fresh:
        first = fresh[0].arrival
        same = {
            "store_id": first.store_id,
            "kind": first.kind,
            "door": first.door,
            "batch_id": batch_id,
            "actor_id": actor.user_id,
            "at": now,
        }
        bulk.insert(Intake, same, ("id", *_COLUMNS), rows)


def _rewrite(decisions: list[Decision], made: Mapping[int, Made], done: Mapping[int, str]) -> None:
    """The rows of what had failed and is decided anew; Conflict when somebody else has just done so."""
    if not decisions:
        return
    held = Intake.objects.select_for_update().filter(pk__in=[d.mends for d in decisions])
    rows = {row.pk: row for row in held.filter(verdict=VerdictCode.FAILED)}
    if len(rows) != len(decisions):
        raise Conflict(_("Somebody has just decided about this message."))
    for d in decisions:
        row = rows[d.mends or 0]
        for name, value in zip(_COLUMNS, _values(d, made.get(id(d)), done, {}), strict=True):
            setattr(row, name, value)
    Intake.objects.bulk_update(rows.values(), [name.removesuffix("_id") for name in _REWRITTEN])


def _values(
    d: Decision, new: Made | None, done: Mapping[int, str], images: Mapping[int, Any]
) -> tuple[Any, ...]:
    """What a decision leaves in the Intake row, as `_COLUMNS` name it."""
    one, hit = d.arrival, d.pursuit
    duplicate = d.verdict == VerdictCode.DUPLICATE
    acted = done.get(id(d), Done.RECORDED if duplicate else "")
    payload = {**one.payload, "why": dict(new.why)} if new and new.why else dict(one.payload)
    if hit is not None and hit.pk in images and acted not in ("", Done.RECORDED):
        payload["before"] = images[hit.pk]
    if duplicate and one.said:
        payload["said"] = dict(one.said)
    external = one.external_id or None if d.earlier is None and d.rule != AGAIN else None
    return (
        one.source_id, external, one.phone_key, payload, d.verdict, d.rule, d.version, acted,
        new.pursuit_id if new else (hit.pk if hit else None),
        hit.phase if hit and duplicate else "",
        hit.owner_id if hit and duplicate else None,
        one.row, dict(one.problems),
    )  # fmt: skip


_COLUMNS = (
    "source_id", "external_id", "phone_key", "payload", "verdict", "rule", "rule_version", "done", "pursuit_id",
    "hit_state", "hit_owner_id", "row", "problems",
)  # fmt: skip
_REWRITTEN = [name for name in _COLUMNS if name not in ("source_id", "external_id", "row")]


def _verdict(d: Decision, new: Made | None, done: Mapping[int, str], intake_id: int | None) -> Verdict:
    return Verdict(
        code=d.verdict,
        rule=d.rule,
        version=d.version,
        done=done.get(id(d), Done.RECORDED if d.verdict == VerdictCode.DUPLICATE else ""),
        pursuit_id=new.pursuit_id if new else (d.pursuit.pk if d.pursuit else None),
        intake_id=intake_id,
        owner_id=new.owner_id if new else None,
        why=new.why if new else {},
        repeated=d.earlier is not None or (d.mends is not None and d.verdict == VerdictCode.FAILED),
    )
