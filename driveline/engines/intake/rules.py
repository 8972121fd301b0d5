"""The duplicate table as a registry: verdict rules in a fixed order, the first that answers decides (dealer.md §2.6).

The modules that own the subjects register their rules and say how new ones are made; the engine names none.
Rules are asked about a set of arrivals: what a rule must read it reads once for all of them, through `Look.once`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from driveline.core.services.parties import ids_by_phones
from driveline.engines.intake.choices import VerdictCode

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.actor import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """Somebody raised a hand: at which store and door, by which source, with which number.

    `data` is what the kind's maker needs to write the row; `payload` what is kept of it in the Intake row, with
    `name` for the lists; `row` the number of the file's row. `said` is what came with it besides: a new row takes that
    over by `data`, of an arrival that makes none it stays in the payload, under this name. `problems`
    (field → sentence) says why nothing can be made of it: it is kept as failed, and decided in place when the same
    message comes again without them.
    """

    store_id: int
    kind: str
    door: str
    phone_key: str = ""
    source_id: int | None = None
    external_id: str | None = None
    data: Any = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    row: int | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


class Look:
    """What the store knows about the numbers of a set of arrivals; every question is asked once for all."""

    def __init__(self, store_id: int, phones: frozenset[str]) -> None:
        self.store_id = store_id
        self.phones = phones
        self._kept: dict[str, Any] = {}

    @cached_property
    def people(self) -> dict[str, int]:
        """Main number → id of the party, for those of the numbers that the store knows."""
        return {phone: pk for pk, phone in ids_by_phones(self.store_id, self.phones).items()}

    def once[T](self, key: str, find: Callable[[Look], T]) -> T:
        """What `find` makes of this, asked at most once for the set."""
        if key not in self._kept:
            self._kept[key] = find(self)
        found: T = self._kept[key]
        return found


@dataclass(frozen=True, slots=True)
class Hit:
    """An arrival and the row a rule found for it."""

    arrival: Arrival
    pursuit: Pursuit


type Match = Callable[[Arrival, Look], Pursuit | None]
type Act = Callable[[Actor, Sequence[Hit], datetime], Mapping[int, str]]
type Would = Callable[[Sequence[Hit], datetime], Mapping[int, str]]


@dataclass(frozen=True, kw_only=True)
class VerdictRule:
    """One line of the table. `match` answers with the row that was met, or None. `act` does with the rows of all
    its hits what the store wants done and returns pursuit id → `Done`; a constant number of queries. `would` gives
    the same answer without doing it, for rehearsals. `verdict` NEW lets a new row be made all the same, marked with
    the rule (row 8: an owner buying again).
    """

    code: str
    order: int
    version: int
    label: str | _StrPromise
    match: Match
    act: Act | None = None
    would: Would | None = None
    verdict: str = VerdictCode.DUPLICATE


@dataclass(frozen=True, slots=True)
class Decision:
    """What the table says of one arrival, before anything is written. `earlier` is the Intake row of row 0; `mends`
    the failed one that this decides anew; `party_id` the person who has the number already."""

    arrival: Arrival
    verdict: str
    rule: str = "NEW"
    version: int = 1
    pursuit: Pursuit | None = None
    earlier: int | None = None
    mends: int | None = None
    party_id: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A new row: its id, who owns it and why."""

    pursuit_id: int
    owner_id: int | None = None
    why: Mapping[str, Any] = field(default_factory=dict)


type Maker = Callable[[Actor, Sequence[Decision], datetime], Sequence[Made]]

_rules: dict[str, list[VerdictRule]] = {}
_makers: dict[str, Maker] = {}


def verdict_rule(kind: str, rule: VerdictRule) -> None:
    """Add a rule to a kind's table; the same code or order twice is a programming error."""
    rules = _rules.setdefault(kind, [])
    if any(one.code == rule.code or one.order == rule.order for one in rules):
        raise ValueError(f"{kind}: a verdict rule {rule.code} or order {rule.order} is registered already")
    rules.append(rule)
    rules.sort(key=lambda one: one.order)


def maker(kind: str, make: Maker) -> None:
    """Say how new rows of the kind are written, all at once, inside the arrivals' transaction, in their order."""
    if kind in _makers:
        raise ValueError(f"{kind} has a maker already")
    _makers[kind] = make


def rules_of(kind: str) -> list[VerdictRule]:
    """The kind's table in order."""
    return list(_rules.get(kind, ()))


def rule_of(kind: str, code: str) -> VerdictRule | None:
    """The rule with this code, if it is (still) there."""
    return next((rule for rule in _rules.get(kind, ()) if rule.code == code), None)


def maker_of(kind: str) -> Maker:
    """KeyError for a kind that nobody makes."""
    return _makers[kind]
