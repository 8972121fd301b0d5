"""The life of one lead as it might have been: arrival, owner, contacts, an end or a next step. Pure, no queries.

A story keeps to the rules of the engine (gates, intervals, one open task), so that the invariants hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from driveline.core import clock
from driveline.core.opening import Hours, working_minutes_between
from driveline.engines.followup.choices import Action, Outcome, Phase, TaskOrigin, TaskState
from driveline.modules.setup.demo import words

if TYPE_CHECKING:
    from driveline.engines.followup.policy import Chip

MOST = 8  # contacts in one life
GATE = 2  # contacts before grade or defeat may change


@dataclass(frozen=True)
class Stage:
    """What a story is played against: the present moment, one store's people, hours, intervals, chips."""

    now: datetime
    hours: Hours
    followers: list[int]
    managers: list[int]
    clerks: list[int]
    system_id: int
    town: str
    intervals: dict[str, int]
    chips: dict[str, Chip]
    reasons: list[tuple[str, str]]

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass
class Step:
    """A task of the story, with the contact that closed it if there was one."""

    due: date
    at: datetime
    origin: str
    assignee: int | None
    due_time: time | None = None
    first_due: date | None = None
    state: str = TaskState.OPEN
    closed_at: datetime | None = None
    closed_by: int | None = None
    plan: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] | None = None
    moves: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Story:
    """Everything one lead leaves in the tables."""

    arrived: datetime
    entry: str
    clerk: int
    talk: words.Talk
    phase: str = Phase.UNASSIGNED
    grade: str = "H"
    owner: int | None = None
    assigned_at: datetime | None = None
    queued_at: datetime | None = None
    cycle: int = 1
    in_cycle: int = 0
    defeats: int = 0
    lost_why: tuple[str, str] = ("", "")
    closed_at: datetime | None = None
    close_remark: str = ""
    void_reason: str = ""
    again: datetime | None = None
    first_minutes: int | None = None
    steps: list[Step] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)

    @property
    def open_step(self) -> Step | None:
        return next((step for step in self.steps if step.state == TaskState.OPEN), None)

    @property
    def records(self) -> list[dict[str, Any]]:
        return [step.record for step in self.steps if step.record]

    @property
    def last_at(self) -> datetime:
        """When something last happened."""
        return self.log[-1]["at"] if not self.records else max(self.log[-1]["at"], self.records[-1]["at"])


