"""What can be imported: the modules that own the rows declare it here; the engine names none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.engines.followup.models import Pursuit
    from driveline.engines.intake.rules import Arrival
    from driveline.kit.actor import Actor
    from driveline.kit.commands import Run
    from driveline.kit.importing.values import Field


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is wanted of a file: whose it is, which column is which field, and the choices of the person.

    `columns` is field name → place of the column (from 0); `samples` the cells of a column, for what can only be told
    from many of them (day and month).
    """

    actor: Actor
    store_id: int
    columns: Mapping[str, int]
    source_id: int | None
    options: Mapping[str, Any]
    now: datetime
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A row of the file as it was understood: an arrival, or what is wrong in which field."""

    row: int
    cells: Sequence[str]
    arrival: Arrival | None
    problems: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heir:
    """Who would be given a new row (None: nobody); `named` in the file itself."""

    user_id: int | None
    name: str = ""
    named: bool = False


class Reader(Protocol):
    """Makes arrivals of rows, a chunk at a time; what it has to look up it looks up once.

    `unknown`: field → word → how often it stood in the file and was not understood, though the row can be taken.
    """

    unknown: dict[str, dict[str, int]]

    def read(self, rows: Sequence[tuple[int, Sequence[str]]], dealt: Mapping[str, int]) -> list[Read]:
        """The rows in their order. `dealt`: user id (as text) → how many rows of the file he was given already."""

    def understood(self, reads: Sequence[Read]) -> list[dict[str, str]]:
        """For the pages: of each row field → what its cell means, where that is not what stands in it."""

    def heirs(self, arrivals: Sequence[Arrival]) -> list[Heir]:
        """For the dry run: to whom each of these would be given, one after the other."""


@dataclass(frozen=True, kw_only=True)
class ImportKind:
    """A kind of row that files may bring.

    `fields` are declared once, for a store; `refuses` says of a mapping why no row could come of it (field →
    sentence); `suggests` gives options that the cells of the mapped columns call for, `default_source` the source that
    the name of the file or the habit of the store proposes. `revoke` ends rows that an import had made and nobody has
    touched (导入撤销), inside a transaction. `dictionary` holds the sources; `url` is where the imports are shown;
    `template_notes` go with the empty template, which leaves out the fields `not_in_template`.
    """

    kind: str
    label: str | _StrPromise
    permission: str
    url: str
    dictionary: str
    fields: Callable[[int], Sequence[Field]]
    refuses: Callable[[int, Mapping[str, int], int | None], Mapping[str, str]]
    suggests: Callable[[int, Mapping[str, Sequence[str]]], Mapping[str, Any]]
    default_source: Callable[[int, str], int | None]
    reader: Callable[[Order], Reader]
    revoke: Callable[[Sequence[Pursuit], Run], None]
    template_notes: Callable[[int], Sequence[str]]
    not_in_template: tuple[str, ...] = ()


_kinds: dict[str, ImportKind] = {}


def import_kind(declared: ImportKind) -> None:
    """Register a kind; a second one under the same code is a programming error."""
    if declared.kind in _kinds:
        raise ValueError(f"{declared.kind} can be imported already")
    _kinds[declared.kind] = declared


def kind_of(code: str) -> ImportKind:
    """KeyError for a kind that cannot be imported."""
    return _kinds[code]


def kinds() -> list[ImportKind]:
    """Everything that can be imported."""
    return list(_kinds.values())


def in_one_line(problems: Mapping[str, str]) -> str:
    """What is wrong with a row, all of it."""
    return _("; ").join(map(str, problems.values()))
