"""A write that a person has a button for (DESIGN §3.4): permission, allowed rows, transaction, journal, undo, label.

    @command("lead.assign", model=Pursuit, permission="leads.assign", label=_("Assign"), undo_minutes=30)
    def lead_assign(rows, run, *, user): ...

The body takes a list of rows (a single row is a list of one) and a `Run`, changes them by compare-and-set and
says with `run.skip(row, sentence)` which it left alone. Row button, batch button, API action and tests derive from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from driveline.kit.errors import Forbidden, Refused
from driveline.kit.ports import ports
from driveline.kit.scopes import reaches, rule_of, visible

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.forms import CommandForm


@dataclass
class Run:
    """One execution of a command: who, when, the journal row, what was done and what was skipped and why.

    `seen`: row id → version as it stood before the person's eyes when he was asked; empty when nobody was.
    """

    actor: Actor
    now: datetime
    operation: Any
    seen: Mapping[int, int] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def skip(self, row: models.Model, sentence: str | _StrPromise) -> None:
        self.skipped[row.pk] = str(sentence)


@dataclass(frozen=True)
class CommandResult:
    """What came of it. `operation_id` is what undo takes; `repeated` says the key had been used before."""

    done: list[int]
    skipped: dict[int, str]
    operation_id: int | None
    message: str
    undo_until: datetime | None = None
    repeated: bool = False
    data: dict[str, Any] = field(default_factory=dict)


type Body = Callable[..., None]


@dataclass(frozen=True, eq=False)
class Command:
    """A declared command. Never called directly by pages: `perform(actor, ids, inputs)` is the only way in.

    `guard` says of a row in hand why it may not be taken, without a query; `explain` may say more of rows that were
    refused when the command ran (who was first), by their ids.
    """

    do_not_call_in_templates = True

    code: str
    model: type[models.Model]
    permission: str
    label: str | _StrPromise
    body: Body
    icon: str = ""
    form: type[CommandForm] | None = None
    guard: Callable[[Any, Actor], str | _StrPromise] | None = None
    danger: bool = False
    confirm: Callable[[Sequence[Any], Actor], dict[str, Any]] | None = None
    undo_minutes: int = 0
    undo: Callable[[Any, Actor], list[dict[str, Any]]] | None = None
    batch: bool = True
    select: tuple[str, ...] = ()
    explain: Callable[[Sequence[int]], Mapping[int, str]] | None = None
    extra_reach: bool = False  # the row rule has an `extra`: the guard tells who may, not the scope alone

    @property
    def name(self) -> str:
        """The last segment of its address: `assign` of `lead.assign`."""
        return self.code.rpartition(".")[2].replace("_", "-")

    def why_not(self, row: models.Model, actor: Actor) -> str:
        """ "" when the row may be taken now, else the sentence for the tooltip."""
        scope = actor.scope(self.permission)
        if scope is None:
            return str(_no_right())
        if not self.extra_reach and not reaches(rule_of(self.model), row, actor, scope):
            return str(_out_of_reach())
        return str(self.guard(row, actor)) if self.guard is not None else ""

    def rows(self, actor: Actor, ids: Sequence[int]) -> list[Any]:
        """The rows named, cut to what this verb's own grant reaches, in the order of their keys: two people who
        take the same rows meet at the first of them, and what is shared out is shared out the same way each time."""
        found = visible(self.model, actor, self.permission).filter(pk__in=list(ids)).order_by("pk")
        return list(found.select_related(*self.select) if self.select else found)

    def perform(
        self,
        actor: Actor,
        ids: Sequence[int],
        *,
        inputs: dict[str, Any] | None = None,
        key: str | None = None,
        seen: Mapping[int, int] | None = None,
    ) -> CommandResult:
        """Run on the rows named. Raises Forbidden without the grant, Refused when no row could be taken;
        rows out of reach are skipped silently when others remain (they do not exist for the actor)."""
        if not actor.can(self.permission):
            raise Forbidden(_no_right())
        if key:
            key = f"{actor.user_id}:{key}"[:64]
            if (earlier := ports.operations.find(key)) is not None:
                return _repeat(earlier)
        return self._perform(actor, ids, inputs or {}, key, seen or {})

    def _perform(
        self,
        actor: Actor,
        ids: Sequence[int],
        inputs: dict[str, Any],
        key: str | None,
        seen: Mapping[int, int],
    ) -> CommandResult:
        with transaction.atomic():
            rows = self.rows(actor, ids)
            operation = ports.operations.start(actor, self.code, plain_inputs(inputs), key, actor.store_id)
            if getattr(operation, "repeated", False):
                return _repeat(operation)  # the same button pressed twice at the same moment
            run = Run(actor, ports.clock.now(), operation, seen)
            taken = []
            for row in rows:
                reason = self.why_not(row, actor)
                if reason:
                    run.skip(row, reason)
                else:
                    taken.append(row)
            if taken:
                self.body(taken, run, **inputs)
            run.done = [row.pk for row in taken if row.pk not in run.skipped]
            if run.skipped and self.explain is not None:
                run.skipped.update(self.explain(list(run.skipped)))
            if not run.done:
                raise Refused(next(iter(run.skipped.values()), str(_no_rows())))
            result = {"done": run.done, "skipped": run.skipped, "message": run.message, "data": run.data}
            ports.operations.finish(
                operation,
                count=len(run.done),
                before=run.before,
                undo_minutes=self.undo_minutes,
                result=result,
            )
            ports.audit.write(
                actor,
                self.code,
                object_type=self.model._meta.label_lower,
                object_id=run.done[0] if len(run.done) == 1 else None,
                detail={"ids": run.done[:200]},
            )
        return CommandResult(
            run.done,
            run.skipped,
            operation.pk,
            run.message,
            getattr(operation, "undo_until", None),
            data=run.data,
        )


_commands: dict[str, Command] = {}


def command(code: str, **options: Any) -> Callable[[Body], Command]:
    """Declare the decorated set-based function as the command `code`."""

    def declare(body: Body) -> Command:
        if code in _commands:
            raise ValueError(f"command {code} is declared twice")
        _commands[code] = Command(code=code, body=body, **options)
        return _commands[code]

    return declare


def all_commands() -> list[Command]:
    """Every declared command."""
    return list(_commands.values())


def command_by_code(code: str) -> Command:
    """KeyError for an unknown code."""
    return _commands[code]


def _repeat(operation: Any) -> CommandResult:
    result = operation.result
    return CommandResult(
        result.get("done", []),
        {int(k): v for k, v in result.get("skipped", {}).items()},
        operation.pk,
        result.get("message", ""),
        operation.undo_until,
        repeated=True,
        data=result.get("data", {}),
    )


def plain_inputs(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs as JSON keeps them: rows as their keys. A command takes them back so."""

    def plain(value: Any) -> Any:
        if isinstance(value, models.Model):
            return value.pk
        if isinstance(value, (list, tuple, set, frozenset, models.QuerySet)):
            return [plain(v) for v in value]
        return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)

    return {name: plain(value) for name, value in inputs.items()}


def _no_right() -> str:
    from django.utils.translation import gettext

    return gettext("Your role does not include this action.")


def _out_of_reach() -> str:
    from django.utils.translation import gettext

    return gettext("You see this row, but your role lets you do this only with your own or your team's rows.")


def _no_rows() -> str:
    from django.utils.translation import gettext

    return gettext("These rows do not exist any more.")