class Player:
    """Plays stories on a stage with one source of chance."""

    def __init__(self, stage: Stage, random: Random) -> None:
        self.stage = stage
        self.random = random

    def arrive(self, at: datetime, entry: str, clerk: int, talk: words.Talk) -> Story:
        story = Story(arrived=at, entry=entry, clerk=clerk, talk=talk, queued_at=at)
        self._note(story, Action.CREATE, at, clerk, Phase.UNASSIGNED, before="")
        return story

    def assign(self, story: Story, at: datetime, owner: int | None = None) -> None:
        """A manager gives the lead to somebody; the first task is due the same day (A-L-02)."""
        owner = owner or self.random.choice(self.stage.followers)
        manager = self.random.choice(self.stage.managers)
        self._note(story, Action.ASSIGN, at, manager, Phase.ACTIVE, to=owner)
        story.owner, story.assigned_at, story.phase = owner, at, Phase.ACTIVE
        story.queued_at = None
        waiting = story.open_step
        if waiting is not None:
            self._move(waiting, owner, at, manager)
        else:
            story.steps.append(Step(due=at.date(), at=at, origin=TaskOrigin.ASSIGN, assignee=owner))

    def reassign(self, story: Story, at: datetime) -> None:
        """Somebody else goes on; the task moves along and is not overdue for the new owner (R-F-09)."""
        step = story.open_step
        others = [user for user in self.stage.followers if user != story.owner]
        if step is None or not others:
            return
        manager, owner = self.random.choice(self.stage.managers), self.random.choice(others)
        self._note(story, Action.REASSIGN, at, manager, Phase.ACTIVE, to=owner)
        self._move(step, owner, at, manager)
        story.owner, story.assigned_at = owner, at

    def contact(self, story: Story, at: datetime, code: str, *, visit: time | None = None) -> None:
        """Record a contact on the open task and plan the next, or end the lead when the code is `defeat`."""
        step = story.open_step
        assert step is not None  # noqa: S101  a story is played in order
        chip = self.stage.chips[code]
        old = story.grade
        if chip.outcome != Outcome.LOSE and chip.reached and story.in_cycle >= GATE:
            story.grade = self._grade(story)
        record: dict[str, Any] = {
            "at": at, "actor": story.owner, "chip": chip, "old": old, "new": story.grade, "cycle": story.cycle,
            "first": not story.records, "due": step.due, "effective": chip.reached and self.random.random() < 0.9,
            "remark": "", "plan": {}, "lose": ("", ""), "rival": "",
        }  # fmt: skip
        if record["first"]:
            story.first_minutes = working_minutes_between(story.arrived, at, self.stage.hours)
        step.state, step.closed_at, step.closed_by, step.record = TaskState.DONE, at, story.owner, record
        story.in_cycle += 1
        if chip.outcome == Outcome.LOSE:
            self._lose(story, at, record)
            return
        record["plan"] = plan = self._plan(chip, story.grade, at, visit)
        day = "明天" if plan["visit"] else ""
        said = f"{visit:%H:%M} " if visit else ""
        record["remark"] = words.remark(self.random, code, story.talk, day=day, time=said)
        origin = TaskOrigin.RECORD if chip.reached else TaskOrigin.RETRY
        step = Step(
            due=plan["day"], due_time=plan["time"], at=at, origin=origin, assignee=story.owner, plan=plan
        )
        story.steps.append(step)

    def void(self, story: Story, at: datetime) -> None:
        """A wrong number or test data: ended without a result."""
        manager = self.random.choice(self.stage.managers)
        self._cancel(story, at, manager)
        story.void_reason = self.random.choice(("wrong_number", "wrong_number", "test_data", "entered_twice"))
        self._note(story, Action.VOID, at, manager, Phase.CLOSED, reason=story.void_reason)
        story.phase, story.closed_at, story.queued_at = Phase.CLOSED, at, None

    def activate(self, story: Story, at: datetime, *, given: bool) -> None:
        """A defeated lead comes back: grade H, a task due that day, a new count (R-L-09, R-L-10)."""
        manager = self.random.choice(self.stage.managers)
        owner = self.random.choice(self.stage.followers) if given else None
        to = Phase.ACTIVE if given else Phase.UNASSIGNED
        self._note(story, Action.ACTIVATE, at, manager, to, to=owner)
        story.phase, story.owner, story.grade = to, owner, "H"
        story.assigned_at, story.queued_at = (at, None) if given else (None, at)
        story.cycle, story.in_cycle = story.cycle + 1, 0
        story.closed_at, story.lost_why, story.close_remark = None, ("", ""), ""
        story.steps.append(Step(due=at.date(), at=at, origin=TaskOrigin.ACTIVATE, assignee=owner))

    # -- small moves -----------------------------------------------------------------------------

    def _lose(self, story: Story, at: datetime, record: dict[str, Any]) -> None:
        category, reason = self.random.choice(self.stage.reasons)
        record["remark"] = story.close_remark = words.lost(self.random, reason, story.talk)
        record["lose"] = story.lost_why = (category, reason)
        record["rival"] = story.talk.rival if reason == "other_brand" else ""
        self._note(story, Action.LOSE, at, record["actor"], Phase.LOST, reason=reason, category=category)
        story.phase, story.closed_at = Phase.LOST, at
        story.defeats += 1

    def _plan(self, chip: Chip, grade: str, at: datetime, visit: time | None) -> dict[str, Any]:
        tomorrow = at.date() + timedelta(days=1)
        topics = list(chip.next_topics)
        if visit is not None:
            return {"day": tomorrow, "time": visit, "topics": topics, "visit": True}
        if not chip.reached:
            again = at + timedelta(hours=2)
            if (
                chip.code == "no_answer"
                and again.hour < 18
                and again.date() == at.date()
                and self.random.random() < 0.3
            ):
                minute = again.minute // 5 * 5
                return {"day": at.date(), "time": time(again.hour, minute), "topics": topics, "visit": False}
            return {"day": tomorrow, "time": None, "topics": topics, "visit": False}
        most = self.stage.intervals[grade]
        days = most if self.random.random() < 0.72 else self.random.randint(1, most)
        at_time = (
            time(self.random.randint(9, 17), self.random.choice((0, 30)))
            if self.random.random() < 0.18
            else None
        )
        return {"day": at.date() + timedelta(days=days), "time": at_time, "topics": topics, "visit": False}

    def _grade(self, story: Story) -> str:
        """Cooler with age, now and then hotter."""
        age = (self.stage.now - story.arrived).days
        weights = {"H": 8, "A": 26, "B": 42, "C": 24} if age < 10 else {"H": 4, "A": 16, "B": 42, "C": 38}
        if age > 35:
            weights = {"H": 2, "A": 6, "B": 26, "C": 66}
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _move(self, step: Step, owner: int, at: datetime, by: int) -> None:
        due = max(step.due, at.date())
        step.moves.append(
            {"from": step.assignee, "to": owner, "old": step.due, "new": due, "at": at, "by": by}
        )
        step.first_due = step.first_due or step.due
        if due != step.due:
            step.due_time = None
        step.due, step.assignee = due, owner

    def _cancel(self, story: Story, at: datetime, by: int) -> None:
        step = story.open_step
        if step is not None:
            step.state, step.closed_at, step.closed_by = TaskState.CANCELLED, at, by

    def _note(
        self, story: Story, action: str, at: datetime, by: int, phase: str, *, before: str | None = None,
        to: int | None = None, reason: str = "", category: str = "",
    ) -> None:  # fmt: skip
        detail: dict[str, Any] = {}
        if action in (Action.ASSIGN, Action.REASSIGN, Action.ACTIVATE):
            detail = {"from": story.owner, "to": to}
        elif action == Action.LOSE:
            detail = {"category": category, "reason": reason}
        was = story.phase if before is None else before
        story.log.append(
            {
                "action": action,
                "at": at,
                "by": by,
                "from": was,
                "to": phase,
                "reason": reason,
                "detail": detail,
            }
        )


def working_moment(random: Random, day: date) -> datetime:
    """Some moment of a working day."""
    return clock.at(day, time(8, 30)) + timedelta(
        minutes=random.randint(5, 560), seconds=random.randint(0, 59)
    )
