"""The table of verdict rules: fixed order, first answer decides; a set costs as many queries as a single one.

The rules here are made up, with the rows of dealer.md §2.6 that other modules will bring (2, 3, 4, 8): the registry
must carry them without knowing what they are about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from driveline.core import bulk
from driveline.core.models import Party
from driveline.core.services.parties import PartyRow, parties_for
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake import rules
from driveline.engines.intake.deciding import names_of_file
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.engines.intake.rules import Arrival, Decision, Hit, Look, Made, VerdictRule
from driveline.engines.intake.services import File, arrive, arrive_many
from tests.factories import a_source
from tests.world import World

KIND = "test"


class Table:
    """A made-up kind whose rows carry their stage; `asked` says how often the rows were looked up, `acted` what was
    done by which rule."""

    def __init__(self) -> None:
        self.asked = 0
        self.acted: list[tuple[str, int]] = []

    def find(self, look: Look) -> dict[str, Pursuit]:
        self.asked += 1
        rows = Pursuit.objects.select_related("party").filter(
            store_id=look.store_id, party__phone_key__in=look.phones
        )
        return {row.party.phone_key: row for row in rows}

    def rule(self, code: str, order: int, stage: str, verdict: str = "duplicate") -> VerdictRule:
        def match(arrival: Arrival, look: Look) -> Pursuit | None:
            found = look.once("rows", self.find).get(arrival.phone_key)
            return found if found is not None and found.stage == stage else None

        def act(actor: Any, hits: Sequence[Hit], now: datetime) -> dict[int, str]:
            self.acted.append((code, len(hits)))
            return {hit.pursuit.pk: "pulled" for hit in hits} if stage == "prospect" else {}

        return VerdictRule(
            code=code, order=order, version=3, label=code, match=match, act=act, verdict=verdict
        )

    def make(self, actor: Any, decisions: Sequence[Decision], now: datetime) -> list[Made]:
        store_id = decisions[0].arrival.store_id
        people = [PartyRow(store_id, d.arrival.payload["name"], d.arrival.phone_key) for d in decisions]
        parties = parties_for(people, [d.party_id for d in decisions if d.party_id])
        ids = bulk.next_ids(Pursuit, len(decisions))
        same = {
            "store_id": store_id,
            "kind": KIND,
            "created_by_id": actor.user_id,
            "keeper_id": actor.user_id,
            "created_at": now,
            "arrived_at": now,
            "queued_at": now,
        }
        stages = [d.arrival.data or ("again" if d.rule != "NEW" else "") for d in decisions]
        rows = list(zip(ids, parties, stages, strict=True))
        bulk.insert(Pursuit, same, ("id", "party_id", "stage"), rows)
        return [Made(pk) for pk in ids]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(rules, "_rules", {})
    monkeypatch.setattr(rules, "_makers", {})
    made = Table()
    rules.maker(KIND, made.make)
    rules.verdict_rule(KIND, made.rule("DUP_ORDERED", 30, "ordered"))
    rules.verdict_rule(KIND, made.rule("REPURCHASE", 80, "delivered", verdict="new"))
    rules.verdict_rule(KIND, made.rule("DUP_PROSPECT_ACTIVE", 20, "prospect"))
    rules.verdict_rule(KIND, made.rule("DUP_PROSPECT_DEFEATED", 40, "defeated"))
    return made


def arrival(world: World, phone: str = "13800000000", stage: str = "", **fields: Any) -> Arrival:
    given = {"door": "manual", "payload": {"name": "王"}, **fields}
    return Arrival(store_id=world.a.pk, kind=KIND, phone_key=phone, data=stage, **given)


def batch(world: World) -> int:
    from driveline.core import clock

    row = ImportBatch.objects.create(
        store=world.a, user=world.jingding, kind=KIND, name="a.xlsx", sha256="0" * 64, created_at=clock.now()
    )
    return row.pk


def test_a_new_one_is_made_and_leaves_a_row(world: World, table: Table) -> None:
    verdict = arrive(world.actor(world.wangbing), arrival(world))
    row = Intake.objects.get()
    assert (row.pk, row.pursuit_id, row.verdict, row.rule, row.payload, row.done) == (
        verdict.intake_id,
        verdict.pursuit_id,
        "new",
        "NEW",
        {"name": "王"},
        "",
    )
    assert verdict.new


@pytest.mark.parametrize(
    ("stage", "rule", "done"),
    [
        ("prospect", "DUP_PROSPECT_ACTIVE", "pulled"),
        ("ordered", "DUP_ORDERED", "recorded"),
        ("defeated", "DUP_PROSPECT_DEFEATED", "recorded"),
    ],
)
def test_rows_2_3_4_hold_an_arrival_back(
    world: World, table: Table, stage: str, rule: str, done: str
) -> None:
    made = arrive(world.actor(world.wangbing), arrival(world, stage=stage))
    again = arrive(world.actor(world.jingding), arrival(world))
    row = Intake.objects.get(verdict="duplicate")
    assert (again.code, again.rule, again.version, again.done, again.pursuit_id) == (
        "duplicate",
        rule,
        3,
        done,
        made.pursuit_id,
    )
    assert (row.rule, row.rule_version, row.done, row.pursuit_id, row.hit_state) == (
        rule,
        3,
        done,
        made.pursuit_id,
        "unassigned",
    )
    assert table.acted == [(rule, 1)]
    assert (Pursuit.objects.count(), Party.objects.count()) == (1, 1)


def test_row_8_makes_a_new_one_and_says_by_which_rule(world: World, table: Table) -> None:
    owner = arrive(world.actor(world.wangbing), arrival(world, stage="delivered"))
    again = arrive(world.actor(world.wangbing), arrival(world))
    assert (again.code, again.rule, again.done) == ("new", "REPURCHASE", "")
    assert again.pursuit_id != owner.pursuit_id
    assert Pursuit.objects.get(pk=again.pursuit_id).stage == "again"
    assert table.acted == [("REPURCHASE", 1)]
    assert (Intake.objects.filter(verdict="new").count(), Party.objects.count()) == (2, 1)


def test_row_0_the_same_message_is_handled_once(world: World, table: Table) -> None:
    source = a_source(world).pk
    message = arrival(world, external_id="X1", source_id=source)
    first = arrive(world.actor(world.wangbing), message)
    for _again in range(2):
        verdict = arrive(world.actor(world.wangbing), message)
        assert (verdict.repeated, verdict.new, verdict.pursuit_id, verdict.intake_id) == (
            True,
            True,
            first.pursuit_id,
            first.intake_id,
        )
    assert (Intake.objects.count(), Pursuit.objects.count()) == (1, 1)
    three = arrive_many(
        world.actor(world.wangbing), [arrival(world, "13900000001", external_id="X2", source_id=source)] * 3
    )
    assert [one.repeated for one in three] == [False, True, True]
    assert Intake.objects.count() == 2


def test_row_1_the_second_of_a_file_is_a_duplicate_and_touches_nothing(world: World, table: Table) -> None:
    actor, file = world.actor(world.jingding), batch(world)
    rows = [arrival(world, f"1380000000{n % 2}", "prospect", row=n + 2) for n in range(4)]
    verdicts = arrive_many(actor, rows[:3], file=File(file))
    verdicts += arrive_many(actor, rows[3:], file=File(file, names_of_file(file)))  # the next chunk
    assert [one.code for one in verdicts] == ["new", "new", "duplicate", "duplicate"]
    assert [one.rule for one in verdicts[2:]] == ["DUP_IN_FILE", "DUP_IN_FILE"]
    assert list(Intake.objects.order_by("row").values_list("row", "batch_id", "done")) == [
        (2, file, ""),
        (3, file, ""),
        (4, file, "recorded"),
        (5, file, "recorded"),
    ]
    assert (table.acted, Pursuit.objects.count()) == ([], 2)


def test_messages_with_one_number_in_one_call_are_decided_one_after_the_other(
    world: World, table: Table
) -> None:
    verdicts = arrive_many(world.actor(world.wangbing), [arrival(world, stage="prospect")] * 3)
    assert [one.code for one in verdicts] == ["new", "duplicate", "duplicate"]
    assert [one.done for one in verdicts[1:]] == ["pulled", "pulled"]
    assert Pursuit.objects.count() == 1


def test_existing_rows_may_be_left_alone(world: World, table: Table) -> None:
    arrive(world.actor(world.wangbing), arrival(world, stage="prospect"))
    again = arrive_many(world.actor(world.wangbing), [arrival(world)], file=File(batch(world), touch=False))
    assert ([one.done for one in again], table.acted) == (["recorded"], [])


def test_five_hundred_cost_as_many_queries_as_one(world: World, table: Table) -> None:
    actor = world.actor(world.wangbing)

    def cost(count: int, first: int) -> int:
        rows = [arrival(world, f"137{first + n:08d}", "prospect") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            arrive_many(actor, rows)
            arrive_many(actor, rows)
        return len(queries)

    assert cost(500, 1000) == cost(10, 1)  # a handful goes together and costs less
    assert table.asked == 4
    assert (Pursuit.objects.count(), Intake.objects.count()) == (510, 1020)


def test_what_belongs_to_the_chunk_is_written_with_it_or_not_at_all(world: World, table: Table) -> None:
    def fail(verdicts: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        arrive_many(world.actor(world.wangbing), [arrival(world)], also=fail)
    assert (Pursuit.objects.count(), Party.objects.count(), Intake.objects.count()) == (0, 0, 0)


def test_a_rule_or_maker_is_registered_once(table: Table) -> None:
    with pytest.raises(ValueError, match="registered already"):
        rules.verdict_rule(KIND, table.rule("DUP_ORDERED", 99, ""))
    with pytest.raises(ValueError, match="registered already"):
        rules.verdict_rule(KIND, table.rule("OTHER", 30, ""))
    with pytest.raises(ValueError, match="maker already"):
        rules.maker(KIND, table.make)
