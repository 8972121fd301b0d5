"""Rows written in bulk stand there as if each had been saved by itself, on both databases."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from driveline.core import bulk, clock
from driveline.core.models import Notification, Party
from driveline.core.search import party_ids
from driveline.engines.followup.models import Task
from tests.factories import a_lead
from tests.world import World

NASTY = "a\tb\nc\\d\re\\N '\"%s 王"


@pytest.mark.django_db
def test_texts_dates_and_json_come_back_as_they_went_in(world: World) -> None:
    now = clock.now()
    [key] = bulk.next_ids(Notification, 1)
    params = {"text": NASTY, "n": 1, "none": None}
    bulk.insert(
        Notification,
        {"store_id": world.a.pk, "kind": "assigned", "created_at": now},
        ("id", "user_id", "params", "link"),
        [(key, world.gujia.pk, params, NASTY)],
    )
    row = Notification.objects.get(pk=key)
    assert (row.params, row.link, row.created_at, row.read_at, row.dedupe_key) == (
        params,
        NASTY,
        now,
        None,
        None,
    )


@pytest.mark.django_db
def test_days_times_and_numbers_of_a_row(world: World) -> None:
    lead = a_lead(world)
    [key] = bulk.next_ids(Task, 1)
    bulk.insert(
        Task,
        {"store_id": world.a.pk, "kind": "lead", "created_at": clock.now(), "origin": "assign"},
        ("id", "pursuit_id", "due_date", "first_due", "due_time", "plan_visit"),
        [(key, lead.pk, date(2019, 3, 5), date(2019, 3, 5), time(18, 0), True)],
    )
    task = Task.objects.get(pk=key)
    assert (task.due_date, task.due_time, task.plan_visit, task.topics, task.state) == (
        date(2019, 3, 5),
        time(18, 0),
        True,
        [],
        "open",
    )


def _parties(world: World, phones: list[str]) -> list[int]:
    ids = bulk.next_ids(Party, len(phones))
    rows: list[tuple[Any, ...]] = [
        (pk, "欧阳明", "欧 阳 明", phone) for pk, phone in zip(ids, phones, strict=True)
    ]
    same = {"store_id": world.a.pk, "created_at": clock.now()}
    bulk.insert(Party, same, ("id", "name", "name_split", "phone_key"), rows)
    return ids


@pytest.mark.django_db
def test_keys_are_new_ones_before_and_after_an_ordinary_row(world: World) -> None:
    first = _parties(world, ["13800000001", "13800000002"])
    plain = Party.objects.create(store=world.a, name="王", created_at=clock.now()).pk
    second = _parties(world, ["13800000003"])
    assert len({*first, plain, *second}) == 4
    assert Party.objects.filter(pk__in=[*first, plain, *second]).count() == 4


@pytest.mark.django_db
def test_constraints_and_the_search_hold_as_for_any_row(world: World) -> None:
    [found] = _parties(world, ["13800000001"])
    assert party_ids([world.a.pk], "阳明").ids == [found]
    with pytest.raises(IntegrityError), transaction.atomic():
        _parties(world, ["13800000002", "13800000001"])
    assert Party.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_asked_for_nothing(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert bulk.next_ids(Party, 0) == []
        bulk.insert(Party, {}, ("id",), [])


def _broken(same: dict[str, Any], pk: int) -> None:
    """Something else goes wrong after an insert."""
    with transaction.atomic(), bulk.together():
        bulk.insert(Party, same, ("id", "name", "phone_key"), [(pk, "d", "13800000003")])
        raise ZeroDivisionError


@pytest.mark.django_db
def test_small_inserts_may_go_together_and_keep_their_order(world: World) -> None:
    same = {"store_id": world.a.pk, "created_at": clock.now()}
    ids = bulk.next_ids(Party, 23)
    with CaptureQueriesContext(connection) as seen, bulk.together():
        bulk.insert(Party, same, ("id", "name", "phone_key"), [(ids[0], "a%s;b'", "13800000001")])
        bulk.insert(Party, same, ("id", "name", "phone_key"), [(ids[1], "{}", "13800000002")])
    assert len(seen) == (1 if connection.vendor == "postgresql" else 2)
    assert list(Party.objects.order_by("pk").values_list("name", flat=True)) == ["a%s;b'", "{}"]
    with pytest.raises(IntegrityError), transaction.atomic(), bulk.together():
        bulk.insert(Party, same, ("id", "name", "phone_key"), [(ids[2], "c", "13800000001")])
    with pytest.raises(ZeroDivisionError):
        _broken(same, ids[2])
    many = [(pk, "e", f"139{pk:08d}") for pk in ids[3:]]
    with bulk.together():
        bulk.insert(Party, same, ("id", "name", "phone_key"), [(ids[2], "f", "13800000004")])
        bulk.insert(Party, same, ("id", "name", "phone_key"), many)
    assert Party.objects.filter(name__in="ef").count() == 21


@pytest.mark.django_db
def test_the_embedded_database_knows_how_many_rows_there_are(world: World) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a server counts by itself")
    a_lead(world)
    bulk.count_anew()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'followup_pursuit'")
        assert cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_references_are_checked_before_the_end_when_it_is_asked_for(world: World) -> None:
    """PostgreSQL: the server does it while the program goes on, and what comes later is checked at the end again."""
    if connection.vendor != "postgresql":
        pytest.skip("the embedded database checks each row as it comes")
    same = {
        "store_id": world.a.pk,
        "kind": "lead",
        "created_at": clock.now(),
        "origin": "assign",
        "state": "done",
    }
    day, lead = date(2019, 3, 5), a_lead(world)

    def write(pursuit_id: int, count: int) -> None:
        bulk.insert(Task, same, ("pursuit_id", "due_date", "first_due"), [(pursuit_id, day, day)] * count)

    def of_nobody() -> None:
        with transaction.atomic(), bulk.together():
            write(987_654_321, bulk.FEW + 1)
            bulk.check()
            Task.objects.count()  # waits for what was begun
            pytest.fail("what names nobody was let by")

    with pytest.raises(IntegrityError, match="followup_task"):
        of_nobody()
    with transaction.atomic():
        with bulk.together():
            write(lead.pk, bulk.FEW + 1)
            bulk.check()
        write(987_654_321, 1)
        Task.objects.filter(pursuit_id=987_654_321).delete()
    assert Task.objects.filter(state="done").count() == bulk.FEW + 1
