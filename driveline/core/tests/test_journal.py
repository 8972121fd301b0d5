"""Operations and audit entries, and undo (DESIGN §3a Verbs, bulk, undo)."""

import datetime as dt
import threading
from collections.abc import Sequence

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from driveline.core import clock, journal
from driveline.core.models import AuditEntry, Notification, Operation
from driveline.core.notifications import notification_kind, notify
from driveline.core.undo import UndoResult, undo
from driveline.kit import commands
from driveline.kit.actor import Actor
from driveline.kit.commands import Run, command
from driveline.kit.errors import Conflict, Forbidden, Refused

NOW = "2026-11-22T09:00"


def start(actor: Actor, key: str | None = None, verb: str = "test.verb") -> Operation:
    return journal.operations.start(actor, verb, {"n": 1}, key, actor.store_id)


def test_an_operation_keeps_who_what_and_until_when(world) -> None:
    actor = world.actor(world.jingding)
    with clock.freeze(NOW):
        operation = start(actor, "k1")
        result = {
            "done": [3],
            "skipped": {4: gettext_lazy("Void")},
            "message": "",
            "data": {"on": dt.date(2026, 1, 2)},
        }
        journal.operations.finish(operation, count=1, before=[{"id": 3}], undo_minutes=30, result=result)
    found = Operation.objects.get()
    assert (found.store_id, found.user_id, found.verb) == (world.a.pk, world.jingding.pk, "test.verb")
    assert (found.inputs, found.count, found.before) == ({"n": 1}, 1, [{"id": 3}])
    assert found.undo_until == clock.parse("2026-11-22T09:30")
    assert found.result["data"] == {"on": "2026-01-02"}
    assert found.result["skipped"].keys() == {"4"}
    assert journal.operations.find("k1") == found
    assert journal.operations.find("k2") is None


def test_a_key_is_used_once_and_the_transaction_goes_on(world) -> None:
    actor = world.actor(world.jingding)
    first = start(actor, "k1")
    with transaction.atomic():
        again = start(actor, "k1")
        assert Operation.objects.count() == 1
    assert (again.pk, getattr(again, "repeated", False)) == (first.pk, True)
    assert start(actor).pk != start(actor).pk  # without a key nothing is unique


@pytest.mark.django_db(transaction=True)
def test_two_at_once_under_one_key_have_one_winner(world) -> None:
    actor = world.actor(world.jingding)
    gate = threading.Barrier(2)
    found: list[tuple[int, bool]] = []

    def press() -> None:
        try:
            gate.wait()
            with transaction.atomic():
                operation = start(actor, "same")
                found.append((operation.pk, getattr(operation, "repeated", False)))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(repeated for _pk, repeated in found) == [False, True]
    assert len({pk for pk, _repeated in found}) == 1
    assert Operation.objects.count() == 1


def test_audit_entries_say_who_where_and_from_where(world) -> None:
    token = journal.address.set("10.0.0.7")
    try:
        with clock.freeze(NOW):
            journal.audit.write(
                world.actor(world.gujia), "phone.reveal", object_type="core.party", object_id=5, detail={}
            )
    finally:
        journal.address.reset(token)
    journal.audit.write(None, "sign_in.failed", detail={"login": "x"})
    seen, nobody = AuditEntry.objects.order_by("pk")
    assert (seen.store_id, seen.user_id, seen.object_id) == (world.a.pk, world.gujia.pk, 5)
    assert (seen.address, seen.at) == ("10.0.0.7", clock.parse(NOW))
    assert (nobody.store_id, nobody.user_id, nobody.detail) == (None, None, {"login": "x"})


@pytest.fixture
def take_back(world):
    """A command on messages whose undo puts back what it is told to; forgotten after the test."""
    notification_kind("test_undo", title="x")
    left_alone: dict[int, str] = {}

    def restore(operation: Operation, actor: Actor) -> list[dict[str, object]]:
        return [{"id": row["id"], "reason": left_alone.get(row["id"], "")} for row in operation.before]

    def body(rows: Sequence[Notification], run: Run) -> None:
        run.before = [{"id": row.pk} for row in rows]

    command(
        "test.read",
        model=Notification,
        permission="leads.assign",
        label="Read",
        undo_minutes=30,
        undo=restore,
    )(body)
    notify(world.a.pk, [world.jingding.pk] * 1, "test_undo", {})
    notify(world.a.pk, [world.jingding.pk], "test_undo", {})
    yield left_alone
    del commands._commands["test.read"]


def done(world, at: str = NOW) -> tuple[Actor, int, list[int]]:
    actor = world.actor(world.jingding)
    ids = list(Notification.objects.order_by("pk").values_list("pk", flat=True))
    with clock.freeze(at):
        result = commands.command_by_code("test.read").perform(actor, ids)
    assert result.operation_id is not None
    return actor, result.operation_id, ids


def test_rows_are_taken_in_the_order_of_their_keys(world, take_back) -> None:
    first = Notification.objects.order_by("pk")[0]
    Notification.objects.filter(pk=first.pk).update(params={"moved": "to the end of its page"})
    _actor, _operation_id, ids = done(world)
    assert [row["id"] for row in Operation.objects.get().before] == ids


def test_undo_puts_back_and_says_what_it_left(world, take_back) -> None:
    actor, operation_id, ids = done(world)
    take_back[ids[1]] = "changed since"
    with clock.freeze("2026-11-22T09:30"):
        assert undo(actor, operation_id) == UndoResult([ids[0]], {ids[1]: "changed since"})
        with pytest.raises(Conflict):
            undo(actor, operation_id)
    assert Operation.objects.get().undone_at == clock.parse("2026-11-22T09:30")
    assert AuditEntry.objects.get(action="operation.undo").object_id == operation_id


def test_undo_is_refused_when_all_was_changed_since_and_may_be_tried_again(world, take_back) -> None:
    actor, operation_id, ids = done(world)
    take_back.update(dict.fromkeys(ids, "changed since"))
    with clock.freeze(NOW), pytest.raises(Refused, match="changed since"):
        undo(actor, operation_id)
    assert Operation.objects.get().undone_at is None
    take_back.clear()
    with clock.freeze(NOW):
        assert undo(actor, operation_id).restored == ids


def test_undo_ends_after_its_time(world, take_back) -> None:
    actor, operation_id, _ids = done(world)
    with clock.freeze("2026-11-22T09:30:01"), pytest.raises(Refused):
        undo(actor, operation_id)
    assert Operation.objects.get().undone_at is None


def test_only_the_own_operations_of_the_current_store_can_be_undone(world, take_back) -> None:
    _actor, operation_id, _ids = done(world)
    for other in (world.actor(world.xiaozong), world.actor(world.jingchen)):
        with pytest.raises(Operation.DoesNotExist):
            undo(other, operation_id)


def test_who_lost_the_right_cannot_undo(world, take_back) -> None:
    actor, operation_id, _ids = done(world)
    actor.role.grants.filter(permission="leads.assign").delete()
    with clock.freeze(NOW), pytest.raises(Forbidden):
        undo(world.actor(world.jingding), operation_id)
