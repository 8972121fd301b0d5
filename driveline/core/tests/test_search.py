"""Parties are found as people look for them, within their store, newest first, on both databases."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from driveline.core import pinyin, search
from driveline.core.models import Party, PartyPhone
from driveline.core.search import SearchHit, party_ids
from driveline.core.services.parties import PartyRow, parties_bulk_create, party_create, party_update

HOSTILE = Path(__file__).parents[4] / "shared" / "data" / "suites" / "naughty"

NAMES = [
    ("张伟明", "13800004127"),
    ("李伟明", "13800004128"),
    ("王先生", "13911114127"),
    ("张伟", "02787654321"),
    ("John Smith", "13522223333"),
    ("单雄信", "13600000001"),
    ("𠮷野家", "13600000002"),
    ("武汉伟明汽车销售有限公司", "4008608608"),
    ("Tony张", ""),
]


@pytest.fixture
def named(world) -> dict[str, int]:
    """Name → id in store A; store B has the same people."""
    made = parties_bulk_create([PartyRow(world.a.pk, name, phone) for name, phone in NAMES])
    parties_bulk_create([PartyRow(world.b.pk, name, phone) for name, phone in NAMES])
    return {name: pk for pk, (name, _phone) in zip(made, NAMES, strict=True)}


def names(world, text: str) -> list[str]:
    hit = party_ids([world.a.pk], text)
    by_id = Party.objects.in_bulk(hit.ids)
    assert all(party.store_id == world.a.pk for party in by_id.values())
    assert hit.ids == sorted(hit.ids, reverse=True)
    return [by_id[pk].name for pk in hit.ids]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("13800004127", ["张伟明"]),
        ("138 0000 4127", ["张伟明"]),
        ("+86 138-0000-4127", ["张伟明"]),
        ("１３８００００４１２７", ["张伟明"]),
        ("13800004129", []),
        ("4127", ["王先生", "张伟明"]),
        ("138", ["李伟明", "张伟明"]),
        ("13800", ["李伟明", "张伟明"]),
        ("1391111412", ["王先生"]),
        ("027-8765-4321", ["张伟"]),
        ("400 860 8608", ["武汉伟明汽车销售有限公司"]),
        ("999", []),
        ("138****4127", ["张伟明"]),
        ("138 **** 4127", ["张伟明"]),
        ("138000041270000", []),
        ("伟明", ["武汉伟明汽车销售有限公司", "李伟明", "张伟明"]),
        ("张伟", ["张伟", "张伟明"]),
        ("张 伟", ["张伟", "张伟明"]),
        ("张伟明", ["张伟明"]),
        ("明伟", []),
        ("先生", ["王先生"]),
        ("汽车销售", ["武汉伟明汽车销售有限公司"]),
        ("汽车销售公司", []),
        ("张", ["Tony张", "张伟", "张伟明"]),
        ("𠮷野", ["𠮷野家"]),
        ("smith", ["John Smith"]),
        ("JOHN SMITH", ["John Smith"]),
        ("mi", ["John Smith"]),
        ("zwm", ["张伟明"]),
        ("ZW", ["张伟", "张伟明"]),
        ("sxx", ["单雄信"]),
        ("to", ["Tony张"]),
        ("tonyz", ["Tony张"]),
        ("zz", []),
        ("", []),
        ("   ", []),
        ("%", []),
        ("***", []),
    ],
)
def test_what_is_found(world, named, text: str, found: list[str]) -> None:
    assert names(world, text) == found


@pytest.mark.parametrize("text", ["1", "12", "z", "*", "·"])
def test_too_little_is_not_looked_for(world, named, text: str, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert party_ids([world.a.pk], text) == SearchHit([], too_short=True)


def test_a_further_number_finds_its_party(world, named) -> None:
    PartyPhone.objects.create(party_id=named["张伟明"], number="15100000009")
    PartyPhone.objects.create(party_id=named["李伟明"], number="13800004127")
    assert names(world, "15100000009") == ["张伟明"]
    assert names(world, "13800004127") == ["李伟明", "张伟明"]
    assert party_ids([world.b.pk], "15100000009").ids == []


def test_several_stores_are_searched_together(world, named) -> None:
    for text in ("伟明", "4127", "13800004127", "zwm", "138", "张伟"):
        both = party_ids([world.a.pk, world.b.pk], text).ids
        parts = party_ids([world.a.pk], text).ids + party_ids([world.b.pk], text).ids
        assert both == sorted(parts, reverse=True)
    assert party_ids([], "伟明") == SearchHit([])


def test_it_stops_at_the_limit_with_the_newest(world) -> None:
    made = parties_bulk_create([PartyRow(world.a.pk, f"客{n}先生", f"138{n:08d}") for n in range(30)])
    newest = made[::-1]
    for text in ("先生", "138", "k"):
        hit = party_ids([world.a.pk], text, limit=10)
        if text == "k":
            assert hit.too_short
        else:
            assert (hit.ids, hit.more) == (newest[:10], True)
    assert party_ids([world.a.pk], "先生", limit=30) == SearchHit(newest, more=False)


def test_the_index_follows_every_change(world) -> None:
    party = party_create(world.a.pk, "张伟明", "13800004127")
    party_update(party, name="王小红")
    assert (names(world, "伟明"), names(world, "小红")) == ([], ["王小红"])
    Party.objects.filter(pk=party.pk).update(store=world.b)
    assert (names(world, "小红"), party_ids([world.b.pk], "小红").ids) == ([], [party.pk])
    party.delete()
    assert party_ids([world.b.pk], "小红").ids == []


def test_rows_written_past_the_service_are_found_too(world) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_party (store_id, kind, name, name_split, initials, gender, phone_key, phone_tail,"
            " province, city, address, created_at) VALUES (%s, 'person', '赵六', '赵 六', 'zl', 'unknown', '', '',"
            " '', '', '', '2026-01-01 00:00:00')",
            [world.a.pk],
        )
    assert names(world, "赵六") == ["赵六"]
    assert search.index_problem() == ""


@pytest.mark.parametrize(
    "text",
    [
        '张" OR "伟',
        "'; DROP TABLE core_party; --",
        "张* NEAR(伟)",
        "name_split : 张",
        '"',
        "^张",
        "#138",
        "张\x00伟",
        "\\",
        "{}",
        "%张%",
        "张_",
        "(" * 100,
        "张" * 500,
        "NOT 张",
        "AND",
    ],
)
def test_what_was_typed_is_data(world, named, text: str) -> None:
    assert party_ids([world.a.pk], text).more is False
    assert Party.objects.count() == 2 * len(NAMES)


@pytest.mark.skipif(not HOSTILE.exists(), reason="the hostile strings are not on this machine")
def test_hostile_strings_find_nothing_and_break_nothing(world, named) -> None:
    lines: set[str] = set()
    for file in HOSTILE.glob("*.txt"):
        lines.update(file.read_text(encoding="utf-8", errors="replace").splitlines())
    for line in sorted(lines):
        assert party_ids([world.a.pk], line).more is False
    assert Party.objects.count() == 2 * len(NAMES)


def test_the_cost_does_not_depend_on_what_is_looked_for(world, named, django_assert_num_queries) -> None:
    for text, queries in (("13800004127", 1), ("4127", 1), ("138", 1), ("伟明", 1), ("zwm", 2)):
        with django_assert_num_queries(queries):
            party_ids([world.a.pk], text)


def test_many_ids_travel_as_one_parameter(world, named) -> None:
    ids = list(Party.objects.values_list("id", flat=True))
    many = search.among([*ids, *range(10**9, 10**9 + search.FEW)])
    assert set(Party.objects.filter(pk__in=many)) == set(Party.objects.all())
    assert search.among(ids[:2]) == ids[:2]
    assert search.among([]) == []


def test_the_index_can_be_taken_away_and_brought_back(world, named) -> None:
    migration = import_module("driveline.core.migrations.0002_party_search")
    connection.check_constraints()  # or PostgreSQL would refuse: pending trigger events
    # SQLite's own schema editor refuses to work inside the transaction of a test
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params: cursor.execute(sql, params)
        )
        migration.backwards(apps, editor)
    assert search.index_problem() != ""
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params: cursor.execute(sql, params)
        )
        migration.forwards(apps, editor)
    assert search.index_problem() == ""
    assert names(world, "伟明") == ["武汉伟明汽车销售有限公司", "李伟明", "张伟明"]


@pytest.mark.django_db(transaction=True)
def test_the_search_lives_on_when_the_table_is_rebuilt_and_when_that_is_taken_back(world) -> None:
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate([("core", "0004_lean_transition")])
        assert search.index_problem() == ""
        party_create(world.a.pk, "张伟明", "13800004127")
        assert names(world, "伟明") == ["张伟明"]
    finally:
        MigrationExecutor(connection).migrate(latest)
    party_create(world.a.pk, "李伟明", "13800004128")
    assert names(world, "伟明") == ["李伟明", "张伟明"]


@pytest.mark.postgres
def test_blocks_of_ids_are_searched_from_the_newest_to_the_oldest(world) -> None:
    """Rows far apart lie in different blocks of the index."""
    made = [
        Party(store=world.a, name="张伟", name_split="张 伟", pk=pk, created_at="2026-01-01T00:00Z")
        for pk in (5, 8_191, 8_192, 100_000, 5_000_000, 5_000_001)
    ]
    Party.objects.bulk_create(made)
    assert party_ids([world.a.pk], "张伟").ids == [5_000_001, 5_000_000, 100_000, 8_192, 8_191, 5]
    assert party_ids([world.a.pk], "张伟", limit=3) == SearchHit([5_000_001, 5_000_000, 100_000], more=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zhangwei", ["张伟", "张伟明"]),
        ("Zhang Wei", ["张伟", "张伟明"]),
        ("zhangw", ["张伟", "张伟明"]),
        ("zhangweimi", ["张伟明"]),
        ("liweiming", ["李伟明"]),
        ("shanxiong", ["单雄信"]),
        ("wuhanweiming", ["武汉伟明汽车销售有限公司"]),
        ("zhangwen", []),
        ("zhengwei", []),
        ("weiming", []),  # as with initials: from the first character on
    ],
)
def test_a_name_is_found_by_its_whole_pinyin(world, named, text: str, found: list[str]) -> None:
    assert names(world, text) == found


def test_more_candidates_than_are_read_out_ask_to_refine(world, named, monkeypatch) -> None:
    assert not party_ids([world.a.pk], "zhangwei").more
    monkeypatch.setattr(search, "CANDIDATES", 1)
    hit = party_ids([world.a.pk], "zhangwei")
    assert (hit.ids, hit.more) == ([named["张伟"]], True)


@pytest.mark.parametrize(
    ("typed", "initials"),
    [("zhangwei", ["zw"]), ("xian", ["xa"]), ("zw", []), ("zhang", []), ("zhangw", ["zw"]), ("john", []),
     ("lili", ["ll"]), ("fangan", ["fa", "fg"]), ("a" * 60, ["aaa"]), ("zhangweiming", ["zwm"])],
)  # fmt: skip
def test_letters_are_cut_into_syllables(typed: str, initials: list[str]) -> None:
    assert pinyin.cuts(typed) == initials
