"""The rows of a run: each chunk is read while the database is busy with the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from driveline.engines.intake.deciding import names
from driveline.engines.intake.imports.kinds import Read, Reader

type Rows = Sequence[tuple[int, list[str]]]


class Ahead:
    """Walks over the chunks of a file. `last` is the number of the last row of the chunk at hand, `seen` what the rows
    before it are known by (`deciding.names`)."""

    def __init__(self, reader: Reader, chunks: Iterator[Rows], seen: set[str]) -> None:
        self._reader, self._chunks, self.seen = reader, chunks, seen
        self._rows: Rows = ()
        self._next: Rows | None = None
        self._known: dict[int, tuple[dict[str, int], list[Read]]] = {}

    def move(self) -> bool:
        """Go on to the next chunk, the one at hand being written; False behind the last."""
        _dealt, reads = self._known.pop(self.last, ({}, []))
        self.seen.update(*(names(read.arrival) for read in reads if read.arrival is not None))
        self._rows, self._next = self._following(), None
        return bool(self._rows)

    @property
    def last(self) -> int:
        return self._rows[-1][0] if self._rows else 0

    def read(self, dealt: Mapping[str, int]) -> list[Read]:
        """The chunk at hand as it is understood. `dealt`: who has been given how many rows before it."""
        return self._read(self._rows, dealt)

    def prepare(self, dealt: Mapping[str, int]) -> None:
        """Read the chunk after it, if there is one, for whoever has been given as many as `dealt` says by then."""
        if self._next is None:
            self._next = self._following()
        if self._next:
            self._read(self._next, dealt)

    def _following(self) -> Rows:
        return next(self._chunks, ()) if self._next is None else self._next

    def _read(self, rows: Rows, dealt: Mapping[str, int]) -> list[Read]:
        """Read once; again only when others were given rows meanwhile than was thought."""
        place = rows[-1][0]
        known = self._known.get(place)
        if known is None or known[0] != dealt:
            known = self._known[place] = dict(dealt), self._reader.read(rows, dealt)
        return known[1]
