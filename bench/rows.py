"""Leads with a past, row by row, as tuples ready for COPY. The same seed gives the same rows.

Of a hundred leads three wait for an owner, eight are being followed, the others are defeated (77) or void (12).
Every lead but those that wait has three follow-ups; some defeated ones have a fourth, so that there are three times
as many follow-ups as leads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from bench.names import full_name
from driveline.core.phones import tail
from driveline.core.search_text import initials, name_split

COLUMNS = {
    "core.party": "id store_id kind name name_split initials gender phone_key phone_tail province city address created_at",
    "followup.pursuit": (
        "id store_id kind party_id number entry_method source_id brand_id series_id car_model_id created_by_id created_at "
        "arrived_at phase stage is_open grade owner_id keeper_id exclusive_key cycle cycle_follow_count follow_count "
        "effective_count dup_count defeat_count last_followed_at last_remark next_due next_time assigned_at "
        "first_contact_at first_effective_at first_contact_minutes ladder_step closed_at close_category close_reason "
        "close_remark version"
    ),
    "leads.lead": "pursuit_id remark external_id repurchase void_reason",
    "followup.task": (
        "id store_id kind pursuit_id assignee_id due_date due_time first_due state origin method topics plan_visit "
        "created_at closed_at closed_by_id"
    ),
    "followup.followup": (
        "id store_id kind pursuit_id task_id client_key cycle actor_id at due_date chip old_grade new_grade method topics "
        "result outcome reached effective first_contact remark defeat_category defeat_reason competitor next_date "
        "next_time next_method next_topics plan_visit"
    ),
    "intake.intake": (
        "id store_id kind door source_id external_id phone_key payload verdict rule rule_version pursuit_id actor_id at "
        "done hit_state hit_owner_id problems batch_id row"
    ),
    "core.transition": (
        "id store_id subject_type subject_id action from_state to_state actor_id at reason detail operation_id"
    ),
}
DAYS = 3 * 365
REMARKS = (
    "客户在意月供，已按首付三成重新算过，想周末带家人来看一下现车颜色",
    "想要白色外观深色内饰，问到能不能送行车记录仪，答应明天给准信",
    "正在和对面那家店比价，差三千，让他先来试驾，再谈金融方案",
    "孩子上学要用车，年前定下来，预算十五万以内，倾向混动版本",
    "旧车还没有卖出去，请评估师打过电话，估价出来以后再约时间",
    "电话里说在开会，让晚上七点以后再打，语气还可以",
)
TALKS = (("go_on", "continue"), ("comparing", "continue"), ("visit", "continue"), ("later", "postpone"))
PLACES = (("湖北省", "武汉市"), ("湖北省", "孝感市"), ("湖北省", "黄冈市"), ("湖南省", "长沙市"), ("", ""))


@dataclass(frozen=True)
class Shop:
    """A store as the rows need it: who enters, who follows up, who closes."""

    id: int
    enterers: list[int]
    consultants: list[int]
    manager: int


@dataclass(frozen=True)
class Scene:
    """What all rows refer to. `now` is naive UTC, `today` the business date."""

    big: Shop
    small: Shop
    sources: list[int]
    cars: list[tuple[int, int, int]]
    reasons: list[tuple[str, str]]
    void_reasons: list[str]
    now: datetime
    today: date


@dataclass
class Chunk:
    """Rows of one stretch of leads by table."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})


def chunks(scene: Scene, leads: int, seed: int = 7, size: int = 20_000) -> Iterator[Chunk]:
    """All rows, a stretch of leads at a time."""
    writer = Writer(scene, leads, Random(seed))
    for start in range(0, leads, size):
        chunk = Chunk()
        for index in range(start, min(leads, start + size)):
            writer.lead(chunk.rows, index)
        yield chunk


