"""The table of verdict rules: fixed order, first answer decides, and what is refused leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from driveline.core.models import Party
from driveline.core.services.parties import party_create
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake import rules
from driveline.engines.intake.models import Intake
from driveline.engines.intake.rules import Arrival, Hit, VerdictRule
from driveline.engines.intake.services import AlreadyThere, arrive
from tests.world import World


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A made-up kind; the list says which rules were asked."""
    monkeypatch.setattr(rules, "_rules", {})
    monkeypatch.setattr(rules, "_makers", {})
    asked: list[str] = []

    def make(actor: Any, arrival: Arrival, now: Any) -> Pursuit:
        party = party_create(arrival.store_id, "王先生", arrival.phone_key)
        return Pursuit.objects.create(
            store_id=arrival.store_id,
            kind="test",
            party=party,
            created_by_id=actor.user_id,
            keeper_id=actor.user_id,
            created_at=now,
            arrived_at=now,
            queued_at=now,
        )

    def rule(code: str, order: int, refused: str) -> VerdictRule:
        def match(arrival: Arrival) -> Hit | None:
            asked.append(code)
            found = Pursuit.objects.filter(party__phone_key=arrival.phone_key).first()
            return Hit(found, refused) if found else None

        return VerdictRule(code=code, order=order, version=1, match=match)

    rules.maker("test", make)
    rules.verdict_rule("test", rule("SECOND", 20, "second"))
    rules.verdict_rule("test", rule("FIRST", 10, "first"))
    return asked


def arrival(world: World) -> Arrival:
    return Arrival(
        store_id=world.a.pk, kind="test", door="manual", phone_key="13800000000", payload={"name": "王"}
    )


def test_a_new_one_is_made_and_leaves_a_row(world: World, table: list[str]) -> None:
    verdict = arrive(world.actor(world.wangbing), arrival(world))
    assert table == ["FIRST", "SECOND"]
    row = Intake.objects.get()
    assert (row.pursuit, row.verdict, row.rule, row.payload) == (
        verdict.pursuit,
        "new",
        "NEW",
        {"name": "王"},
    )


def test_the_first_rule_that_answers_decides_and_nothing_is_written(world: World, table: list[str]) -> None:
    made = arrive(world.actor(world.wangbing), arrival(world)).pursuit
    table.clear()
    with pytest.raises(AlreadyThere) as refused:
        arrive(world.actor(world.jingding), arrival(world))
    assert table == ["FIRST"]
    assert (refused.value.pursuit, refused.value.rule, refused.value.sentence) == (made, "FIRST", "first")
    assert (Intake.objects.count(), Pursuit.objects.count(), Party.objects.count()) == (1, 1, 1)


def test_a_rule_or_maker_is_registered_once(table: list[str]) -> None:
    with pytest.raises(ValueError, match="registered already"):
        rules.verdict_rule("test", VerdictRule(code="FIRST", order=30, version=1, match=lambda arrival: None))
    with pytest.raises(ValueError, match="registered already"):
        rules.verdict_rule("test", VerdictRule(code="OTHER", order=10, version=1, match=lambda arrival: None))
    with pytest.raises(ValueError, match="maker already"):
        rules.maker("test", lambda actor, arrival, now: Pursuit())
