"""The numbers of an import: what became of its rows, by verdict, rule, deed, field at fault, and who got what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from driveline.engines.intake.choices import Done, VerdictCode
from driveline.engines.intake.imports.kinds import Read

TOUCHED = (Done.PULLED, Done.ACTIVATED, Done.PINNED, Done.TOLD)
GROUPS = ("rules", "recorded", "done", "problems", "owners")


def nothing() -> dict[str, Any]:
    """Before the first row."""
    return {"new": 0, "duplicate": 0, "failed": 0, "queue": 0, **{group: {} for group in GROUPS}}


def add_failed(counts: dict[str, Any], reads: Iterable[Read]) -> None:
    """Rows that could not be taken; each counts once for every field at fault."""
    for read in reads:
        counts["failed"] += 1
        for field in read.problems:
            _one_more(counts["problems"], field)


def add_decided(
    counts: dict[str, Any], verdict: str, rule: str, done: str, owner_id: int | None, *, new: bool
) -> None:
    """A row the table decided about. `owner_id`: to whom a new one went."""
    counts[verdict] += 1
    _one_more(counts["rules"], rule)
    if done:
        _one_more(counts["done"], done)
    if done == Done.RECORDED:
        _one_more(counts["recorded"], rule)
    if new and owner_id is not None:
        _one_more(counts["owners"], str(owner_id))
    elif new:
        counts["queue"] += 1


def copied(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers so far, to be added to."""
    found = {**nothing(), **counts}
    return {**found, **{group: dict(found[group]) for group in GROUPS}}


def handled(counts: Mapping[str, Any]) -> int:
    """How many rows have their verdict."""
    return int(counts.get("new", 0) + counts.get("duplicate", 0) + counts.get("failed", 0))


def touched(counts: Mapping[str, Any]) -> int:
    """How many rows met a customer with whom something was done."""
    return sum(int(counts.get("done", {}).get(done, 0)) for done in TOUCHED)


def untouching(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a dry run when the customers that are met stay as they are: all duplicates only recorded."""
    found = copied(counts)
    found["done"] = {Done.RECORDED: found["duplicate"]} if found["duplicate"] else {}
    found["recorded"] = {rule: n for rule, n in found["rules"].items() if rule != "NEW"}
    return found


def is_new(verdict: str) -> bool:
    return verdict == VerdictCode.NEW


def _one_more(numbers: dict[str, int], key: str) -> None:
    numbers[key] = numbers.get(key, 0) + 1
