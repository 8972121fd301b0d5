"""The ways a request can be refused, each with a sentence for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):
    """The rules say no; the sentence says why and what to do instead. Nothing was written. HTTP 409."""

    def __init__(self, sentence: str | _StrPromise, rule: str = "") -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.rule = rule


class Conflict(Refused):
    """Somebody else was first; `who` and `when` name the winner. HTTP 409."""

    def __init__(
        self, sentence: str | _StrPromise, *, who: str = "", when: object = None, rule: str = ""
    ) -> None:
        super().__init__(sentence, rule)
        self.who = who
        self.when = when


class Invalid(Exception):
    """Input that cannot be taken: field name → sentences ("" = the whole form). HTTP 422."""

    def __init__(self, errors: dict[str, list[str]], rule: str = "") -> None:
        super().__init__("; ".join(s for sentences in errors.values() for s in sentences))
        self.errors = errors
        self.rule = rule


class Forbidden(Exception):
    """A row the actor sees and a verb he may not use. HTTP 403."""

    def __init__(self, sentence: str | _StrPromise = "") -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
