"""新增线索 and 编辑: the form in the drawer. 提交 closes it, 保存 stays (PG-L01 3)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import clock, phones
from driveline.kit.errors import Invalid, Refused
from driveline.kit.pages import Context
from driveline.kit.scopes import visible
from driveline.kit.views.details import drawn
from driveline.kit.views.guard import actor_of, done, one_or_404
from driveline.modules.leads.forms import LeadForm
from driveline.modules.leads.pages import known
from driveline.modules.leads.services.edit_conflict import IDS, Changed, Opened, values_of
from driveline.modules.leads.services.entry import AlreadyThere, Entered, lead_edit, lead_enter

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.engines.followup.models import Pursuit
    from driveline.kit.listing import ListPage

SAVES = [("stay", _("Save and new")), ("close", _("Submit"))]


def create(request: HttpRequest, page: ListPage) -> HttpResponse:
    """A new lead; a number that is there already leads to its lead, with what was done with that (§2.6)."""
    actor = actor_of(request)
    if not actor.can("leads.create"):
        raise PermissionDenied
    title = gettext("New lead")
    if request.method != "POST":
        return _draw(request, page, LeadForm.for_new(actor, known.URL), title, SAVES)
    form = LeadForm.for_new(actor, known.URL, request.POST)
    if form.is_valid():
        data = dict(form.cleaned_data)
        mine = data.pop("assign_to_me", False)
        try:
            entered = lead_enter(actor, data, key=request.POST.get("key") or None, assign_to_me=mine)
        except Invalid as error:
            form.take(error)
        else:
            return _told(entered, page, stay=request.POST.get("then") == "stay")
    return _draw(request, page, form, title, SAVES, status=422)


def _told(entered: Entered, page: ListPage, *, stay: bool) -> HttpResponse:
    """What became of the entry; of a number that was there already its lead is opened, when it may be seen."""
    triggers: dict[str, Any] = {
        "list:refresh": {"changed": [entered.pursuit.pk] if entered.visible else []},
        "badges:refresh": {},
        "toast": {"text": entered.sentence},
    }
    if stay:
        triggers["drawer:open"] = {"url": f"{page.url}new/"}
    elif not entered.new and entered.visible:
        triggers["drawer:open"] = {"url": entered.url}
    else:
        triggers["drawer:close"] = {}
    return done(**triggers)


def edit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """Change the data of a lead; state, owner and dates are not on this form."""
    from driveline.modules.leads.pages.detail import edit_why_not

    actor = actor_of(request)
    lead: Pursuit = one_or_404(page.rows(actor).select_related(*page.detail.joins), pk)
    reachable = visible(type(lead), actor, "leads.edit").filter(pk=pk).exists()
    if not reachable:
        raise PermissionDenied
    if reason := edit_why_not(lead, actor):
        raise Refused(reason)
    title = gettext("Edit %(name)s") % {"name": lead.party.name}
    saves = [("close", _("Save"))]
    if request.method != "POST":
        seen = Opened.of(lead, clock.now()).packed
        return _draw(request, page, LeadForm.for_lead(lead, actor), title, saves, seen=seen)
    form = LeadForm.for_lead(lead, actor, request.POST)
    seen = request.POST.get("seen", "")
    if form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("assign_to_me", None)
        try:
            lead_edit(actor, lead.pk, data, opened=Opened.read(seen, request.POST.get("over", "")))
        except Invalid as error:
            form.take(error)
        except Changed as changed:
            return _changed(request, page, pk, form, changed)
        except AlreadyThere as there:
            return _draw(request, page, form, title, saves, status=409, there=there, seen=seen)
        else:
            return done(**{"drawer:close": {}, "list:refresh": {"changed": [pk]}})
    return _draw(request, page, form, title, saves, status=422, seen=seen)


def _changed(request: HttpRequest, page: ListPage, pk: int, form: LeadForm, changed: Changed) -> HttpResponse:
    """409: who changed what and when, and two ways on; the form stays as it was typed."""
    lead: Pursuit = one_or_404(page.rows(actor_of(request)).select_related(*page.detail.joins), pk)
    context = {
        "sentence": changed.sentence,
        "now": [(form[name].label, _said(lead, name)) for name in changed.fields],
        "over": Opened.of(lead, clock.now()).packed,
        "url": f"{page.url}{pk}/edit/",
    }
    return render(request, "leads/changed.html", context, status=409)


def _said(lead: Pursuit, name: str) -> str:
    """A datum of the form in words."""
    if name == "gender":
        return str(lead.party.get_gender_display())
    if name == "phone":
        return phones.pretty(lead.party.phone_key)
    value = getattr(lead, name) if name in IDS else values_of(lead)[name]
    return str(value) if value else "-"


def _draw(
    request: HttpRequest,
    page: ListPage,
    form: LeadForm,
    title: str,
    saves: list[tuple[str, Any]],
    status: int = 200,
    there: AlreadyThere | None = None,
    seen: str = "",
) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "title": title,
        "saves": saves,
        "key": request.POST.get("key") or uuid.uuid4().hex,
        "ctx": Context.of(actor_of(request)),
        "there": there,
        "seen": seen,
    }
    return drawn(request, "leads/form.html", context, status=422 if there else status)
