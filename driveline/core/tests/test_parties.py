"""Parties: one number once in a store, and the columns by which they are found (R-G-02, R-G-03)."""

import threading

import pytest
from django.db import connection

from driveline.core import clock
from driveline.core.models import Party
from driveline.core.search_text import initials, name_split
from driveline.core.services.parties import (
    PartyRow,
    parties_bulk_create,
    party_by_phones,
    party_create,
    party_for_phone,
    party_update,
)
from driveline.kit.errors import Conflict


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("张伟明", "zwm"),
        ("单雄信", "sxx"),
        ("曾先生", "zxs"),
        ("小曾", "xc"),
        ("尉迟恭", "ycg"),
        ("欧阳修", "oyx"),
        ("Tony张", "tonyz"),
        ("ＢＹＤ汉", "bydh"),
        ("武汉伟明汽车(集团)", "whwmqcjt"),
        ("", ""),
        ("😀", ""),
    ],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


def test_names_are_split_into_letters() -> None:
    assert name_split("张 伟·明") == "张 伟 明"
    assert name_split("John Ｗ.") == "j o h n w"
    assert len(name_split("长" * 60)) == 119
    assert name_split("𠮷野家") == "𠮷 野 家"


def test_a_party_is_written_with_its_search_columns(world) -> None:
    with clock.freeze("2026-11-22T09:00"):
        party = party_create(world.a.pk, "张伟明", "13800004127", gender="male", city="武汉市")
    party.refresh_from_db()
    assert (party.name_split, party.initials, party.phone_tail) == ("张 伟 明", "zwm", "4127")
    assert (party.gender, party.city, party.created_at) == ("male", "武汉市", clock.parse("2026-11-22T09:00"))
    assert party_for_phone(world.a.pk, "13800004127") == party
    assert party_for_phone(world.b.pk, "13800004127") is None
    assert party_for_phone(world.a.pk, "") is None


def test_a_number_belongs_to_one_party_of_a_store(world) -> None:
    party_create(world.a.pk, "张伟明", "13800004127")
    with pytest.raises(Conflict, match="张伟明"):
        party_create(world.a.pk, "张二", "13800004127")
    assert party_create(world.b.pk, "张二", "13800004127").pk
    party_create(world.a.pk, "没有号码")
    party_create(world.a.pk, "没有号码")
    assert Party.objects.count() == 4


def test_changing_name_and_number(world) -> None:
    party = party_create(world.a.pk, "张伟明", "13800004127")
    other = party_create(world.a.pk, "李四", "13900004128")
    assert party_update(party, name="王芳", phone_key="13800009999", city="武汉市") == [
        "name",
        "phone_key",
        "city",
    ]
    party.refresh_from_db()
    assert (party.name_split, party.initials, party.phone_tail) == ("王 芳", "wf", "9999")
    assert party_update(party, name="王芳") == []
    with pytest.raises(Conflict, match="李四"):
        party_update(party, phone_key=other.phone_key)
    with pytest.raises(TypeError, match="grade"):
        party_update(party, grade="H")


def test_many_at_once(world, django_assert_max_num_queries) -> None:
    rows = [PartyRow(world.a.pk, f"客户{n}", f"138{n:08d}") for n in range(1000)]
    with django_assert_max_num_queries(8):
        made = parties_bulk_create(rows)
    assert list(Party.objects.filter(pk__in=made).order_by("pk").values_list("phone_key", flat=True)) == [
        row.phone_key for row in rows
    ]
    assert made == sorted(made)
    found = party_by_phones(world.a.pk, ["13800000007", "13800000008", "", "13999999999"])
    assert {key: party.name for key, party in found.items()} == {
        "13800000007": "客户7",
        "13800000008": "客户8",
    }


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_number_have_one_winner(world) -> None:
    gate = threading.Barrier(2)
    outcome: list[str] = []

    def enter(name: str) -> None:
        try:
            gate.wait()
            party_create(world.a.pk, name, "13800004127")
            outcome.append("made")
        except Conflict:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=[name]) for name in ("甲", "乙")]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(outcome) == ["made", "refused"]
    assert Party.objects.count() == 1