class Writer:
    """Keeps the running keys; `lead` adds one lead and all that hangs on it."""

    def __init__(self, scene: Scene, leads: int, random: Random) -> None:
        self.scene, self.leads, self.random = scene, leads, random
        self.tasks = self.records = self.intakes = self.changes = 0
        self.short = 0
        self.end = int(scene.now.replace(tzinfo=UTC).timestamp())

    def lead(self, rows: dict[str, list[tuple[Any, ...]]], index: int) -> None:
        """One lead: party, pursuit, arrival, its contacts, tasks and changes of state."""
        random, pk = self.random, index + 1
        shop = self.scene.small if random.random() < 0.03 else self.scene.big
        arrived = self._arrival(index)
        phase = self._phase(index)
        owner = None if phase == "unassigned" else _weighted(random, shop.consultants)
        enterer = random.choice(shop.enterers)
        phone = str(13_000_000_000 + index * 2_654_435_761 % 6_000_000_007)
        source = random.choice(self.scene.sources)
        self._party(rows, pk, shop, phone, arrived)
        contacts = self._contacts(phase, arrived)
        closing = random.choice(self.scene.reasons) if phase == "lost" else ("", "")
        due = self.scene.today + timedelta(days=random.randint(-5, 15)) if phase == "active" else None
        again = 1 if random.random() < 0.03 else 0
        last = self._history(rows, pk, shop, owner, contacts, closing, due)
        self._arrivals(rows, pk, shop, source, phone, enterer, arrived, again)
        self._changes(rows, pk, shop, owner, enterer, arrived, phase, contacts)
        closed = phase in ("lost", "closed")
        brand, series, model = random.choice(self.scene.cars)
        rows["followup.pursuit"].append((
            pk, shop.id, "lead", pk, "", "platform_sync" if random.random() < 0.8 else "manual", source,
            brand, series, model if random.random() < 0.5 else None, enterer, _moment(arrived), _moment(arrived),
            phase, "", int(not closed), last.grade, owner, owner or enterer,
            None if closed else f"sales:{phone}", 1, len(contacts), len(contacts), last.effective, again,
            int(phase == "lost"), _moment(contacts[-1]) if contacts else None, last.remark, due, None,
            _moment(arrived + 900) if owner else None, _moment(contacts[0]) if contacts else None,
            last.first_effective, (contacts[0] - arrived) // 60 if contacts else None, 0,
            _moment(contacts[-1]) if closed else None, closing[0], closing[1],
            last.remark if phase == "lost" else "", 4,
        ))  # fmt: skip
        void = random.choice(self.scene.void_reasons) if phase == "closed" else ""
        rows["leads.lead"].append((pk, "", "", 0, void))

    def _arrival(self, index: int) -> int:
        """Seconds since the epoch: evenly over three years, at a time when people are awake."""
        day = self.end // 86_400 - DAYS + 1 + index * DAYS // self.leads
        return min(
            day * 86_400 + 3600 + self.random.randrange(13 * 3600), self.end - self.random.randrange(60, 3600)
        )

    def _phase(self, index: int) -> str:
        """New ones wait or are being followed; of the old ones nearly all are over."""
        age = 1 - index / self.leads
        draw = self.random.random()
        if age < 0.06 and draw < 0.5:
            return "unassigned"
        if age < 0.2 and draw < 0.9:
            return "active" if draw < 0.57 else "lost"
        return "lost" if draw < 0.87 else "closed"

    def _contacts(self, phase: str, arrived: int) -> list[int]:
        """The moments of the contacts, oldest first."""
        if phase == "unassigned":
            self.short += 3
            return []
        number = 3
        if phase == "lost" and self.short:
            number, self.short = 4, self.short - 1
        room = max(number * 2, min(self.end - arrived - 60, 30 * 86_400))
        steps = sorted(self.random.random() for _ in range(number))
        return [arrived + 1 + int(room * step) for step in steps]

    def _party(
        self, rows: dict[str, list[tuple[Any, ...]]], pk: int, shop: Shop, phone: str, arrived: int
    ) -> None:
        name, gender = full_name(self.random)
        province, city = self.random.choice(PLACES)
        rows["core.party"].append((
            pk, shop.id, "person", name, name_split(name), initials(name), gender, phone, tail(phone),
            province, city, "", _moment(arrived),
        ))  # fmt: skip

    def _history(
        self,
        rows: dict[str, list[tuple[Any, ...]]],
        pk: int,
        shop: Shop,
        owner: int | None,
        contacts: list[int],
        closing: tuple[str, str],
        due: date | None,
    ) -> Told:
        """The contacts with their tasks, and the task that is open now."""
        random, told = self.random, Told()
        opened = contacts[0] - 3600 if contacts else 0
        for number, at in enumerate(contacts):
            last = number == len(contacts) - 1
            loses = last and bool(closing[0])
            reached = loses or random.random() < 0.7
            chip, result = random.choice(TALKS) if reached else ("no_answer", "exec_failed")
            if loses:
                chip, result = "defeat", "no_intent"
            remark = random.choice(REMARKS) if reached else ""
            old, grade = told.grade, random.choice("HABBC") if number else "H"
            day = _day(at)
            following = None if loses else (due if last else _day(contacts[number + 1]))
            self.tasks += 1
            self.records += 1
            rows["followup.task"].append((
                self.tasks, shop.id, "lead", pk, owner, day, None, day, "done", "record" if number else "assign",
                "phone", "[]", 0, _moment(opened), _moment(at), owner,
            ))  # fmt: skip
            rows["followup.followup"].append((
                self.records, shop.id, "lead", pk, self.tasks, None, 1, owner, _moment(at), day, chip, old, grade,
                "phone", '["needs"]' if reached else "[]", result, "lose" if loses else "continue", int(reached),
                int(reached), int(not number), remark, closing[0] if loses else "", closing[1] if loses else "", "",
                following, None, "" if loses else "phone", "[]" if loses else '["routine"]', 0,
            ))  # fmt: skip
            told.tell(grade, remark, _moment(at), reached)
            opened = at
        if due is not None:
            self.tasks += 1
            rows["followup.task"].append((
                self.tasks, shop.id, "lead", pk, owner, due, None, due, "open", "record", "phone", '["routine"]', 0,
                _moment(contacts[-1]), None, None,
            ))  # fmt: skip
        return told

    def _arrivals(
        self,
        rows: dict[str, list[tuple[Any, ...]]],
        pk: int,
        shop: Shop,
        source: int,
        phone: str,
        enterer: int,
        arrived: int,
        again: int,
    ) -> None:
        for number in range(1 + again):
            self.intakes += 1
            rows["intake.intake"].append((
                self.intakes, shop.id, "lead", "platform_sync", source, None, phone, "{}",
                "duplicate" if number else "new", "DUP_LEAD_UNASSIGNED" if number else "NEW", 1, pk, enterer,
                _moment(arrived + 5 * number), "pinned" if number else "", "unassigned" if number else "", None, "{}",
                None, None,
            ))  # fmt: skip

    def _changes(
        self,
        rows: dict[str, list[tuple[Any, ...]]],
        pk: int,
        shop: Shop,
        owner: int | None,
        enterer: int,
        arrived: int,
        phase: str,
        contacts: list[int],
    ) -> None:
        steps = [("create", "", "unassigned", enterer, arrived)]
        if owner is not None:
            steps.append(("assign", "unassigned", "active", shop.manager, arrived + 900))
        if phase == "lost" and owner is not None:
            steps.append(("lose", "active", "lost", owner, contacts[-1]))
        elif phase == "closed":
            steps.append(("void", "active", "closed", shop.manager, contacts[-1]))
        for action, before, after, actor, at in steps:
            self.changes += 1
            rows["core.transition"].append((
                self.changes, shop.id, "followup.pursuit", pk, action, before, after, actor, _moment(at), "", "{}", None,
            ))  # fmt: skip


@dataclass
class Told:
    """What the contacts so far leave on the pursuit."""

    grade: str = "H"
    remark: str = ""
    effective: int = 0
    first_effective: str | None = None

    def tell(self, grade: str, remark: str, at: str, reached: bool) -> None:
        self.grade, self.remark = grade, remark
        if reached:
            self.effective += 1
            self.first_effective = self.first_effective or at


def _weighted(random: Random, people: list[int]) -> int:
    """Some have twice the work of others: the first of the list have most."""
    return people[int(random.random() ** 1.3 * len(people))]


def _moment(seconds: int) -> str:
    """Naive UTC as both databases take it."""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat(" ")


def _day(seconds: int) -> date:
    """The business date of a moment (UTC+8)."""
    return (_EPOCH + timedelta(seconds=seconds + 8 * 3600)).date()


_EPOCH = datetime(1970, 1, 1)
