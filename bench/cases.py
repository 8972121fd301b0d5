"""What is asked of the pages: one address per case, chosen from the data so that it finds what its name says."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import django

from bench import web

DRAWER = {"X-Drawer": "1", "Sec-Fetch-Mode": "cors"}
FRAGMENT = {"X-Fragment": "list", "Sec-Fetch-Mode": "cors"}


@dataclass(frozen=True)
class Case:
    """`aim` in milliseconds at the median, 0 for none. `rotate`: addresses that are asked in turn."""

    code: str
    path: str
    aim: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    rotate: tuple[str, ...] = ()

    def path_of(self, number: int) -> str:
        return self.rotate[number % len(self.rotate)] if self.rotate else self.path


FIRST = Case("list, first page", "/leads/", 40)


@dataclass(frozen=True)
class Person:
    """Who asks: a role's name for the table and a login."""

    role: str
    login: str


@dataclass(frozen=True)
class Samples:
    """Ids and texts from the big store that the addresses are built from, of what the person may see."""

    owner: int
    phones: list[str]
    rare: str
    leads: list[int]
    tasks: list[int]
    month: tuple[str, str]


def people() -> list[Person]:
    """The manager of half of the consultants, and the busiest of these."""
    return [Person("manager", "hxmanager1"), Person("consultant", "hxsale0")]


def samples(login: str) -> Samples:
    """Chosen by the program's own rules of sight, spread over the rows."""
    from driveline.core import clock
    from driveline.core.access import actor_from, memberships_with_grants
    from driveline.core.models import Party
    from driveline.engines.followup.models import Pursuit, Task
    from driveline.kit.scopes import visible

    actor = actor_from(memberships_with_grants().get(user__login=login))
    seen = visible(Pursuit, actor, "leads.view").filter(kind="lead").order_by("id")
    owned = seen.filter(owner__isnull=False)
    count = owned.count()
    step = max(1, count // 41)
    leads = list(owned.values_list("pk", flat=True)[: step * 40 : step])
    phones = list(Party.objects.filter(pursuits__in=leads).values_list("phone_key", flat=True))
    # Three characters, the last two of them: what a person types of 王梦辰 is 梦辰.
    names = Party.objects.filter(pursuits__in=leads, name__regex="^...$").exclude(name__regex="先生|女士")
    tasks = (
        visible(Task, actor, "lead_tasks.record").filter(kind="lead", state="open").order_by("due_date", "id")
    )
    then = clock.today() - timedelta(days=400)
    return Samples(
        owner=owned.order_by("-id").values_list("owner_id", flat=True)[0],
        phones=phones,
        rare=names.values_list("name", flat=True)[0][1:],
        leads=leads,
        tasks=list(tasks.values_list("pk", flat=True)[:1000]),
        month=(then.isoformat(), (then + timedelta(days=30)).isoformat()),
    )


def reading(found: Samples) -> list[Case]:
    """The cases that change nothing."""

    def leads(**query: Any) -> str:
        return f"/leads/?{urlencode(query)}"

    start, end = found.month
    return [
        FIRST,
        Case("list, first page, fragment", "/leads/", 40, FRAGMENT),
        Case("list, page 500", leads(page=500), 40),
        Case("list, last page", leads(last=1, page=99999), 40),
        Case("list, oldest first", leads(order="oldest"), 40),
        Case("by owner", leads(owner=found.owner), 40),
        Case("by phone, whole", "", 40, rotate=tuple(leads(q=phone) for phone in found.phones)),
        Case("by phone, last four", "", 40, rotate=tuple(leads(q=phone[-4:]) for phone in found.phones)),
        Case("by name, two rare characters", leads(q=found.rare), 40),
        Case("by name, 先生", leads(q="先生"), 40),
        Case("by date of arrival, 30 days", leads(arrived_from=start, arrived_to=end), 40),
        Case("drawer", "", 30, DRAWER, tuple(f"/leads/{pk}/" for pk in found.leads)),
        Case("task list", "/lead-tasks/", 40),
        Case("follow-up form", "", 40, DRAWER, tuple(f"/lead-tasks/{pk}/record/" for pk in found.tasks[:40])),
        Case("live figures", "/live/", 0, {"Sec-Fetch-Mode": "cors"}),
    ]


POST = "follow-up, saved"


def form(browser: web.Browser, task: int) -> dict[str, str] | None:
    """The form of a contact, filled in: somebody was reached and goes on thinking. None when the task is over."""
    body = browser.get(_record(task), **DRAWER).body
    if b"csrfmiddlewaretoken" not in body:
        return None
    return answers(web.token_of(body), key_of(body))


def save(browser: web.Browser, task: int, data: dict[str, str]) -> web.Answer:
    """The form sent off."""
    answer = browser.post(_record(task), data, **DRAWER)
    if answer.status != 204:
        raise SystemExit(f"bench: saving task {task} answered {answer.status}: {answer.body[:500]!r}")
    return answer


def _record(task: int) -> str:
    return f"/lead-tasks/{task}/record/"


def key_of(body: bytes) -> str:
    """The form's mark against being sent twice."""
    found = re.search(rb'name="key" value="([^"]+)"', body)
    return found[1].decode() if found else ""


def answers(token: str, key: str) -> dict[str, str]:
    """What is filled in."""
    return {
        "csrfmiddlewaretoken": token,
        "key": key,
        "chip": "go_on",
        "method": "phone",
        "result": "continue",
        "topics": "needs",
        "effective": "1",
        "remark": "客户说还在等家里人商量，预算没有变，周末前再联系一次确认到店时间",
        "next_method": "phone",
        "next_topics": "routine",
        "outcome": "continue",
    }


def main() -> None:
    """Everybody's cases and tasks as JSON, for a program that asks from outside."""
    django.setup()
    told = {}
    for person in people():
        found = samples(person.login)
        told[person.login] = {"cases": [asdict(case) for case in reading(found)], "tasks": found.tasks}
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
