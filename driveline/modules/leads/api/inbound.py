"""POST /api/v1/inbound/leads/{connection key or source}: a platform pushes a lead (PG-L06, docs/platforms.md).

Outside sessions and CSRF: the signature is the proof. The store is the connection's, the writer the program itself.
"""

from __future__ import annotations

import json
import logging
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from driveline.core import clock
from driveline.core.limits import spend
from driveline.core.middleware import client_address
from driveline.core.request_cache import brief_cache
from driveline.kit.api.problems import Problem
from driveline.kit.errors import Conflict
from driveline.modules.leads.api.bodies import BODY_MOST, message_of, too_large
from driveline.modules.leads.services.platforms.calls import Call, log_call
from driveline.modules.leads.services.platforms.doors import Door, door_by_key
from driveline.modules.leads.services.platforms.receiving import Received, receive_one
from driveline.modules.leads.services.platforms.signing import NotSigned, check_signature

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
# Refused calls have a bucket of their own, so that somebody who only knows the key can neither fill the log nor use up
# what the platform itself may send.
REFUSED_PER_MINUTE = 60


@csrf_exempt
@login_not_required
def inbound(request: HttpRequest, name: str) -> HttpResponseBase:
    """Take one message. 201 new, 200 duplicate or sent again, 202 faulty but kept; else a problem."""
    started = time.perf_counter()
    language = "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"
    with translation.override(language), brief_cache():
        try:
            return _answer(_take(request, name, started))
        except Problem as problem:
            return problem.response()
        except Exception:
            log.exception("a pushed message broke")
            return Problem("broken", _("It has been logged. Send it again later."), wait=60).response()


def _take(request: HttpRequest, name: str, started: float) -> Received:
    body = _body(request)
    door = _door(request, name)
    call = Call(size=len(body), address=_address(request))
    try:
        _check(request, name, door, body)
        return _receive(door, body, request, call, started)
    except Problem as problem:
        _log_refused(door, problem, call, started)
        raise


def _body(request: HttpRequest) -> bytes:
    """What was sent, as long as it is not too much."""
    if request.method != "POST":
        raise Problem("method", _("Messages are sent by POST."), headers={"Allow": "POST"})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_MOST:
        raise too_large()
    return request.body


def _address(request: HttpRequest) -> str | None:
    """Where the call came from; what a proxy has put there and is no address is left out."""
    try:
        return str(ip_address((client_address(request) or "").partition("%")[0]))
    except ValueError:
        return None


def _door(request: HttpRequest, name: str) -> Door:
    """The connection that the message names. An unknown key is answered like a wrong signature."""
    door = door_by_key(request.headers.get("X-Key", "") or name)
    if door is None:
        raise _unsigned(_("The signature does not fit the key, the timestamp and the body."), "signature")
    return door


def _check(request: HttpRequest, name: str, door: Door, body: bytes) -> None:
    """Raise Problem unless the platform itself sent this, now, over a connection that is in use."""
    connection, now = door.connection, clock.system_now()
    headers = request.headers
    try:
        check_signature(
            door.secrets_at(now),
            headers.get("X-Timestamp", ""),
            headers.get("X-Signature", ""),
            body,
            window=connection.window,
            now=now,
        )
    except NotSigned as error:
        if wait := spend("refused", connection.pk, REFUSED_PER_MINUTE):
            raise Problem("too-many", _("Too many refused calls."), wait=wait, rule="refused") from error
        raise _unsigned(str(error), error.rule) from error
    if name not in (connection.key, connection.source.code):
        raise Problem("missing", _("This key belongs to another source."), rule="source")
    if not door.open:
        raise Problem("forbidden", _("This connection is not in use."), rule="inactive")
    if wait := spend("messages", connection.pk, connection.per_minute):
        raise Problem("too-many", _("Too many messages at once."), wait=wait, rule="limit")


def _receive(door: Door, body: bytes, request: HttpRequest, call: Call, started: float) -> Received:
    message = message_of(body, request.META.get("CONTENT_TYPE", ""))
    try:
        return receive_one(door, message, call, started)
    except (Conflict, IntegrityError) as error:
        log.warning("platform connection %s: a message met others four times: %s", door.connection.pk, error)
        raise Problem(
            "conflict", _("The same lead is being written at this moment; send it again."), wait=RETRY_SECONDS
        ) from error
    except OperationalError as error:
        log.warning("platform connection %s: the database is busy: %s", door.connection.pk, error)
        raise Problem(
            "busy", _("The database does not answer at the moment; send it again."), wait=RETRY_SECONDS
        ) from error


def _log_refused(door: Door, problem: Problem, call: Call, started: float) -> None:
    """A refused call of a known connection is logged; what is over the limit, or finds no database, is not."""
    if problem.kind.code in ("too-many", "busy"):
        return
    ms = round((time.perf_counter() - started) * 1000)
    kind = problem.kind
    note = problem.rule or kind.code
    log_call(
        door.connection, Call(status=kind.status, note=note, ms=ms, size=call.size, address=call.address)
    )


def _unsigned(sentence: str, rule: str) -> Problem:
    return Problem("unsigned", sentence, rule=rule, headers={"WWW-Authenticate": "HMAC-SHA256"})


def _answer(received: Received) -> HttpResponse:
    verdict = received.verdict
    told: dict[str, Any] = {
        "verdict": verdict.code,
        "rule": verdict.rule,
        "done": verdict.done,
        "id": verdict.intake_id,
        "repeated": verdict.repeated,
    }
    if received.problems:
        told["errors"] = [
            {"field": field, "detail": detail, "rule": "PG-L06"}
            for field, detail in received.problems.items()
        ]
    answer = HttpResponse(
        json.dumps(told, ensure_ascii=False), status=received.status, content_type="application/json"
    )
    answer["Cache-Control"] = "no-store"
    return answer
