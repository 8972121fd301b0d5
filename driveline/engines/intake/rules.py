"""The duplicate table as a registry: verdict rules in a fixed order, the first that answers decides (dealer.md §2.6).

The modules that own the subjects register their rules and say how a new one is made; the engine names none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody raised a hand: at which store and door, by which source, with which number.

    `data` is what the kind's maker needs to write the row; `payload` what is kept of it in the Intake row.
    """

    store_id: int
    kind: str
    door: str
    phone_key: str = ""
    source_id: int | None = None
    external_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A rule's answer: the row it met. `refused` is the sentence when the door has to say no."""

    pursuit: Pursuit
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class VerdictRule:
    """One line of the table. `match` answers with a Hit or None; one query at most."""

    code: str
    order: int
    version: int
    match: Callable[[Arrival], Hit | None]


type Maker = Callable[[Actor, Arrival, datetime], Pursuit]

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
    """Say how a new row of the kind is written; it runs inside the arrival's transaction."""
    if kind in _makers:
        raise ValueError(f"{kind} has a maker already")
    _makers[kind] = make


def rules_of(kind: str) -> list[VerdictRule]:
    """The kind's table in order."""
    return list(_rules.get(kind, ()))


def maker_of(kind: str) -> Maker:
    """KeyError for a kind that nobody makes."""
    return _makers[kind]
