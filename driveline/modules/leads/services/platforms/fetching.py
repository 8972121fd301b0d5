"""Asking a platform over HTTP, with care: only the host that was typed, nothing private, nothing endless.

The address is looked up by us and that very address is connected to, so that a name cannot lead inside between the
check and the call. Proxies of the environment are not used. Redirects stay on the same scheme, host and port.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.utils.translation import gettext as _

from driveline.modules.leads.services.platforms.parsing import parsed

CONNECT_SECONDS = 10
WHOLE_SECONDS = 30
ANSWER_MOST = 5 * 1024 * 1024
PIECE = 64 * 1024
LONGEST_WAIT = 3600


class NoAnswer(Exception):
    """The platform could not be asked or its answer cannot be used. `wait`: seconds it asked us to leave it alone."""

    def __init__(self, sentence: str, *, status: int = 0, size: int = 0, wait: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.size, self.wait = status, size, wait


class Answer:
    """What came: the JSON, the status, the number of bytes."""

    def __init__(self, content: Any, status: int, size: int) -> None:
        self.content, self.status, self.size = content, status, size


def address_problem(url: str) -> str:
    """Why an address cannot be asked, as far as can be told without asking; "" when it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("This is not an address.")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return _("An address begins with https:// or http:// and names a host.")
    if parts.username or parts.password:
        return _("Put the key into the header, not into the address.")
    if parts.fragment:
        return _("An address without #.")
    return ""


def fetch(url: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """GET the address with the parameters added; JSON only. Raises NoAnswer."""
    if problem := address_problem(url):
        raise NoAnswer(problem)
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    target = urlunsplit(parts._replace(query=query))
    request = urllib.request.Request(target, headers={"Accept": "application/json", **headers})  # noqa: S310  checked above
    until = time.monotonic() + WHOLE_SECONDS
    try:
        with _opener(parts, until).open(request, timeout=CONNECT_SECONDS) as answer:
            body = _read(answer, until)
            return Answer(_json(body, answer.status), answer.status, len(body))
    except urllib.error.HTTPError as error:
        error.close()
        wait = error.headers.get("Retry-After", "") if error.code in (429, 503) else ""
        seconds = min(int(wait), LONGEST_WAIT) if wait.isdecimal() else 0
        raise NoAnswer(
            _("It answered with status %(status)s.") % {"status": error.code}, status=error.code, wait=seconds
        ) from error
    except NoAnswer:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(_said(error)) from error


def _said(error: Exception) -> str:
    """Why the connection failed, without what the other side has written."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, NoAnswer):
        return str(reason)
    if isinstance(reason, TimeoutError):
        return _("It did not answer in time.")
    if isinstance(reason, ssl.SSLError):
        return _("Its certificate is not good.")
    if isinstance(reason, socket.gaierror):
        return _("The host is not known.")
    return _("The connection broke.")


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    """The body, as long as it is neither too large nor too slow."""
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > ANSWER_MOST:
            raise NoAnswer(_("The answer is larger than 5 MB."), status=answer.status, size=size)
        if time.monotonic() > until:
            raise NoAnswer(_("It did not answer in time."), status=answer.status, size=size)
    if answer.length:
        raise NoAnswer(_("The connection broke."), status=answer.status, size=size)
    return b"".join(pieces)


def _json(body: bytes, status: int) -> Any:
    try:
        return parsed(body)
    except ValueError as error:
        raise NoAnswer(_("The answer is not JSON."), status=status, size=len(body)) from error


# Connecting


def _allowed(address: str) -> bool:
    """Whether an address may be asked: public ones; private ones only where the operator has said so."""
    if settings.PLATFORM_PRIVATE_HOSTS:
        return True
    ip = ipaddress.ip_address(address.partition("%")[0])
    plain = getattr(ip, "ipv4_mapped", None) or ip
    return plain.is_global and not plain.is_multicast


def _connected(host: str, port: int, until: float) -> socket.socket:
    """A connection to the first allowed address of the host that takes it."""
    problem: Exception = NoAnswer(_("This host lies in a private network; the operator has to allow that."))
    for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not _allowed(str(address[0])):
            continue
        made = socket.socket(family, kind, protocol)
        made.settimeout(max(0.1, min(CONNECT_SECONDS, until - time.monotonic())))
        try:
            made.connect(address)
        except OSError as error:
            made.close()
            problem = error
        else:
            return made
    raise problem


def _opener(home: SplitResult, until: float) -> urllib.request.OpenerDirector:
    """An opener that connects by `_connected` and follows redirects only at home."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            self.sock = _connected(self.host, self.port, until)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            bare = _connected(self.host, self.port, until)
            self.sock = ssl.create_default_context().wrap_socket(bare, server_hostname=self.host)

    def opening(kind: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        return lambda host, timeout=CONNECT_SECONDS, **_more: kind(host, timeout=timeout)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(opening(Plain), req)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(opening(Secure), req)

    class AtHome(urllib.request.HTTPRedirectHandler):
        max_redirections = 3

        def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            parts = urlsplit(newurl)
            if (parts.scheme, parts.hostname, parts.port) != (home.scheme, home.hostname, home.port):
                raise NoAnswer(_("It sends us to another host."), status=code)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return urllib.request.build_opener(urllib.request.ProxyHandler({}), PlainHandler, SecureHandler, AtHome)
