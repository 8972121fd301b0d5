"""Ninety days of one store: who arrived when, and how each lead fared until this moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from driveline.core import clock
from driveline.engines.followup.choices import Phase
from driveline.modules.setup.demo import words
from driveline.modules.setup.demo.story import GATE, MOST, Player, Stage, Story, working_moment

DAYS = 90
MANUAL, IMPORT, PLATFORM = "manual", "import", "platform_sync"
# Share of the leads of an age (in days) that are still followed, defeated, void.
FATES = ((2, (66, 28, 6)), (10, (28, 66, 6)), (30, (12, 81, 7)), (60, (6, 87, 7)), (DAYS + 1, (3, 90, 7)))
WEEK = (1.0, 0.9, 0.9, 0.95, 1.1, 1.45, 1.4)
HOURS = (2, 1, 1, 0, 0, 1, 2, 4, 8, 12, 13, 11, 9, 8, 9, 10, 9, 8, 9, 12, 14, 12, 8, 4)
REACHED = (("go_on", 46), ("comparing", 15), ("visit", 12), ("test_drive", 8), ("later", 19))
MISSED = (("no_answer", 78), ("switched_off", 18), ("wrong_number", 4))
VISIT_TIMES = (time(10), time(10, 30), time(13, 30), time(14), time(15), time(16, 30))


class Season:
    """Plays a store's leads in a given number; deterministic for a seed and a moment."""

    def __init__(self, stage: Stage, random: Random, cars: list[str]) -> None:
        self.stage, self.random, self.cars = stage, random, cars
        self.player = Player(stage, random)

    def leads(self, count: int) -> list[Story]:
        """About `count` stories, the oldest arrival first."""
        fresh = self._waiting() + self._uncalled()
        told = [self._life(at) for at in self._arrivals(max(0, count - len(fresh)))]
        stories = told + fresh
        self._visits(stories)
        self._revived(stories)
        self._asked_again(stories)
        return sorted(stories, key=lambda story: story.arrived)

    # -- arrivals --------------------------------------------------------------------------------

    def _arrivals(self, count: int) -> list[datetime]:
        today = self.stage.today
        days = [today - timedelta(days=n) for n in range(DAYS)]
        weights = [WEEK[day.weekday()] * (1.15 - n / 300) for n, day in enumerate(days)]
        found: list[datetime] = []
        while len(found) < count:
            day = self.random.choices(days, weights)[0]
            hour = self.random.choices(range(24), HOURS)[0]
            at = clock.at(day, time(hour, self.random.randrange(60), self.random.randrange(60)))
            if at < self.stage.now - timedelta(hours=3):
                found.append(at)
            elif day == today and self.stage.now.hour < 4:
                found.append(at - timedelta(days=1))
        return found

    def _begin(self, at: datetime) -> Story:
        roll = self.random.random()
        entry = PLATFORM if roll < 0.7 else IMPORT if roll < 0.82 else MANUAL
        clerk = self.random.choice(self.stage.clerks) if entry != PLATFORM else self.stage.system_id
        talk = words.Talk(self.random.choice(self.cars), self.random.choice(words.RIVALS), self.stage.town)
        return self.player.arrive(at, entry, clerk, talk)

    def _life(self, at: datetime) -> Story:
        story = self._begin(at)
        age = (self.stage.now - at).days
        shares = next(shares for limit, shares in FATES if age < limit)
        fate = self.random.choices(("active", "lost", "void"), shares)[0]
        assigned = self._after(at, self.random.randint(4, 80))
        if assigned >= self.stage.now:
            return story
        if fate == "void" and self.random.random() < 0.4:
            self.player.void(story, assigned)
            return story
        self.player.assign(story, assigned)
        wanted = self.random.choices((3, 4, 5, 6, 7, 8), (24, 24, 20, 14, 10, 8))[0]
        if fate == "active":
            wanted = MOST + 1
        elif fate == "void":
            wanted = self.random.randint(1, 2)
        self._follow(story, fate, wanted)
        return story

    def _follow(self, story: Story, fate: str, wanted: int) -> None:
        """Contact after contact until the end, or until the next one lies ahead."""
        while story.phase == Phase.ACTIVE:
            at = self._moment(story)
            count = len(story.records)
            if at is None:
                return
            if fate == "void" and count >= wanted:
                self.player.void(story, at)
            elif (count + 1 >= wanted or count + 1 >= MOST) and story.in_cycle >= GATE:
                self.player.contact(story, at, "defeat")
            else:
                if count and self.random.random() < 0.02:
                    self._hand_on(story, at)
                self.player.contact(story, at, self._outcome())

    def _moment(self, story: Story) -> datetime | None:
        """When the open task is done; None when it still waits."""
        step = story.open_step
        assert step is not None  # noqa: S101  only asked while somebody follows
        if not story.records:
            at = self._after(step.at, min(900, int(self.random.lognormvariate(2.7, 1.0)) + 1))
        else:
            late = 0 if self.random.random() < 0.88 else self.random.choice((1, 1, 1, 2, 2, 3, 4, 6))
            day = step.due + timedelta(days=late)
            at = working_moment(self.random, day)
            if step.due_time is not None and not late:
                at = clock.at(day, step.due_time) + timedelta(minutes=self.random.randint(0, 25))
            if day == self.stage.today and self.random.random() < 0.4:
                return None
        at = max(at, story.last_at + timedelta(minutes=7))
        return at if at < self.stage.now else None

    def _after(self, at: datetime, minutes: int) -> datetime:
        """So many minutes later, or a while after the next opening."""
        later = at + timedelta(minutes=minutes)
        if self.stage.hours.is_open(later):
            return later
        day = later.date() if later.hour < 12 else later.date() + timedelta(days=1)
        opens = self.stage.hours.on(day)
        begin = opens[0] if opens else clock.at(day, time(9))
        return begin + timedelta(minutes=minutes % 50 + 3)

    def _outcome(self) -> str:
        table = REACHED if self.random.random() < 0.66 else MISSED
        return self.random.choices([code for code, _n in table], [n for _code, n in table])[0]

    def _hand_on(self, story: Story, at: datetime) -> None:
        moved = at - timedelta(minutes=self.random.randint(20, 200))
        if moved > story.last_at:
            self.player.reassign(story, moved)

    # -- what makes today look like today --------------------------------------------------------

    def _waiting(self) -> list[Story]:
        """Nobody's yet: most from the last hours, a few that were forgotten."""
        minutes = [self.random.randint(2, 230) for _n in range(9)]
        minutes += [self.random.randint(300, 1700) for _n in range(4)]
        return [self._begin(self.stage.now - timedelta(minutes=m)) for m in minutes]

    def _uncalled(self) -> list[Story]:
        """Just given to somebody and not called yet: two for each."""
        stories = []
        for place, owner in enumerate(self.stage.followers * 2):
            at = self.stage.now - timedelta(minutes=self.random.randint(6, 26) + 9 * (place % 4))
            story = self._begin(at)
            self.player.assign(story, at + timedelta(minutes=self.random.randint(1, 4)), owner)
            stories.append(story)
        return stories

    def _visits(self, stories: list[Story]) -> None:
        """Two or three of each consultant's come tomorrow; agreed on today."""
        for owner in self.stage.followers:
            mine = [s for s in stories if s.owner == owner and self._can_come(s)]
            for story in self.random.sample(mine, min(len(mine), self.random.randint(2, 3))):
                at = self.stage.now - timedelta(minutes=self.random.randint(4, 150))
                start = max(clock.day_start(self.stage.today), story.last_at + timedelta(minutes=3))
                at = max(at, start)
                if at < self.stage.now:
                    self.player.contact(story, at, "visit", visit=self.random.choice(VISIT_TIMES))

    def _can_come(self, story: Story) -> bool:
        step = story.open_step
        if story.phase != Phase.ACTIVE or step is None or step.due <= self.stage.today:
            return False
        return 1 <= len(story.records) < MOST and (self.stage.now - story.arrived).days < 20

    def _revived(self, stories: list[Story]) -> None:
        """Some of the defeated came back, with an owner or into the queue."""
        lost = [s for s in stories if s.phase == Phase.LOST and len(s.records) < MOST - 1]
        fresh = [s for s in lost if (self.stage.now - s.arrived).days < 9][:40]
        chosen = self.random.sample(fresh, min(len(fresh), 4))
        rest = [s for s in lost if s not in chosen]
        chosen += self.random.sample(rest, min(len(rest), max(8, len(lost) // 25)))
        for place, story in enumerate(chosen):
            if place < 4:
                minutes = self.random.randint(20, 200)
                at, given = self.stage.now - timedelta(minutes=minutes), place % 2 == 0
            else:
                ahead = (self.stage.today - story.last_at.date()).days
                if ahead < 3:
                    continue
                at, given = (
                    working_moment(self.random, _within(self.random, story.last_at.date(), ahead)),
                    True,
                )
            if at <= story.last_at:
                continue
            self.player.activate(story, at, given=given)
            if given and place >= 4:
                self._follow(story, "active", MOST + 1)

    def _asked_again(self, stories: list[Story]) -> None:
        """Three in a hundred left their number a second time while they were followed."""
        followed = [s for s in stories if s.phase == Phase.ACTIVE and s.records]
        for story in self.random.sample(followed, len(followed) * 3 // 100):
            hours = self.random.randint(
                1, max(2, int((self.stage.now - story.arrived).total_seconds() // 3600) - 1)
            )
            story.again = min(story.arrived + timedelta(hours=hours), self.stage.now - timedelta(minutes=9))


def _within(random: Random, day: date, ahead: int) -> date:
    return day + timedelta(days=random.randint(2, ahead - 1))
