"""The follow-up drawer: chip, remark, save (03_followup_drawer). One form for tasks and for leads."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.dictionaries import items
from driveline.engines.followup.choices import Method, NextTopic, TaskState, Topic
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.followup.services import plan, record_follow_up, supplement
from driveline.kit.detail import DetailPage
from driveline.kit.errors import Conflict, Invalid
from driveline.kit.formats import due
from driveline.kit.pages import Context
from driveline.kit.scopes import visible
from driveline.kit.verbs import Open
from driveline.kit.views.details import drawn
from driveline.kit.views.guard import actor_of, done, one_or_404, wants_fragment
from driveline.modules.leads.choices import look
from driveline.modules.leads.forms import FollowUpForm
from driveline.modules.leads.pages.facts import DATA, HISTORY, LOG, head, known_context
from driveline.modules.leads.pages.files import FILES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.engines.followup.contact import Recorded
    from driveline.engines.followup.plan import Plan
    from driveline.kit.listing import ListPage

TABS = (HISTORY, DATA, FILES, LOG)
JOINS = ("pursuit__party", "pursuit__source", "pursuit__brand", "pursuit__series", "pursuit__car_model",
         "pursuit__owner", "pursuit__created_by", "pursuit__lead", "pursuit__store")  # fmt: skip


def task_open() -> Open:
    """回访 on a task row."""
    return Open(
        "record",
        _("Follow up"),
        "lead_tasks.record",
        lambda t: f"/lead-tasks/{t.pk}/record/",
        icon="phone",
        main=True,
    )


def record_open() -> Open:
    """回访 on a lead row: goes to its open task."""
    return Open(
        "record",
        _("Follow up"),
        "lead_tasks.record",
        lambda p: f"/lead-tasks/of/{p.pk}/",
        when=lambda p: p.phase == "active",
        icon="phone",
        main=True,
    )


class FollowUpScreens(DetailPage):
    """The screens under the task list; a task has no details of its own, it shows its lead's."""

    body = _("Follow up")

    def title(self, row: Task) -> str:
        return row.pursuit.party.name

    def patterns(self, page: ListPage) -> list[Any]:
        from django.urls import path

        from driveline.kit.views.guard import for_page
        from driveline.kit.views.lists import partial_of

        def at(tail: str, view: Any, name: str) -> Any:
            return path(
                f"{page.path}{tail}", for_page(page, partial_of(view, page)), name=f"{page.name}.{name}"
            )

        return [
            at("<int:pk>/record/", record, "record"),
            at("<int:pk>/supplement/", add_supplement, "supplement"),
            at("of/<int:pk>/", of_pursuit, "of"),
        ]


def of_pursuit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """The form of a lead's open task, 404 when there is none in sight."""
    task = page.rows(actor_of(request)).filter(pursuit_id=pk).first()
    if task is None:
        raise Http404
    return record(request, page, task.pk)


def record(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """GET: the form. POST: the contact is recorded; 422 with the errors, 409 when somebody was first."""
    actor = actor_of(request)
    task = one_or_404(visible(Task, actor, page.permission).filter(kind="lead").select_related(*JOINS), pk)
    known = plan(task.pursuit, actor, task=task)
    if request.method != "POST":
        return _draw(
            request, page, task, known, FollowUpForm(actor=actor, plan=known, initial=_initial(known))
        )
    if not actor.can("lead_tasks.record"):
        raise PermissionDenied
    form = FollowUpForm(request.POST, actor=actor, plan=known)
    key = request.POST.get("key") or None
    if form.is_valid():
        try:
            recorded = record_follow_up(actor, task.pk, form.contact(), key=key)
        except Invalid as error:
            form.take(error)
        except Conflict as conflict:
            return _beaten(request, task, conflict)
        else:
            return done(
                **{
                    "followup:saved": {
                        "task": task.pk,
                        "next": request.POST.get("then") == "next",
                        "notices": [_said(recorded, Context.of(actor)), *recorded.notices],
                    },
                    "list:refresh": {"changed": []},
                    "badges:refresh": {},
                }
            )
    return _draw(request, page, task, known, form, status=422)


def _said(recorded: Recorded, ctx: Context) -> str:
    """What has been done, in a line: saved, and when it goes on or that it does not."""
    if recorded.next_due is not None:
        _css, day = due(recorded.next_due, recorded.next_time, ctx.today)
        return gettext("Saved, next %(day)s") % {"day": day}
    return gettext("Saved: %(state)s") % {"state": look(recorded.phase)[1]}


def add_supplement(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """存为补充记录: keep the words of whoever came second as a record without a task."""
    actor = actor_of(request)
    task = Task.objects.filter(pk=pk, kind="lead").first()
    if task is None or not visible(Pursuit.objects.filter(pk=task.pursuit_id), actor, "leads.view").exists():
        raise Http404
    form = FollowUpForm(request.POST, actor=actor, plan=plan(task.pursuit, actor))
    if form.is_valid():
        try:
            supplement(actor, task.pursuit_id, form.contact(), key=request.POST.get("key") or None)
        except Invalid as error:
            form.take(error)
        else:
            return done(
                **{
                    "followup:saved": {"task": pk, "next": False, "notices": []},
                    "list:refresh": {"changed": []},
                }
            )
    sentences = [s for errors in form.errors.values() for s in errors]
    return render(request, "leads/beaten.html", {"task": task, "errors": sentences}, status=409)


def _beaten(request: HttpRequest, task: Task, conflict: Conflict) -> HttpResponse:
    """409: who was first and when, and a way on; the form stays as it was typed."""
    return render(request, "leads/beaten.html", {"task": task, "conflict": conflict}, status=409)


def _initial(known: Plan) -> dict[str, Any]:
    return {
        "grade": known.grade,
        "next_date": known.default_next,
        "method": Method.PHONE,
        "next_method": Method.PHONE,
    }


def _draw(
    request: HttpRequest, page: ListPage, task: Task, known: Plan, form: FollowUpForm, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    ctx = Context.of(actor)
    pursuit = task.pursuit
    tab = next((t for t in TABS if t.code == request.GET.get("tab", "")), TABS[0])
    context = {
        "page": page,
        "detail": page.detail,
        "row": task,
        "pursuit": pursuit,
        "ctx": ctx,
        "url": f"/lead-tasks/{task.pk}/record/",
        "title": pursuit.party.name,
        "head": head(pursuit, ctx),
        "plan": known,
        "form": form,
        **(known_context(pursuit, ctx) if known.why_not else {}),
        "key": request.POST.get("key") or uuid.uuid4().hex,
        "tabs": [{"tab": t, "on": t is tab} for t in TABS],
        "tab": tab,
        "tab_context": tab.context(pursuit, ctx),
        "methods": Method.choices,
        "topics": Topic.choices,
        "next_topics": NextTopic.choices,
        "categories": items(pursuit.store_id, "defeat_category"),
        "reasons": [i for i in items(pursuit.store_id, "defeat_reason") if not i.code.startswith("system")],
        "open": task.state == TaskState.OPEN,
    }
    if wants_fragment(request, "side"):
        return render(request, "kit/drawer.html#side", context)
    return drawn(request, "leads/followup.html", context, status=status)
