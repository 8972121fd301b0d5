"""The own account: password, signed-in browsers."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from driveline.core import clock, sessions
from driveline.core.agents import spoken
from driveline.core.forms.entry import NewPasswordForm
from driveline.core.journal import audit, write_account
from driveline.core.middleware import StaffRequest, client_address, while_waiting
from driveline.core.services.users import password_change
from driveline.kit.errors import Invalid


def crumbs(here: str) -> list[dict[str, str]]:
    """Where one is: my account, then the page."""
    return [{"label": _("My account"), "url": "/account/"}, {"label": here, "url": ""}]


@while_waiting
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    """Change the own password; at the first sign-in nothing else is shown before that is done."""
    user = request.user
    forced = user.must_change_password
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        old_key = request.session.session_key
        try:
            password_change(user, form.cleaned_data["password"])
        except Invalid as error:
            form.take(error.errors)
        else:
            _keep_session(request, old_key)
            audit.write(
                request.actor, "user.password_change", object_type="core.user", object_id=user.pk, detail={}
            )
            if forced:
                return redirect("/")
            context = {"form": NewPasswordForm(user=user), "done": True, "crumbs": crumbs(_("Password"))}
            return render(request, "core/password.html", context)
    template = "core/password_first.html" if forced else "core/password.html"
    context = {"form": form, "crumbs": crumbs(_("Password"))}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _keep_session(request: StaffRequest, old_key: str | None) -> None:
    """This browser stays signed in under a new key; all others end."""
    update_session_auth_hash(request, request.user)
    request.session.save()
    sessions.end_all([request.user.pk])
    sessions.forget(old_key)
    agent = request.headers.get("User-Agent", "")
    sessions.begin(request.user, request.session.session_key or "", client_address(request), agent)


@require_GET
def sessions_list(request: StaffRequest) -> HttpResponse:
    """Where the user is signed in; each can be ended."""
    key = request.session.session_key
    rows = [
        {"row": row, "here": row.session_key == key, "device": spoken(row.agent)}
        for row in sessions.of_user(request.user)
    ]
    rows.sort(key=lambda line: not line["here"])
    context = {
        "crumbs": crumbs(_("Signed-in browsers")),
        "rows": rows,
        "others": sum(not line["here"] for line in rows),
        "done": _told(request),
        "today": clock.today(),
    }
    return render(request, "core/sessions.html", context)


@require_POST
def session_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End one of the own sessions."""
    if not sessions.end(request.user, pk):
        raise Http404
    write_account(request.user, "session.end", {"sessions": 1}, client_address(request))
    request.session["sessions_ended"] = 1
    return redirect("core:sessions")


@require_POST
def sessions_end_others(request: StaffRequest) -> HttpResponse:
    """End all sessions but this one."""
    count = sessions.end_others(request.user, request.session.session_key)
    write_account(request.user, "session.end", {"sessions": count}, client_address(request))
    request.session["sessions_ended"] = count
    return redirect("core:sessions")


def _told(request: StaffRequest) -> str:
    count = request.session.pop("sessions_ended", None)
    if count is None:
        return ""
    return (
        ngettext("%(n)d session ended", "%(n)d sessions ended", count) % {"n": count}
        if count
        else _("Nothing to end")
    )
