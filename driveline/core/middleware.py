"""Gives every request its actor, and turns away who may not come in.

Order of the checks: signed in (else the sign-in page) → account in use → works somewhere → password changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from driveline.core import journal, sessions
from driveline.core.access import Actor, actor_from, memberships_with_grants
from driveline.core.models import Membership, User
from driveline.core.request_cache import request_cache
from driveline.kit.api.declare import by_program
from driveline.kit.errors import Conflict

STORE_KEY = "store"
SIGNED_OUT = "X-Signed-Out"


class StaffRequest(HttpRequest):
    """What a view behind the sign-in is handed. `actor` is None only in views marked `while_waiting`."""

    user: User  # nobody anonymous comes this far
    actor: Actor
    memberships: list[Membership]


def by_script(request: HttpRequest) -> bool:
    """True for a request that a script sent: its answer must be a fragment or a status, never a redirect."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or "X-Fragment" in headers
        or "X-Drawer" in headers
        or "X-Dialog" in headers
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Sec-Fetch-Mode") in ("cors", "same-origin")
    )


def client_address(request: HttpRequest) -> str | None:
    """The browser's network address; behind a proxy that we were told of, what the proxy saw."""
    from django.conf import settings

    if settings.SECURE_PROXY_SSL_HEADER and (chain := request.headers.get("X-Forwarded-For")):
        return chain.rpartition(",")[2].strip() or None
    return request.META.get("REMOTE_ADDR") or None


def signed_out() -> HttpResponse:
    """401 for a script: the page keeps its form and asks for the password in a dialog."""
    return HttpResponse(status=401, headers={SIGNED_OUT: "1"})


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Everything needs a signed-in user unless its view says otherwise; scripts get a 401 instead of a page."""

    def handle_no_permission(  # type: ignore[override]  # the 401 is not a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if by_script(request):
            return signed_out()
        return super().handle_no_permission(request, view_func)


def check_form_store(request: HttpRequest) -> None:
    """A form carries the store it was opened in as `store`; raise Conflict when that is no longer the current one.

    Plugged in as `ports.form_store`, so every page and command of the kit asks it. Nothing typed is lost.
    """
    actor = getattr(request, "actor", None)
    carried = request.POST.get("store", "")
    if actor is None or not carried.isdecimal() or int(carried) == actor.store_id:
        return
    opened = next((row.store.name for row in request.memberships if row.store_id == int(carried)), None)  # type: ignore[attr-defined]
    raise Conflict(
        _("This form was opened in %(opened)s, you now work in %(current)s. Switch back to save it.")
        % {"opened": opened or _("another store"), "current": actor.store.name},
        rule="DESIGN §3a",
    )


def while_waiting(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view open to those who have no store yet or must change their password first."""
    view.while_waiting = True  # type: ignore[attr-defined]  # read by ActorMiddleware
    return view


class ActorMiddleware:
    """Sets `request.actor` and `request.memberships` (all units the user works in, for the store switch)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]  # declared nowhere in Django
        request.memberships = []  # type: ignore[attr-defined]
        token = journal.address.set(client_address(request))
        door = journal.door.set("")
        try:
            if by_program(request.path_info):
                request.user = AnonymousUser()  # a browser's session opens nothing there: the token is asked
            elif request.user.is_authenticated:
                if not request.user.is_active:
                    return self._turn_out(request)
                self._admit(request)
            with request_cache():
                response = self.get_response(request)
        finally:
            journal.address.reset(token)
            journal.door.reset(door)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Hold back those who have no store, then those who must change their password."""
        if (
            not request.user.is_authenticated
            or getattr(view, "while_waiting", False)
            or not getattr(view, "login_required", True)
        ):
            return None
        if request.actor is None:  # type: ignore[attr-defined]
            return render(request, "core/no_store.html", status=403)
        if request.user.must_change_password:
            return self._send(request, reverse("core:password"))
        return None

    def _admit(self, request: HttpRequest) -> None:
        user = cast(User, request.user)
        rows = getattr(user, "places", None)
        if rows is None:
            rows = list(memberships_with_grants().filter(user_id=user.pk).order_by("store_id"))
        # stores stand before the group unit: that is where the user's own work is
        rows.sort(key=lambda row: row.store.kind != "store")
        request.memberships = rows  # type: ignore[attr-defined]
        row = self._current(request, rows)
        if row is not None:
            actor = actor_from(row)
            self._speak(request, actor)
            request.actor = actor  # type: ignore[attr-defined]
        if request.session.session_key:
            sessions.touch(request.session.session_key)

    def _current(self, request: HttpRequest, rows: list[Membership]) -> Membership | None:
        """The membership of the session's store; of a store that was taken away, the next one."""
        wanted = request.session.get(STORE_KEY)
        for row in rows:
            if row.store_id == wanted:
                return row
        if not rows:
            return None
        request.session[STORE_KEY] = rows[0].store_id
        return rows[0]

    def _speak(self, request: HttpRequest, actor: Actor) -> None:
        """The language chosen in this browser, else the one the user keeps."""
        from django.conf import settings

        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) not in dict(settings.LANGUAGES):
            translation.activate(actor.user.language)
            request.LANGUAGE_CODE = translation.get_language() or actor.user.language
        actor.language = translation.get_language() or actor.user.language

    def _turn_out(self, request: HttpRequest) -> HttpResponseBase:
        """The account was disabled: the session ends here (AC-09)."""
        sessions.forget(request.session.session_key)
        logout(request)
        if by_script(request):
            return signed_out()
        return redirect(f"{reverse('core:login')}?why=disabled")

    def _send(self, request: HttpRequest, url: str) -> HttpResponseBase:
        if by_script(request):
            return HttpResponse(status=403, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
