"""A shop at work: the cast of tests/world.py with dictionaries, and short ways to do what people do in a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from driveline.core import clock, dictionaries
from driveline.core.models import User
from driveline.engines.followup.choices import TaskState
from driveline.engines.followup.contact import Contact, Recorded
from driveline.engines.followup.invariants import check, check_log
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.services import record_follow_up
from driveline.modules.leads.services.commands import lead_activate, lead_assign, lead_reassign, lead_void
from driveline.modules.leads.services.entry import Entered, lead_enter
from tests.world import World

if TYPE_CHECKING:
    from driveline.modules.leads.tests.importing import Browser, Desk
    from driveline.modules.leads.tests.sending import Send
    from tests.programs import Program

REMARK = "客户说周末带家人来看车,想要白色的顶配"  # more than 15 characters


class Shop:
    """Store A unless said; every act is done by a person of the cast at the frozen moment."""

    def __init__(self, world: World) -> None:
        self.world = world
        dictionaries.seed(world.group.pk)
        self.source = dictionaries.item_by_code(world.a.pk, "lead_source", "other_web")
        self._next = 0

    def actor(self, user: User, store: Any = None) -> Any:
        return self.world.actor(user, store)

    def phone(self) -> str:
        self._next += 1
        return f"138{self._next:08d}"

    def lead(self, name: str = "王先生", phone: str = "", by: User | None = None, **data: Any) -> Pursuit:
        """A new lead entered by 网丙."""
        entered = self.enter(name, phone, by, **data)
        assert entered.new
        return entered.pursuit

    def enter(self, name: str = "王先生", phone: str = "", by: User | None = None, **data: Any) -> Entered:
        """网丙 fills the form, whatever the duplicate table makes of it."""
        who = self.actor(by or self.world.wangbing)
        mine = data.pop("assign_to_me", False)
        given = {"name": name, "phone": phone or self.phone(), "source": self.source, **data}
        return lead_enter(who, given, assign_to_me=mine)

    def leads(self, count: int) -> list[Pursuit]:
        return [self.lead(name=f"客户{n}") for n in range(count)]

    def assign(self, rows: Any, *to: User, by: User | None = None) -> Any:
        """经丁 assigns."""
        ids = [row.pk for row in (rows if isinstance(rows, list) else [rows])]
        return lead_assign.perform(self.actor(by or self.world.jingding), ids, inputs={"users": list(to)})

    def reassign(self, rows: Any, *to: User, by: User | None = None) -> Any:
        ids = [row.pk for row in (rows if isinstance(rows, list) else [rows])]
        return lead_reassign.perform(self.actor(by or self.world.jingding), ids, inputs={"users": list(to)})

    def void(self, rows: Any, by: User | None = None, reason: str = "wrong_number") -> Any:
        ids = [row.pk for row in (rows if isinstance(rows, list) else [rows])]
        return lead_void.perform(self.actor(by or self.world.jingding), ids, inputs={"reason": reason})

    def activate(self, rows: Any, to: User | None = None, by: User | None = None) -> Any:
        ids = [row.pk for row in (rows if isinstance(rows, list) else [rows])]
        return lead_activate.perform(self.actor(by or self.world.jingding), ids, inputs={"user": to})

    def task(self, pursuit: Pursuit) -> Task:
        """The one open task."""
        return Task.objects.get(pursuit=pursuit, state=TaskState.OPEN)

    def record(
        self, pursuit: Pursuit, by: User | None = None, key: str | None = None, **contact: Any
    ) -> Recorded:
        """顾甲 records a contact that reached the customer, unless said otherwise."""
        given = {"chip": "go_on", "remark": REMARK} | contact
        actor = self.actor(by or self.world.gujia)
        return record_follow_up(actor, self.task(pursuit).pk, Contact(**given), key=key)

    def lose(self, pursuit: Pursuit, by: User | None = None, **contact: Any) -> Recorded:
        given = {"chip": "defeat", "defeat_category": "commercial", "defeat_reason": "price"} | contact
        return self.record(pursuit, by, **given)

    def day(self, text: str, time: str = "10:00") -> Any:
        """Freeze the business clock at a time of a day."""
        return clock.freeze(f"{text}T{time}")

    def buckets(self, user: User) -> tuple[int, int, int]:
        """到期, 过期, 将来 of a person, as the list counts them (R-G-13)."""
        today = clock.today()
        rows = Task.objects.filter(assignee=user, state=TaskState.OPEN)
        return (
            rows.filter(due_date=today).count(),
            rows.filter(due_date__lt=today).count(),
            rows.filter(due_date__gt=today).count(),
        )

    def followed(self, contacts: int = 0, start: str = "2019-03-05") -> Pursuit:
        """A lead of 顾甲, assigned on the day and followed up once a day since."""
        first = dt.date.fromisoformat(start)
        with self.day(start):
            lead = self.lead()
            self.assign(lead, self.world.gujia)
        for n in range(contacts):
            with self.day((first + dt.timedelta(days=n)).isoformat(), "14:00"):
                self.record(lead)
        lead.refresh_from_db()
        return lead


def fresh(pursuit: Pursuit) -> Pursuit:
    return Pursuit.objects.get(pk=pursuit.pk)


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    """A shop; at the end of every story the invariants hold in both stores."""
    yield Shop(world)
    assert check(world.a) == []
    assert check(world.b) == []
    assert check_log(world.a) == []


@pytest.fixture
def desk(shop: Shop, settings: Any, tmp_path: Any) -> Desk:
    """经丁 with his files, kept in a folder of the test."""
    from driveline.modules.leads.tests.importing import Desk

    settings.MEDIA_ROOT = tmp_path
    return Desk(shop)


@pytest.fixture
def visit(desk: Desk) -> Callable[..., Browser]:
    """`visit(user=None, store=None)`: a browser at the pages of imports."""
    from driveline.modules.leads.tests.importing import Browser

    return lambda user=None, store=None: Browser(desk, user, store)


@pytest.fixture
def program(desk: Desk, world: World) -> Program:
    """A program that acts for 经丁."""
    from tests.programs import Program

    return Program(world, world.jingding)


@pytest.fixture
def send(program: Program, django_capture_on_commit_callbacks: Any) -> Send:
    """Send a file; the worker has done its part when this returns."""

    from driveline.modules.leads.tests.importing import csv
    from driveline.modules.leads.tests.sending import body

    def sent(*lines: str, key: str = "", data: bytes = b"", **more: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return program.post("imports", body(data or csv(*lines), **more), key=key)

    return sent
