"""How a program gets in: its token, its allowance, one answer per key, and problems instead of pages.

A session of a browser opens nothing here, so no foreign page can make a browser act through the interface.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext
from ninja.security import HttpBearer

from driveline.kit.api.inputs import fits_in
from driveline.kit.api.problems import Fault, Problem, TooMany, Unusable, answer
from driveline.kit.ports import ports

if TYPE_CHECKING:
    from driveline.kit.api.declare import Room
    from driveline.kit.ports import ApiCall

log = logging.getLogger(__name__)

KEY = re.compile(r"[\x21-\x7e]{1,128}")
KEPT_HEADERS = ("Location", "Content-Type")
WAIT_SECONDS = 5.0
FIRST_PAUSE = 0.05


class Bearer(HttpBearer):
    """`Authorization: Bearer …`: the token of one membership."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The call of the token, None for one that is not in force. Raises TooMany beyond the allowance."""
        call = ports.api.admit(token)
        if call is None:
            return None
        if wait := ports.api.spend(call):
            raise TooMany(wait)
        call.actor.language = get_language() or call.actor.language  # type: ignore[misc]
        request.actor = call.actor  # type: ignore[attr-defined]  # as the middleware sets it for a browser
        request.call = call  # type: ignore[attr-defined]
        return call


def call_of(request: HttpRequest) -> ApiCall:
    """The call that the door let in."""
    call: ApiCall = request.call  # type: ignore[attr-defined]
    return call


def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """401 and how to do better."""
    given = request.headers.get("Authorization", "")
    said = gettext("This token is not in force: unknown, revoked, run out, or its owner has left.")
    detail = said if given else gettext("Send the token: Authorization: Bearer …")
    challenge = 'Bearer realm="driveline"' + (', error="invalid_token"' if given else "")
    return Problem("unauthorised", detail, headers={"WWW-Authenticate": challenge}).response()


def opened(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """The outermost layer: whatever happens, the answer is JSON and nobody keeps it; HEAD is GET without its body."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        head = request.method == "HEAD"
        if head:
            request.method = "GET"
        try:
            response: HttpResponse = view(request, *args, **kwargs)
        except Exception as error:
            response = answer(error)
        if response.status_code == 405 and not response.headers["Content-Type"].startswith("application/"):
            allowed = set(response.headers.get("Allow", "").split(", "))
            allowed |= {"HEAD"} if "GET" in allowed else set()
            response = Problem("method", headers={"Allow": ", ".join(sorted(allowed))}).response()
        if head:
            request.method = "HEAD"
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "Authorization, Accept-Language"
        return response

    answered.login_required = False  # type: ignore[attr-defined]  # the token is asked instead
    answered.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie opens anything here
    return answered


def roomy(view: Callable[..., HttpResponse], room: Room) -> Callable[..., HttpResponse]:
    """Take a body larger than the rest of the program takes: as many bytes as `room` gives the token's owner."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        most = room(call_of(request).actor)
        fits_in(request, most)
        request._body = request.read(most + 1)  # what `body` would read, but for the limit of the settings
        return view(request, *args, **kwargs)

    return read


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """With an Idempotency-Key the same request is carried out once, and answered alike for a day."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            said = gettext("1 to 128 letters, figures and signs, without blanks.")
            raise Unusable([Fault("Idempotency-Key", said, "key")])
        call = call_of(request)
        call.key = hashlib.blake2b(f"{call.token_id} {key}".encode(), digest_size=16).hexdigest()
        earlier = _claimed(call, key, _digest(request))
        return earlier or _carried_out(view, request, call, key, *args, **kwargs)

    return kept


def _digest(request: HttpRequest) -> str:
    """What makes two requests the same: where to, and with which bytes."""
    parts = (request.method or "", request.get_full_path(), request.content_type or "")
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()


def _claimed(call: ApiCall, key: str, digest: str) -> HttpResponse | None:
    """The earlier answer; None when this request is to be carried out now. Waits while another carries it out."""
    pause, until = FIRST_PAUSE, time.monotonic() + WAIT_SECONDS
    while True:
        earlier = ports.api.claim(call, key, digest)
        if earlier is None:
            return None
        if earlier.digest != digest:
            raise Problem("key-reused")
        if earlier.status:
            again = HttpResponse(earlier.body.encode(), status=earlier.status, headers=earlier.headers)
            again["Idempotent-Replayed"] = "true"
            return again
        if time.monotonic() > until:
            raise Problem("under-way", headers={"Retry-After": "1"})
        time.sleep(pause)
        pause = min(pause * 2, 0.5)


def _carried_out(
    view: Callable[..., HttpResponse],
    request: HttpRequest,
    call: ApiCall,
    key: str,
    *args: Any,
    **kwargs: Any,
) -> HttpResponse:
    try:
        response = view(request, *args, **kwargs)
    except Exception as error:
        response = answer(error)
    if response.status_code >= 500:
        ports.api.release(call, key)  # nothing is certain: the same key may try again
    else:
        headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
        ports.api.keep(call, key, response.status_code, response.content.decode(), headers)
    return response
