"""Handing over what a leaver still holds: engines say here who can receive, how much lies where, and move it.

The floor that ends an account (core) knows no kind of work; whatever engine owns work registers its three answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from driveline.core.access import Actor


@dataclass(frozen=True)
class Receiver:
    """Somebody of a store who can be given a leaver's work; `holds` is how much lies on the desk already."""

    user_id: int
    label: str
    holds: int


type Mover = Callable[[Actor, int, int, Sequence[int]], int]
type Receivers = Callable[[int], list[Receiver]]
type Totals = Callable[[Collection[int], Collection[int]], dict[tuple[int, int], int]]

_movers: list[Mover] = []
_receivers: list[Receivers] = []
_totals: list[Totals] = []


def work_mover(mover: Mover) -> Mover:
    """Register an engine's hand-over: (actor, user id, store id, receivers' user ids) → rows moved.

    Without receivers the rows go back to their queue. Called inside the transaction that ends the account.
    """
    if mover not in _movers:
        _movers.append(mover)
    return mover


def work_receivers(receivers: Receivers) -> Receivers:
    """Register an engine's answer to "who of this store (id) can be given work?"."""
    if receivers not in _receivers:
        _receivers.append(receivers)
    return receivers


def work_totals(totals: Totals) -> Totals:
    """Register an engine's count of open work for many people at once: (store ids, user ids) →
    (store id, user id) → rows, in a constant number of queries."""
    if totals not in _totals:
        _totals.append(totals)
    return totals


def move_work(actor: Actor, user_id: int, store_id: int, to_user_ids: Sequence[int]) -> int:
    """Give all that the user holds in the store evenly to the receivers, or, with none, back to the queue.

    Returns the number of rows moved. Raises Invalid for a receiver who cannot be given work.
    """
    return sum(mover(actor, user_id, store_id, to_user_ids) for mover in _movers)


def receivers_in(store_id: int) -> list[Receiver]:
    """Everybody in the store whom at least one engine would give work, the emptiest desk first."""
    found: dict[int, Receiver] = {}
    for receivers in _receivers:
        for one in receivers(store_id):
            found.setdefault(one.user_id, one)
    return sorted(found.values(), key=lambda one: (one.holds, one.user_id))


def totals_of(store_ids: Collection[int], user_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(store id, user id) → open work, for all of them; whoever holds nothing is absent."""
    found: dict[tuple[int, int], int] = {}
    for totals in _totals:
        for key, count in totals(store_ids, user_ids).items():
            found[key] = found.get(key, 0) + count
    return found
