"""The drawers of a person: create, edit, one-time password, a place in a further store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.services import memberships, users
from driveline.kit.errors import Refused
from driveline.kit.pages import Context
from driveline.kit.views.details import drawn, row_of
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of
from driveline.modules.setup.forms.users import EditUserForm, FurtherStoreForm, NewUserForm, NothingToAsk

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.core.access import Actor
    from driveline.core.services.users import CreatedUser
    from driveline.kit.listing import ListPage

EDIT = "users.edit"


def create(request: HttpRequest, page: ListPage) -> HttpResponse:
    """新增用户; the answer shows the one-time password, once."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own

    def act(data: dict[str, Any]) -> HttpResponse:
        made = users.user_create(
            actor,
            name=data["name"],
            login=data["login"],
            phone=data["phone"],
            store_id=data["unit"],
            **_place(data),
        )
        return _password_once(request, page, made, gettext("%(name)s can sign in") % {"name": made.user.name})

    return form_screen(
        request, page, lambda data: NewUserForm(data, actor=actor), act, gettext("New user"), permission=EDIT
    )


def edit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """编辑: account, place and absence in one act."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    row = row_of(request, page, pk)

    def make(data: Any) -> EditUserForm:
        forms.append(EditUserForm(data, actor=actor, row=row))
        return forms[-1]

    def act(data: dict[str, Any]) -> HttpResponse:
        form = forms[-1]
        with transaction.atomic():
            users.user_edit(actor, pk, **form.account())
            memberships.membership_edit(actor, pk, **form.place())
            if {"stand_in", "absent_from", "absent_to"} & set(form.changed_data):
                users.absence_set(actor, pk, **form.absence())
        return saved(pk)

    forms: list[EditUserForm] = []
    title = gettext("Edit %(name)s") % {"name": row.user.name}
    return form_screen(request, page, make, act, title, permission=EDIT)


def password(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """重置密码: says what it means, then shows the new one-time password, once."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    row = row_of(request, page, pk)
    if not row.user.is_active:
        raise Refused(gettext("This account is disabled."))

    def act(data: dict[str, Any]) -> HttpResponse:
        return _password_once(
            request,
            page,
            users.password_reset(actor, pk),
            gettext("New password for %(name)s") % {"name": row.user.name},
        )

    return form_screen(
        request,
        page,
        lambda data: NothingToAsk(data, actor=actor),
        act,
        gettext("Reset the password of %(name)s?") % {"name": row.user.name},
        permission=EDIT,
        saves=[("close", _("Reset password"))],
        lead_text=gettext(
            "The present password no longer works and every session ends. The new one is shown once and must be "
            "changed at the next sign-in."
        ),
    )


def further_store(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """A place in one more store."""
    actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
    row = row_of(request, page, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        made = memberships.membership_add(actor, pk, store_id=data["unit"], **_place(data))
        return saved(pk, made.pk)

    title = gettext("Another store for %(name)s") % {"name": row.user.name}
    return form_screen(
        request, page, lambda data: FurtherStoreForm(data, actor=actor, row=row), act, title, permission=EDIT
    )


def _place(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "role_id": data["role"],
        "superior_id": data["superior"],
        "department_id": data["department"],
        "accepts_work": data["accepts_work"],
    }


def _password_once(request: HttpRequest, page: ListPage, made: CreatedUser, title: str) -> HttpResponse:
    """The login and the one-time password; asked for again they are gone."""
    context = {"page": page, "ctx": Context.of(actor_of(request)), "made": made, "title": title}
    answer = drawn(request, "setup/password.html", context)
    answer["HX-Trigger"] = json.dumps({"list:refresh": {"changed": [made.membership.pk]}})
    return answer
