"""State machines as tables (STYLE §5.5): which verb leads from which states to which.

    machine = Machine(Phase, {"assign": ((Phase.UNASSIGNED,), Phase.ACTIVE), …}, start=Phase.UNASSIGNED)

List tabs, command guards and the test over every (state, verb) pair read the same table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Moves = Mapping[str, tuple[tuple[str, ...], str]]


@dataclass(frozen=True)
class Move:
    """One line of the table: the verb leads from any of `sources` to `target`."""

    verb: str
    sources: frozenset[str]
    target: str


class Machine:
    """The allowed moves between the values of a `TextChoices`.

    Raises ValueError while the program starts when a verb names an unknown state, or when a state can never
    be reached from `start`; states that are another kind's business are named in `unused`.
    """

    def __init__(
        self, states: type[models.TextChoices], moves: Moves, *, start: str, unused: Iterable[str] = ()
    ) -> None:
        self.states = states
        self.start = str(start)
        self.unused = frozenset(map(str, unused))
        self.moves = {
            verb: Move(verb, frozenset(map(str, sources)), str(target))
            for verb, (sources, target) in moves.items()
        }
        self._check()

    def _check(self) -> None:
        known = set(self.states.values)
        named = {self.start} | self.unused
        for move in self.moves.values():
            named |= move.sources | {move.target}
        if strangers := named - known:
            raise ValueError(f"{self.states.__name__} has no state {', '.join(sorted(strangers))}")
        if missing := known - self.reachable() - self.unused:
            raise ValueError(f"{self.states.__name__}: {', '.join(sorted(missing))} can never be reached")

    def reachable(self) -> set[str]:
        """Every state that some sequence of verbs leads to from the start."""
        found = {self.start}
        while True:
            more = {move.target for move in self.moves.values() if move.sources & found} - found
            if not more:
                return found
            found |= more

    def sources(self, verb: str) -> frozenset[str]:
        """The states in which the verb may be used; KeyError for an unknown verb."""
        return self.moves[verb].sources

    def target(self, verb: str) -> str:
        """The state the verb leads to; KeyError for an unknown verb."""
        return self.moves[verb].target

    def allows(self, verb: str, state: str) -> bool:
        """True when the verb may be used in the state."""
        return str(state) in self.moves[verb].sources

    def verbs(self, state: str) -> list[str]:
        """The verbs that may be used in a state, in the order of the table."""
        return [verb for verb, move in self.moves.items() if str(state) in move.sources]

    def label(self, state: str) -> str | _StrPromise:
        """The state's label as the choices give it."""
        return self.states(state).label

    def mermaid(self) -> str:
        """The table as a mermaid state diagram for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        for move in self.moves.values():
            lines += [f"    {source} --> {move.target}: {move.verb}" for source in sorted(move.sources)]
        return "\n".join(lines)
