"""Rows for tests, with the fewest fields. Where a rule is the subject, tests arrange through the services instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from driveline.core.models import DictItem, Party
from driveline.core.services.parties import party_create
from driveline.engines.followup.choices import TaskOrigin
from driveline.engines.followup.models import FollowUp, Pursuit, Task
from driveline.engines.intake.models import Intake
from driveline.modules.leads.models import Lead, PlatformCall, PlatformConnection, PlatformPoll

if TYPE_CHECKING:
    from driveline.core.models import OrgUnit, User
    from tests.world import World

_numbers = count(1)

ARRIVED = datetime(2019, 3, 5, 2, 0, tzinfo=timezone.get_fixed_timezone(0))


def serial() -> int:
    """A number nobody else has."""
    return next(_numbers)


def a_phone() -> str:
    """A valid mobile number nobody else has."""
    return f"139{next(_numbers):08d}"


def a_party(store: OrgUnit, name: str = "王先生", phone: str | None = None) -> Party:
    return party_create(store.pk, name, a_phone() if phone is None else phone)


def a_source(world: World) -> DictItem:
    """The source 其他网络 of the group."""
    return DictItem.objects.get_or_create(
        unit=world.group, kind="lead_source", code="other_web", defaults={"label": "其他网络", "seeded": True}
    )[0]


def a_lead(
    world: World,
    *,
    store: OrgUnit | None = None,
    by: User | None = None,
    owner: User | None = None,
    due: date | None = None,
    name: str = "王先生",
    phone: str | None = None,
    **fields: Any,
) -> Pursuit:
    """A lead: waiting without owner, else followed with an open task due on `due` (2019-03-05)."""
    store = store or world.a
    by = by or world.who("web_consultant", store)
    party = a_party(store, name, phone)
    day = due or date(2019, 3, 5)
    arrived = ARRIVED + timedelta(seconds=next(_numbers))
    row = Pursuit.objects.create(
        store=store,
        kind="lead",
        party=party,
        created_by=by,
        keeper=owner or by,
        owner=owner,
        phase="active" if owner else "unassigned",
        exclusive_key=f"sales:{party.phone_key}",
        source=a_source(world),
        created_at=ARRIVED,
        arrived_at=arrived,
        queued_at=None if owner else arrived,
        next_due=day if owner else None,
        **fields,
    )
    Lead.objects.create(pursuit=row)
    if owner:
        a_task(row, day)
    return row


def a_task(row: Pursuit, due: date) -> Task:
    """The open task of a lead."""
    return Task.objects.create(
        store=row.store,
        kind=row.kind,
        pursuit=row,
        assignee=row.owner,
        due_date=due,
        first_due=due,
        origin=TaskOrigin.ASSIGN,
        created_at=ARRIVED,
    )


def a_record(row: Pursuit, **fields: Any) -> FollowUp:
    """A supplementary record of a lead: it needs no task."""
    return FollowUp.objects.create(
        store=row.store,
        kind=row.kind,
        pursuit=row,
        actor=fields.pop("actor", row.owner or row.created_by),
        at=ARRIVED,
        method="phone",
        result="continue",
        outcome="supplement",
        new_grade="H",
        remark="客户想了解首付比例和现车颜色",
        **fields,
    )


def a_lost_lead(world: World, **fields: Any) -> Pursuit:
    """A defeated lead: no task, a reason, its number still taken in the duplicate table."""
    row = a_lead(world, **fields)
    Task.objects.filter(pursuit=row).delete()
    row.phase, row.is_open, row.exclusive_key, row.next_due = "lost", False, None, None
    row.closed_at, row.close_category, row.close_reason = ARRIVED, "other", "no_plan"
    row.save()
    return row


def a_duplicate(world: World, *, store: OrgUnit, by: User) -> Intake:
    """An arrival of `by` that met a lead of the store."""
    lead = a_lead(world, store=store, owner=by, by=by)
    return Intake.objects.create(
        store=store,
        kind="lead",
        door="manual",
        source=lead.source,
        phone_key=lead.party.phone_key,
        payload={"name": lead.party.name},
        verdict="duplicate",
        rule="DUP_LEAD_ACTIVE",
        done="pulled",
        pursuit=lead,
        hit_state="active",
        hit_owner=by,
        actor=by,
        at=ARRIVED,
    )


def a_connection(world: World, store: OrgUnit) -> PlatformConnection:
    """A platform's account with a store; nobody knows its secret."""
    n = next(_numbers)
    row = PlatformConnection.objects.create(
        store=store,
        source=a_source(world),
        name=f"平台{n}",
        key=f"pf_{n}",
        secret="",
        secret_at=ARRIVED,
        created_at=ARRIVED,
        mapping={"name": {"path": "name"}, "phone": {"path": "phone"}},
    )
    PlatformPoll.objects.create(connection=row)
    return row


def a_call(world: World, store: OrgUnit) -> PlatformCall:
    """A call of a platform."""
    connection = a_connection(world, store)
    at = ARRIVED + timedelta(seconds=next(_numbers))
    return PlatformCall.objects.create(
        store=store, connection=connection, outcome="new", status=201, messages=1, created=1, ms=7, at=at
    )


def a_fault(world: World, *, store: OrgUnit, by: User) -> Intake:
    """A platform's message without a usable number, as `by` entered it."""
    connection = a_connection(world, store)
    return Intake.objects.create(
        store=store,
        kind="lead",
        door="platform_sync",
        source=connection.source,
        external_id=f"X{next(_numbers)}",
        payload={
            "name": "王先生",
            "connection": connection.pk,
            "message": {"name": "王先生", "phone": "1380000"},
        },
        verdict="failed",
        problems={"phone": "手机号码应为 11 位"},
        actor=by,
        at=ARRIVED,
    )
