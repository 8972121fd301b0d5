"""A follow-up kind is data (DESIGN §3.3): one frozen policy per kind, and the numbers a store gives it.

A module registers its policy when the program starts; the engine works from the policy and names no kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from driveline.engines.followup.choices import ChipGroup, Grade, Method, Outcome, Result

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.engines.followup.models import Pursuit


@dataclass(frozen=True)
class Gate:
    """A threshold over the completed records of the present cycle (R-F-15); `needed` 0 is always open."""

    needed: int = 0

    def missing(self, done: int) -> int:
        """How many records are still wanted before the gate opens."""
        return max(0, self.needed - done)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """First-contact ladder: working minutes after which owner, superior and queue are called; 0 = never."""

    owner: int = 0
    superior: int = 0
    queue: int = 0


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What a store's settings say about one kind on one business date. Days are calendar days."""

    intervals: Mapping[str, int]
    first_due_same_day: bool = True
    grade_gate: Gate = Gate()
    defeat_gate: Gate = Gate()
    auto_defeat_at: int | None = None
    remark_min: int = 0
    han_only: bool = False
    ladder: Ladder = Ladder()
    escalate_after: int = 0


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One click that says how a contact went and fills the rest of the form.

    `key` is the digit that chooses it. `remark_min` replaces the store's number (0 where nobody was reached).
    `invites` counts as an invitation to the store in the figures.
    """

    code: str
    label: str | _StrPromise
    key: str
    group: ChipGroup
    result: Result
    reached: bool = True
    effective: bool = True
    method: Method = Method.PHONE
    topics: tuple[str, ...] = ()
    next_topics: tuple[str, ...] = ()
    outcome: Outcome = Outcome.CONTINUE
    remark_min: int | None = None
    invites: bool = False


def _no_limit(pursuit: Pursuit, today: date) -> date | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How one kind is followed up (dealer.md §12.4).

    `numbers` reads the store's settings in one query. `exclusive_key` turns a normalised phone into the key
    that only one open pursuit of the store may hold (INV-6), None where the kind claims no number.
    `due_limit` is the last day a next task may have, beyond the interval (R-F-18). The urls are what
    notifications link to. `auto_defeat` is category and reason of a defeat by the system, codes of the two dictionaries.
    """

    kind: str
    label: str | _StrPromise
    numbers: Callable[[int, date], Numbers]
    exclusive_key: Callable[[str], str | None]
    chips: tuple[Chip, ...]
    view_permission: str
    record_permission: str
    task_permission: str
    assign_permission: str
    reassign_permission: str
    row_url: Callable[[int], str]
    tasks_url: str
    queue_url: str
    grades: tuple[str, ...] = tuple(Grade.values)
    first_grade: str = Grade.H
    due_limit: Callable[[Pursuit, date], date | None] = _no_limit
    defeat_categories: str = "defeat_category"
    defeat_reasons: str = "defeat_reason"
    auto_defeat: tuple[str, str] = ("other", "system_m")

    def first_due(self, numbers: Numbers, grade: str, today: date) -> date:
        """The day of the first task after an assignment (A-L-02)."""
        return today if numbers.first_due_same_day else today + timedelta(days=self.interval(numbers, grade))

    def interval(self, numbers: Numbers, grade: str) -> int:
        """Days between two contacts at a grade (R-F-01)."""
        return numbers.intervals[grade]

    def chip(self, code: str) -> Chip | None:
        """The chip of a code, None for an unknown one."""
        return next((chip for chip in self.chips if chip.code == code), None)


_policies: dict[str, Policy] = {}


def register(policy: Policy) -> None:
    """Add a kind. The same kind twice, or two chips under one code or key, is a programming error."""
    if policy.kind in _policies:
        raise ValueError(f"the kind {policy.kind} is registered already")
    for name in ("code", "key"):
        values = [getattr(chip, name) for chip in policy.chips]
        if len(values) != len(set(values)):
            raise ValueError(f"{policy.kind}: two chips have one {name}")
    _policies[policy.kind] = policy


def policy_for(kind: str) -> Policy:
    """The policy of a kind; KeyError for an unknown one."""
    return _policies[kind]


def policies() -> list[Policy]:
    """Every registered policy, in the order of registration."""
    return list(_policies.values())
