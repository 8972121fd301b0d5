"""Puts stories into the tables, in bulk and in the order the keys ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery

from driveline.core.models import CarModel, OrgUnit, Party, Transition
from driveline.core.opening import working_minutes_between
from driveline.core.services.parties import PartyRow, parties_bulk_create
from driveline.engines.followup.choices import OPEN_PHASES, Method, Outcome, Phase, TaskOrigin
from driveline.engines.followup.models import FollowUp, Pursuit, Task, TaskMove
from driveline.engines.followup.policy import policy_for
from driveline.engines.intake.choices import Done, VerdictCode
from driveline.engines.intake.models import Intake
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.models import Lead
from driveline.modules.leads.services.duplicates import ACTIVE, UNASSIGNED
from driveline.modules.setup.demo import names, words
from driveline.modules.setup.demo.bulk import insert, keys, set_sequences
from driveline.modules.setup.demo.story import Stage, Step, Story

SUBJECT = "followup.pursuit"


def _put(model: type[models.Model], rows: list[Any]) -> None:
    keys(model, rows)
    insert(model, rows)


@dataclass(frozen=True)
class Sources:
    """Dictionary entries by code, and which of them bring how many."""

    ids: dict[str, int]
    platforms: tuple[tuple[str, int], ...] = (
        ("autohome", 38),
        ("dongchedi", 34),
        ("yiche", 16),
        ("pcauto", 5),
        ("website", 7),
    )
    others: tuple[tuple[str, int], ...] = (
        ("hotline", 40),
        ("event", 20),
        ("referral", 22),
        ("other_web", 18),
    )

    def pick(self, random: Random, entry: str) -> int:
        table = self.platforms if entry == "platform_sync" else self.others
        return self.ids[random.choices([code for code, _n in table], [n for _code, n in table])[0]]


class Writer:
    """Writes the stories of one store."""

    def __init__(
        self, store: OrgUnit, stage: Stage, random: Random, sources: Sources, cars: Sequence[CarModel]
    ) -> None:
        self.store, self.stage, self.random, self.sources = store, stage, random, sources
        self.cars: dict[str, list[CarModel]] = {}
        for car in cars:
            self.cars.setdefault(car.series.name, []).append(car)
        self.policy = policy_for(KIND)

    def write(self, stories: Sequence[Story]) -> list[Pursuit]:
        """Everything the stories left, table by table."""
        parties = self._parties(stories)
        pursuits = [self._pursuit(s, party) for s, party in zip(stories, parties, strict=True)]
        pairs = list(zip(stories, pursuits, strict=True))
        _put(Pursuit, pursuits)
        insert(Lead, [self._lead(s, p) for s, p in pairs])
        self._steps(pairs)
        _put(Transition, [self._transition(p, line) for s, p in pairs for line in s.log])
        _put(Intake, [i for s, p in pairs for i in self._intakes(s, p)])
        entered = Pursuit.objects.filter(party=OuterRef("pk")).values("created_at")[:1]
        Party.objects.filter(store=self.store).update(created_at=Subquery(entered))
        set_sequences(Pursuit, Transition, Intake, Task, TaskMove, FollowUp)
        return pursuits

    def _parties(self, stories: Sequence[Story]) -> list[Party]:
        taken: set[str] = set()
        rows = []
        for _story in stories:
            name, gender = names.person(self.random)
            province, city, address = names.home(self.random, self.store.city)
            number = names.number(self.random, taken)
            rows.append(
                PartyRow(
                    store_id=self.store.pk, name=name, phone_key=number, gender=gender,
                    province=province, city=city, address=address,
                )
            )  # fmt: skip
        ids = parties_bulk_create(rows)
        found = Party.objects.in_bulk(ids)
        return [found[pk] for pk in ids]

    def _pursuit(self, story: Story, party: Party) -> Pursuit:
        car = self._car(story)
        records, step = story.records, story.open_step
        is_open = story.phase in OPEN_PHASES
        last = records[-1] if records else None
        remarks = [record["remark"] for record in records if record["remark"]]
        effective = [record["at"] for record in records if record["effective"]]
        return Pursuit(
            store_id=self.store.pk, kind=KIND, party=party, entry_method=story.entry,
            source_id=self.sources.pick(self.random, story.entry),
            brand_id=car.series.brand_id, series_id=car.series_id,
            car_model_id=car.pk if self.random.random() < 0.55 else None,
            created_by_id=story.clerk, created_at=story.arrived, arrived_at=story.again or story.arrived,
            phase=story.phase, is_open=is_open, grade=story.grade,
            owner_id=story.owner, keeper_id=story.owner or story.clerk,
            exclusive_key=self.policy.exclusive_key(party.phone_key) if is_open else None,
            cycle=story.cycle, cycle_follow_count=story.in_cycle, follow_count=len(records),
            effective_count=len(effective), dup_count=1 if story.again else 0, defeat_count=story.defeats,
            last_followed_at=last["at"] if last else None, last_remark=remarks[-1] if remarks else "",
            next_due=step.due if step and is_open else None, next_time=step.due_time if step and is_open else None,
            assigned_at=story.assigned_at, queued_at=story.queued_at,
            first_contact_at=records[0]["at"] if records else None,
            first_effective_at=effective[0] if effective else None,
            first_contact_minutes=story.first_minutes, ladder_step=self._ladder(story),
            closed_at=story.closed_at, close_category=story.lost_why[0], close_reason=story.lost_why[1],
            close_remark=story.close_remark,
        )  # fmt: skip

    def _ladder(self, story: Story) -> int:
        """Who was reminded already: so a demonstration does not begin with a flood of reminders."""
        if story.phase != Phase.ACTIVE or story.records or story.assigned_at is None:
            return 0
        minutes = working_minutes_between(story.assigned_at, self.stage.now, self.stage.hours)
        return 2 if minutes >= 60 else 1 if minutes >= 30 else 0

    def _car(self, story: Story) -> CarModel:
        return self.random.choice(self.cars[story.talk.car])

    def _lead(self, story: Story, pursuit: Pursuit) -> Lead:
        wish = self.random.choice(words.WISHES)
        external = f"P{pursuit.pk:09d}" if story.entry == "platform_sync" else ""
        return Lead(pursuit=pursuit, remark=wish, external_id=external, void_reason=story.void_reason)

    def _steps(self, pairs: Sequence[tuple[Story, Pursuit]]) -> None:
        steps = [(step, story, pursuit) for story, pursuit in pairs for step in story.steps]
        tasks = [self._task(step, pursuit) for step, _story, pursuit in steps]
        _put(Task, tasks)
        records, moves = [], []
        for task, (step, _story, pursuit) in zip(tasks, steps, strict=True):
            if step.record:
                records.append(self._record(step.record, task, pursuit))
            moves += [
                TaskMove(
                    task=task, from_user_id=m["from"], to_user_id=m["to"], old_due=m["old"], new_due=m["new"],
                    cause=TaskOrigin.ASSIGN, at=m["at"], by_id=m["by"],
                )
                for m in step.moves
            ]  # fmt: skip
        _put(FollowUp, records)
        _put(TaskMove, moves)

    def _task(self, step: Step, pursuit: Pursuit) -> Task:
        return Task(
            store_id=self.store.pk, kind=KIND, pursuit=pursuit, assignee_id=step.assignee, due_date=step.due,
            due_time=step.due_time, first_due=step.first_due or step.due, state=step.state, origin=step.origin,
            method=Method.PHONE if step.plan else "", topics=step.plan.get("topics", []),
            plan_visit=step.plan.get("visit", False), created_at=step.at, closed_at=step.closed_at,
            closed_by_id=step.closed_by,
        )  # fmt: skip

    def _record(self, told: dict[str, Any], task: Task, pursuit: Pursuit) -> FollowUp:
        chip, plan = told["chip"], told["plan"]
        lose = chip.outcome == Outcome.LOSE
        return FollowUp(
            store_id=self.store.pk, kind=KIND, pursuit=pursuit, task=task, cycle=told["cycle"],
            actor_id=told["actor"], at=told["at"], due_date=told["due"], chip=chip.code,
            old_grade=told["old"], new_grade=told["new"], method=chip.method or Method.PHONE,
            topics=list(chip.topics), result=chip.result, outcome=Outcome.LOSE if lose else Outcome.CONTINUE,
            reached=chip.reached, effective=told["effective"], first_contact=told["first"], remark=told["remark"],
            defeat_category=told["lose"][0], defeat_reason=told["lose"][1], competitor=told["rival"],
            next_date=plan.get("day"), next_time=plan.get("time"), next_method=Method.PHONE if plan else "",
            next_topics=plan.get("topics", []), plan_visit=plan.get("visit", False),
        )  # fmt: skip

    def _transition(self, pursuit: Pursuit, line: dict[str, Any]) -> Transition:
        return Transition(
            store_id=self.store.pk, subject_type=SUBJECT, subject_id=pursuit.pk, action=line["action"],
            from_state=line["from"], to_state=line["to"], actor_id=line["by"], at=line["at"],
            reason=line["reason"], detail=line["detail"],
        )  # fmt: skip

    def _intakes(self, story: Story, pursuit: Pursuit) -> list[Intake]:
        external = f"P{pursuit.pk:09d}" if story.entry == "platform_sync" else None
        found = [self._intake(story, pursuit, story.arrived, external, "new", "NEW")]
        if story.again is not None:
            found.append(self._again(story, pursuit, story.again))
        return found

    def _again(self, story: Story, pursuit: Pursuit, at: datetime) -> Intake:
        """The second arrival of the same number: it met the lead as it stood then, and was handled as the table says."""
        met = self._intake(story, pursuit, at, None, VerdictCode.DUPLICATE, UNASSIGNED)
        met.hit_state, met.done = Phase.UNASSIGNED, Done.PINNED
        if pursuit.assigned_at is not None and pursuit.assigned_at <= at:
            met.rule, met.hit_state = ACTIVE, Phase.ACTIVE
            met.done = Done.PULLED if pursuit.pk % 3 else Done.TOLD
            met.hit_owner_id = pursuit.owner_id or self.stage.followers[0]
        return met

    def _intake(
        self, story: Story, pursuit: Pursuit, at: datetime, external: str | None, verdict: str, rule: str
    ) -> Intake:
        return Intake(
            store_id=self.store.pk, kind=KIND, door=story.entry, source_id=pursuit.source_id,
            external_id=external, phone_key=pursuit.party.phone_key, payload={"name": pursuit.party.name},
            verdict=verdict, rule=rule, pursuit=pursuit, actor_id=story.clerk, at=at,
        )  # fmt: skip
