"""What a person says about a contact, and what was recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A filled-in follow-up form. What is None (or "") is taken from the chip, then from the policy.

    `grade` None keeps the present one. `next_date` None takes the default. `next_time` is for a second try on
    the same day when nobody was reached.
    """

    chip: str = ""
    outcome: str | None = None
    method: str | None = None
    result: str | None = None
    topics: tuple[str, ...] | None = None
    reached: bool | None = None
    effective: bool | None = None
    grade: str | None = None
    remark: str = ""
    next_date: date | None = None
    next_time: time | None = None
    next_method: str = ""
    next_topics: tuple[str, ...] | None = None
    plan_visit: bool = False
    defeat_category: str = ""
    defeat_reason: str = ""
    competitor: str = ""

    def __str__(self) -> str:
        """Short, and without what the customer said: this is what the journal of commands keeps."""
        return self.chip or self.outcome or "contact"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What came of it. `repeated` says the same form had been sent before; `notices` are hints, not errors."""

    record_id: int
    pursuit_id: int
    phase: str
    task_id: int | None = None
    next_task_id: int | None = None
    next_due: date | None = None
    next_time: time | None = None
    auto_defeated: bool = False
    repeated: bool = False
    notices: tuple[str, ...] = ()
