"""Buttons of a row, of a selection and of the toolbar, derived from commands and links; disabled ones say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.commands import Command
    from driveline.kit.forms import CommandForm


@dataclass(frozen=True)
class Do:
    """A command as a button of the row, of the batch bar, or both.

    `dialog` asks first (`form`, else the command's own, else only the consequence); without it the command runs
    at once, with undo.
    `when` says whether the button makes sense on a row at all (作废 of a void row is not drawn).
    `through` names the relation to the command's own model where the list shows something that hangs on it.
    `found` is the label and address of the list where its rows stand afterwards, when they leave this one.
    """

    command: Command
    row: bool = True
    batch: bool = True
    dialog: bool = True
    form: type[CommandForm] | None = None
    when: Callable[[Any], bool] | None = None
    through: str = ""
    found: tuple[str | _StrPromise, str] | None = None

    def subject(self, row: Any) -> Any:
        """The row the command is about: the row itself, or what it hangs on (a task's pursuit)."""
        return getattr(row, self.through) if self.through else row

    def why_not(self, row: Any, actor: Actor) -> str:
        return self.command.why_not(self.subject(row), actor)

    @property
    def code(self) -> str:
        return self.command.name

    def drawn(self, row: Any) -> bool:
        return self.row and (self.when is None or self.when(row))


@dataclass(frozen=True)
class Open:
    """A link of the row that opens something in the drawer: the follow-up form, the edit form, the details."""

    code: str
    label: str | _StrPromise
    permission: str
    url: Callable[[Any], str]
    guard: Callable[[Any, Actor], str | _StrPromise] | None = None
    when: Callable[[Any], bool] | None = None
    icon: str = ""
    main: bool = False

    def drawn(self, row: Any) -> bool:
        return self.when is None or self.when(row)


@dataclass(frozen=True)
class Tool:
    """A button of the toolbar: `opens` is drawer, page, dialog or download."""

    label: str | _StrPromise
    permission: str
    url: str
    icon: str = ""
    primary: bool = False
    opens: str = "drawer"


@dataclass(slots=True)  # not frozen: a page makes a hundred of them
class RowVerb:
    """A button ready to draw on one row."""

    code: str
    label: str
    url: str
    mode: str
    reason: str = ""
    danger: bool = False
    main: bool = False

    def address(self, base: str, pk: int) -> str:
        """The address with the key left open, as the menu of further verbs keeps it once for all rows."""
        return (
            self.url.replace(f"/{pk}/", "/0/", 1)
            if self.url != f"{base}{pk}/{self.code}/"
            else f"{base}0/{self.code}/"
        )


def row_verbs(verbs: list[Do | Open], row: Any, actor: Actor, base: str) -> list[RowVerb]:
    """The buttons of a row. A verb the role lacks is not drawn; one that is not possible now carries its reason."""
    drawn = []
    for verb in verbs:
        if isinstance(verb, Open):
            if actor.can(verb.permission) and verb.drawn(row):
                reason = str(verb.guard(row, actor)) if verb.guard else ""
                drawn.append(
                    RowVerb(verb.code, str(verb.label), verb.url(row), "drawer", reason, main=verb.main)
                )
        elif actor.can(verb.command.permission) and verb.drawn(row):
            reason = verb.why_not(row, actor)
            url = f"{base}{row.pk}/{verb.code}/"
            mode = "dialog" if verb.dialog else "now"
            drawn.append(RowVerb(verb.code, str(verb.command.label), url, mode, reason, verb.command.danger))
    return drawn
