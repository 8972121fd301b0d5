"""Coming in and going out: sign-in (page and dialog), sign-out, the first run of an empty installation."""

from __future__ import annotations

import json
from functools import cache
from importlib import metadata
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from driveline.core import sessions, signin
from driveline.core.forms.entry import FirstRunForm, SignInForm
from driveline.core.middleware import STORE_KEY, by_script, client_address, while_waiting
from driveline.core.models import OrgUnit, User
from driveline.core.services.installation import InstalledAdmin, install, installed
from driveline.kit.errors import Invalid, Refused

REMEMBER_SECONDS = 7 * 24 * 3600
HOME = "/"


@login_not_required
@never_cache
@csrf_protect
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; with `inline=1` the same as a fragment for the dialog over a page whose session was lost."""
    inline = "inline" in request.GET or "inline" in request.POST
    if request.method == "GET":
        if not inline and request.user.is_authenticated:
            return redirect(_next(request))
        if not installed():
            return redirect("core:first_run")
        form = SignInForm(initial={"login": request.GET.get("login", "")[:40]})
        return _page(request, form, inline, _why(request), status=200)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, inline, "", status=422)
    data = form.cleaned_data
    attempt = signin.attempt(data["login"], data["password"], client_address(request))
    if attempt.outcome != signin.Outcome.OK or attempt.user is None:
        if inline:  # the dialog keeps what was typed
            said = {"tone": "bad", "text": _problem(attempt)}
            return render(request, "kit/parts/alert.html", said, status=409)
        return _page(request, form, inline, _problem(attempt), status=422)
    begin(request, attempt.user, remember=data["remember"])
    if inline:
        response = _signed_in_again(request, attempt.user)
    else:
        response = redirect("core:password" if attempt.user.must_change_password else _next(request))
    _speak(request, response, attempt.user)
    return response


def begin(request: HttpRequest, user: User, *, remember: bool = False) -> None:
    """Open the session: its store, its end, its line in the list of sessions."""
    login(request, user, backend=signin.BACKEND)
    request.session[STORE_KEY] = signin.home_store(user)
    request.session.set_expiry(REMEMBER_SECONDS if remember else 0)
    request.session.save()
    agent = request.headers.get("User-Agent", "")
    sessions.begin(user, request.session.session_key or "", client_address(request), agent)


@while_waiting
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    sessions.forget(request.session.session_key)
    logout(request)
    return redirect("core:login")


@login_not_required
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Set up an empty installation; closed for good once there is a group."""
    if installed():
        return redirect("core:login")
    form = FirstRunForm(request.POST or None)
    admin: InstalledAdmin | None = None
    if request.method == "POST" and form.is_valid():
        try:
            admin = install(**form.cleaned_data)
        except Invalid as error:
            form.take(error.errors)
        except Refused:
            return redirect("core:login")
    status = 422 if request.method == "POST" and admin is None else 200
    return render(request, "core/first_run.html", {"form": form, "admin": admin}, status=status)


def stale_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF check failed, as it does in a second tab after signing in again in the first.

    A script is handed a fresh token to send its request once more with (only our own pages can read it), and
    whose session this is, so that nobody's words are sent in another's name. A stale sign-in page starts anew.
    """
    if by_script(request):
        who = str(request.user.pk or "")
        return HttpResponse(status=403, headers={"X-CSRFToken": get_token(request), "X-User": who})
    if request.path == reverse("core:login"):
        return redirect(request.get_full_path())
    return render(request, "core/stale.html", status=403)


def _page(request: HttpRequest, form: SignInForm, inline: bool, problem: str, *, status: int) -> HttpResponse:
    template = "core/login_inline.html" if inline else "core/login.html"
    context: dict[str, Any] = {
        "form": form,
        "problem": problem,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "inline": inline,
        "group_name": "" if inline else _group_name(),
        "version": _version(),
    }
    return render(request, template, context, status=status)


@cache
def _version() -> str:
    """The program's version; "" when it runs without having been installed."""
    try:
        return metadata.version("driveline")
    except metadata.PackageNotFoundError:
        return ""


def _group_name() -> str:
    """The dealer group whose system this is; "" where several share it."""
    names = list(OrgUnit.objects.filter(kind=OrgUnit.Kind.GROUP).values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def _signed_in_again(request: HttpRequest, user: User) -> HttpResponse:
    """204 for the dialog: the page goes on with a fresh token and sends again what it could not."""
    token = get_token(request)
    told = {
        "csrf": token,
        "user": user.pk,
        "store": request.session.get(STORE_KEY),
        "must_change_password": user.must_change_password,
    }
    response = HttpResponse(status=204)
    response["X-CSRFToken"] = token
    response["HX-Trigger"] = json.dumps({"signed-in": told, "dialog:close": {}})
    return response


def _problem(attempt: signin.Attempt) -> str:
    if attempt.outcome == signin.Outcome.DISABLED:
        return _("This account has been disabled.")
    if attempt.outcome == signin.Outcome.LOCKED:
        return ngettext(
            "Too many failed attempts. Try again in %(n)d minute.",
            "Too many failed attempts. Try again in %(n)d minutes.",
            attempt.minutes,
        ) % {"n": attempt.minutes}
    return ngettext(
        "Login or password is wrong, %(n)d more try.",
        "Login or password is wrong, %(n)d more tries.",
        attempt.left,
    ) % {"n": attempt.left}


def _why(request: HttpRequest) -> str:
    return _("This account has been disabled.") if request.GET.get("why") == "disabled" else ""


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return HOME


def _speak(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """A browser without a chosen language takes the user's."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        set_language_cookie(response, user.language)


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Remember the language of the interface in this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
