"""What the past left beside the leads: counters of closed days, messages read and unread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from driveline.core.models import Notification, User
from driveline.engines.followup.choices import Action, Phase
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import policy_for
from driveline.engines.followup.sweep.counters import rebuild
from driveline.engines.ownership.notices import names
from driveline.modules.leads.choices import KIND
from driveline.modules.setup.demo.people import StoreCast
from driveline.modules.setup.demo.season import DAYS
from driveline.modules.setup.demo.story import Stage, Story

TOLD_DAYS = 21
UNREAD_HOURS = 20
UNREAD_MOST = 5


def count_days(store_id: int, today: date) -> None:
    """The counters of every closed day of the season, by the sweep's own function."""
    policy = policy_for(KIND)
    for ago in range(DAYS, 0, -1):
        rebuild(store_id, policy, today - timedelta(days=ago))


class Messages:
    """我的提醒 of a store: one message per receiver, manager and hour of assigning, as commands send them."""

    def __init__(self, cast: StoreCast, stage: Stage, random: Random) -> None:
        self.cast, self.stage, self.random = cast, stage, random
        self.names = {user.pk: user.name for user in User.objects.all()}
        self.rows: list[Notification] = []

    def write(self, stories: Sequence[Story], pursuits: Sequence[Pursuit]) -> None:
        """Assignments of three weeks, what waits for those who assign, and this morning's digest."""
        self._assigned(stories, pursuits)
        self._waiting(stories, pursuits)
        self._digest(stories)
        self._mark_read()
        Notification.objects.bulk_create(sorted(self.rows, key=lambda row: row.created_at), batch_size=500)

    def _assigned(self, stories: Sequence[Story], pursuits: Sequence[Pursuit]) -> None:
        given: dict[tuple[int, int, str], list[tuple[datetime, Pursuit]]] = defaultdict(list)
        since = self.stage.now - timedelta(days=TOLD_DAYS)
        for story, pursuit in zip(stories, pursuits, strict=True):
            for line in story.log:
                if line["action"] in (Action.ASSIGN, Action.REASSIGN) and line["at"] >= since:
                    hour = f"{line['at']:%m%d%H}"
                    given[line["detail"]["to"], line["by"], hour].append((line["at"], pursuit))
        for (receiver, by, _hour), found in given.items():
            at = max(moment for moment, _pursuit in found)
            rows = [pursuit for _moment, pursuit in found]
            link = f"/leads/{rows[0].pk}/" if len(rows) == 1 else "/lead-tasks/"
            self._add(
                receiver,
                "assigned",
                at,
                link,
                {"count": len(rows), "names": names(rows), "by": self.names[by]},
            )

    def _waiting(self, stories: Sequence[Story], pursuits: Sequence[Pursuit]) -> None:
        for story, pursuit in zip(stories, pursuits, strict=True):
            last = story.log[-1]
            if story.phase == Phase.UNASSIGNED and last["action"] == Action.ACTIVATE:
                params = {"count": 1, "names": pursuit.party.name, "by": self.names[last["by"]]}
                for manager in self.stage.managers:
                    if manager != last["by"]:
                        self._add(manager, "activated", last["at"], "/leads/?scene=queue", params)

    def _digest(self, stories: Sequence[Story]) -> None:
        """08:30 of today, for those who had something overdue this morning."""
        at = self.stage.now.replace(hour=8, minute=30, second=0, microsecond=0)
        if at > self.stage.now:
            return
        overdue: dict[int, int] = defaultdict(int)
        due: dict[int, int] = defaultdict(int)
        for story in stories:
            step = story.open_step
            if step is not None and step.assignee is not None and step.due <= self.stage.today:
                (overdue if step.due < self.stage.today else due)[step.assignee] += 1
        for user_id, count in overdue.items():
            params = {"overdue": count, "due": due[user_id], "team": 0}
            self._add(user_id, "overdue_digest", at, "/lead-tasks/", params)
        for manager in self.stage.managers:
            params = {"overdue": 0, "due": 0, "team": sum(overdue.values())}
            self._add(manager, "overdue_digest", at, "/lead-tasks/", params)

    def _add(self, user_id: int, kind: str, at: datetime, link: str, params: dict[str, Any]) -> None:
        self.rows.append(
            Notification(
                store_id=self.cast.store.pk, user_id=user_id, kind=kind, params=params, link=link, created_at=at
            )
        )  # fmt: skip

    def _mark_read(self) -> None:
        """The newest few of the last hours are unread, the rest was seen soon after it came."""
        unread: dict[int, int] = defaultdict(int)
        for row in sorted(self.rows, key=lambda one: one.created_at, reverse=True):
            fresh = row.created_at > self.stage.now - timedelta(hours=UNREAD_HOURS)
            if fresh and unread[row.user_id] < UNREAD_MOST:
                unread[row.user_id] += 1
            else:
                later = row.created_at + timedelta(minutes=self.random.randint(1, 90))
                row.read_at = min(later, self.stage.now)
