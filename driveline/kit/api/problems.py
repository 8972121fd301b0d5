"""How a program is refused: application/problem+json, in the language it asked for, with field, rule and who was first.

`answer(error)` turns what the services raise into an answer; nothing of the inside gets out with a 500.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.kit.api.fields import bare
from driveline.kit.errors import Conflict, Forbidden, Invalid, Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and what a program does about it."""

    code: str
    status: int
    title: str | _StrPromise
    text: str | _StrPromise


KINDS = {
    kind.code: kind
    for kind in (
        Kind("malformed", 400, _("Malformed request"), _("Mend the request; it cannot be read.")),
        Kind(
            "unauthorised",
            401,
            _("No valid token"),
            _("Send a token that is in force; ask for a new one if it has run out."),
        ),
        Kind(
            "unsigned",
            401,
            _("Not signed"),
            _("Sign the message with the secret of its connection, now."),
        ),
        Kind(
            "forbidden",
            403,
            _("Not allowed"),
            _("The role of the token's owner does not include this action."),
        ),
        Kind(
            "missing",
            404,
            _("Not found"),
            _("There is no such thing within what the token's owner may see."),
        ),
        Kind("method", 405, _("Wrong method"), _("Use one of the methods named in Allow.")),
        Kind(
            "refused",
            409,
            _("Refused by a rule"),
            _("Nothing was changed; the sentence says why and what to do instead."),
        ),
        Kind(
            "conflict",
            409,
            _("Somebody was faster"),
            _("Nothing was changed; read the row again. `who` and `when` name the winner."),
        ),
        Kind(
            "under-way",
            409,
            _("Still under way"),
            _("The same Idempotency-Key is being worked at; send it again in a moment."),
        ),
        Kind("too-large", 413, _("Too large"), _("Send less at once.")),
        Kind("not-json", 415, _("Not JSON"), _("Send Content-Type: application/json.")),
        Kind("media-type", 415, _("Unknown kind of content"), _("Say in Content-Type what is sent.")),
        Kind("invalid", 422, _("Not acceptable"), _("Mend the fields named in `errors`.")),
        Kind(
            "key-reused",
            422,
            _("Key used before"),
            _("Take a new Idempotency-Key for another request."),
        ),
        Kind("too-many", 429, _("Too many requests"), _("Wait as long as Retry-After says.")),
        Kind("broken", 500, _("An error of ours"), _("It has been logged. Trying again later may help.")),
        Kind("busy", 503, _("Busy"), _("The database does not answer at the moment; try again.")),
    )
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field; `code` is for programs, "" the whole request."""

    field: str
    detail: str
    code: str = "invalid"


class Problem(Exception):
    """An answer that refuses. `also` are further members, `headers` those of the answer, `wait` the seconds after
    which it may be sent again."""

    def __init__(
        self,
        kind: str,
        detail: str | _StrPromise = "",
        *,
        faults: Sequence[Fault] = (),
        rule: str = "",
        also: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        wait: float = 0,
    ) -> None:
        super().__init__(kind)
        self.kind = KINDS[kind]
        self.detail = detail or self.kind.text
        self.faults = list(faults)
        self.rule = rule
        self.also = also or {}
        self.headers = (headers or {}) | ({"Retry-After": str(max(1, ceil(wait)))} if wait else {})

    def response(self) -> HttpResponse:
        """The answer itself."""
        told: dict[str, Any] = {
            "type": f"/api/docs#{self.kind.code}",
            "title": str(self.kind.title),
            "status": self.kind.status,
            "detail": str(self.detail),
        }
        if self.rule:
            told["rule"] = self.rule
        if self.faults:
            rule = {"rule": self.rule} if self.rule else {}
            told["errors"] = [
                {"field": f.field, "code": f.code, "detail": str(f.detail)} | rule for f in self.faults
            ]
        body = json.dumps(told | self.also, cls=DjangoJSONEncoder, ensure_ascii=False)
        return HttpResponse(body, status=self.kind.status, content_type=MEDIA_TYPE, headers=self.headers)


class Unusable(Problem):
    """Parameters or fields that cannot be taken, each with its sentence."""

    def __init__(self, faults: Sequence[Fault], rule: str = "") -> None:
        said = gettext("%(n)s fields cannot be taken.") % {"n": len(faults)}
        super().__init__("invalid", faults[0].detail if len(faults) == 1 else said, faults=faults, rule=rule)


class TooMany(Problem):
    """The token has spent what it may; `wait` seconds until there is more."""

    def __init__(self, wait: float) -> None:
        said = gettext("Too many requests at once. Wait %(n)s s.") % {"n": max(1, ceil(wait))}
        super().__init__("too-many", said, wait=wait)


def answer(error: Exception) -> HttpResponse:
    """The answer to what was raised. What nobody expected is logged and answered with 500."""
    return problem_of(error).response()


def problem_of(error: Exception) -> Problem:
    """The problem that an exception is for the outside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Invalid):
        return Unusable(
            [Fault(name, sentence) for name, told in error.errors.items() for sentence in told], error.rule
        )
    if isinstance(error, Conflict):
        when = {"when": bare(error.when)} if isinstance(error.when, datetime) else {}
        who = {"who": error.who} if error.who else {}
        return Problem("conflict", error.sentence, rule=error.rule, also=who | when)
    if isinstance(error, Refused):
        return Problem("refused", error.sentence, rule=error.rule)
    if isinstance(error, Forbidden):
        return Problem("forbidden", error.sentence)
    return _of_django(error)


def _of_django(error: Exception) -> Problem:
    if isinstance(error, PermissionDenied):
        return Problem("forbidden")
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        return Problem("missing")
    if isinstance(error, RequestDataTooBig):
        return Problem("too-large")
    if isinstance(error, (BadRequest, SuspiciousOperation)):
        return Problem("malformed")
    if isinstance(error, OperationalError):
        log.warning("the interface found the database busy: %s", error)
        return Problem("busy", headers={"Retry-After": "2"})
    log.error("the interface broke", exc_info=error)
    return Problem("broken")


def schema() -> dict[str, Any]:
    """The JSON Schema of a problem."""
    text = {"type": "string"}
    fault = {
        "type": "object",
        "properties": {"field": text, "code": text, "detail": text, "rule": text},
        "required": ["field", "detail"],
    }
    return {
        "type": "object",
        "properties": {
            "type": text | {"format": "uri-reference"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text | {"description": _("What stood in the way, in the language asked for.")},
            "rule": text | {"description": _("The rule that decided, as the specification numbers it.")},
            "errors": {"type": "array", "items": fault},
            "who": text | {"description": _("Who was faster.")},
            "when": text | {"format": "date-time", "description": _("When that was.")},
        },
        "required": ["type", "title", "status", "detail"],
    }
