"""What is begun is done in its order; whoever asks the database next waits for it, and is told if it failed."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from driveline.core import bulk, clock
from driveline.core.meanwhile import meanwhile
from driveline.core.models import Party
from tests.world import World


@pytest.mark.django_db
def test_a_question_waits_for_what_was_begun() -> None:
    done: list[str] = []
    gate = threading.Event()

    def first() -> None:
        gate.wait(5)
        done.append("first")

    with meanwhile() as server:
        server.begin(first)
        server.begin(lambda: done.append("second"))
        assert done == []
        gate.set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert done == ["first", "second"]


@pytest.mark.django_db
def test_the_first_failure_is_told_and_nothing_is_done_behind_it() -> None:
    done: list[str] = []

    def fails() -> None:
        raise IntegrityError("first")

    def three() -> None:
        with meanwhile() as server:
            server.begin(fails)
            server.begin(lambda: done.append("second"))
            server.begin(lambda: done.append("third"))

    with pytest.raises(IntegrityError, match="first"):
        three()
    assert done == []


@pytest.mark.django_db
def test_a_failure_of_the_block_itself_goes_first() -> None:
    def fails() -> None:
        raise IntegrityError("begun")

    def mine() -> None:
        with meanwhile() as server:
            server.begin(fails)
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        mine()


def _rows(phones: list[str]) -> list[tuple[int, str, str]]:
    ids = bulk.next_ids(Party, len(phones))
    return [(pk, "王伟", phone) for pk, phone in zip(ids, phones, strict=True)]


@pytest.mark.django_db
def test_rows_taken_in_together_are_seen_by_the_next_question(world: World) -> None:
    same = {"store_id": world.a.pk, "created_at": clock.now()}
    rows = _rows([f"1380000{n:04d}" for n in range(40)])
    with bulk.together():
        bulk.insert(Party, same, ("id", "name", "phone_key"), rows)
        assert Party.objects.filter(pk__in=[row[0] for row in rows]).count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_number_that_is_taken_is_told_at_the_end_of_together(world: World) -> None:
    same = {"store_id": world.a.pk, "created_at": clock.now()}
    rows = _rows([f"1380000{n:04d}" for n in [*range(40), 7]])
    with pytest.raises(IntegrityError), transaction.atomic(), bulk.together():
        bulk.insert(Party, same, ("id", "name", "phone_key"), rows)
    assert not Party.objects.filter(phone_key="13800000007").exists()
