"""Document numbers never meet (R-G-08)."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from driveline.core.models import NumberRule
from driveline.core.numbering import document_number, document_numbers, draw

DAY = dt.date(2019, 3, 16)


def test_a_series_belongs_to_store_kind_and_period(world) -> None:
    assert draw(world.a.pk, "lead", "1903") == range(1, 2)
    assert draw(world.a.pk, "lead", "1903", 3) == range(2, 5)
    assert draw(world.b.pk, "lead", "1903") == range(1, 2)
    assert draw(world.a.pk, "order", "1903") == range(1, 2)
    assert draw(world.a.pk, "lead", "1904") == range(1, 2)
    with pytest.raises(ValueError, match="at least 1"):
        draw(world.a.pk, "lead", "1903", 0)


def test_numbers_look_as_in_the_manual(world) -> None:
    assert document_numbers(world.a.pk, "repair", "RO", DAY, 2) == ["RO1903160001", "RO1903160002"]
    assert document_number(world.a.pk, "order", "SN", DAY) == "SN1903160001"
    NumberRule.objects.filter(kind="repair").update(last=9999)
    assert document_number(world.a.pk, "repair", "RO", DAY) == "RO19031610000"


@pytest.mark.django_db(transaction=True)
def test_numbers_drawn_at_the_same_moment_differ(world) -> None:
    gate = threading.Barrier(4)
    drawn: list[int] = []

    def work() -> None:
        try:
            gate.wait()
            for _ in range(10):
                with transaction.atomic():
                    drawn.extend(draw(world.a.pk, "lead", "", 2))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert sorted(drawn) == list(range(1, 81))
