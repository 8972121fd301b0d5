"""What a dialog asks before a command: the verb with the names of its rows, the consequence and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from driveline.kit.formats import few, listed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor

type Confirm = Callable[[Sequence[Any], Actor], dict[str, Any]]


def asks(title: str | _StrPromise, text: str | _StrPromise) -> Confirm:
    """The confirmation of a command whose consequence is the same for every row; `title` has a %(name)s."""
    return lambda rows, actor: asked(title, text, rows)


def asked(title: str | _StrPromise, text: str | _StrPromise, rows: Sequence[Any]) -> dict[str, Any]:
    """The words of the dialog; without rows that can be taken the verb stands alone."""
    return {"title": title % {"name": listed(few(map(str, rows)))}, "text": text} if rows else {}
