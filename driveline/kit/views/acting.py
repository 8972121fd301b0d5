"""A command in the browser: its dialog, then the act, or a job with progress above 500 rows (DESIGN §3a)."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from driveline.kit.commands import plain_inputs
from driveline.kit.errors import Invalid, Refused
from driveline.kit.pages import Context
from driveline.kit.ports import ports
from driveline.kit.views.guard import actor_of, done

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from driveline.kit.actor import Actor
    from driveline.kit.commands import Command, CommandResult
    from driveline.kit.forms import CommandForm
    from driveline.kit.verbs import Do

JOB_ABOVE = 500
SAMPLE = 200


def act(
    request: HttpRequest, verb: Do, ids: Sequence[int], *, everything: bool = False, query: str = ""
) -> HttpResponse:
    """GET: the dialog with form and consequence. POST: do it. Nothing chosen, or nothing in sight: 404."""
    command = verb.command
    actor = actor_of(request)
    if not actor.can(command.permission):
        raise PermissionDenied
    if not ids:
        raise Http404
    selection = {
        "ids": "" if everything else ",".join(map(str, ids)),
        "all": everything,
        "query": query,
        "count": len(ids),
    }
    if request.method != "POST":
        return _dialog(request, command, ids, selection, form_of(verb, actor, ids, None))
    if everything and request.POST.get("count") not in (str(len(ids)), None):
        raise Refused(
            gettext("Rows that match now: %(n)s, not %(was)s. Open the dialog again to see them.")
            % {"n": len(ids), "was": request.POST["count"]}
        )
    form = form_of(verb, actor, ids, request.POST)
    if form is not None and not form.is_valid():
        return _dialog(request, command, ids, selection, form, status=422)
    inputs = form.cleaned_data if form is not None else {}
    key = request.POST.get("key") or None
    if len(ids) > JOB_ABOVE:
        ports.batch_job(actor, command.code, list(ids), plain_inputs(inputs), key)
        return done(
            **{
                "dialog:close": {},
                "toast": {
                    "text": gettext(
                        "%(n)s rows are being worked in the background. My notifications tell when it is done."
                    )
                    % {"n": len(ids)}
                },
                "list:refresh": {},
            }
        )
    try:
        result = command.perform(actor, ids, inputs=inputs, key=key, seen=_seen(request.POST.get("seen", "")))
    except Invalid as error:
        for name, sentences in error.errors.items():
            for sentence in sentences:
                if form is not None:
                    form.add_error(name if name in form.fields else None, sentence)
        return _dialog(request, command, ids, selection, form, status=422)
    return performed(command, result, verb.found)


def performed(
    command: Command, result: CommandResult, found: tuple[str | _StrPromise, str] | None = None
) -> HttpResponse:
    """204 with what the page has to do: refresh, close, offer undo or the list where the rows are now, say what
    was skipped."""
    triggers: dict[str, Any] = {
        "dialog:close": {},
        "list:refresh": {"changed": result.done[:SAMPLE]},
        "drawer:refresh": {},
        "badges:refresh": {},
    }
    text = result.message or str(command.label)
    if result.skipped:
        reason = next(iter(result.skipped.values()))
        text += gettext("; %(n)s left as they were: %(reason)s") % {
            "n": len(result.skipped),
            "reason": reason,
        }
    if result.undo_until and not result.repeated:
        triggers["undo:show"] = {
            "text": text,
            "url": f"/undo/{result.operation_id}/",
            "until": result.undo_until.isoformat(),
        }
    else:
        triggers["toast"] = {"text": text}
        if found and result.done:
            triggers["toast"]["link"] = {"label": str(found[0]), "url": found[1]}
    return done(**triggers)


def _seen(text: str) -> dict[int, int]:
    """Row id → version from "7:1 8:3", as the dialog carries what it was drawn from."""
    return {int(pk): int(version) for pk, version in re.findall(r"(\d{1,18}):(\d{1,9})", text)}


def form_of(verb: Do, actor: Actor, ids: Sequence[int], data: Any) -> CommandForm | None:
    """The form of a command on these rows, bound to the data; None for a command that asks nothing."""
    form_class = verb.form or verb.command.form
    if form_class is None:
        return None
    rows = verb.command.rows(actor, list(ids)[:SAMPLE])
    return form_class(data, actor=actor, rows=rows, count=len(ids))


def _dialog(
    request: HttpRequest,
    command: Command,
    ids: Sequence[int],
    selection: dict[str, Any],
    form: CommandForm | None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    rows = command.rows(actor, list(ids)[:SAMPLE])
    possible = [r for r in rows if not command.why_not(r, actor)]
    refused = [why for r in rows if (why := command.why_not(r, actor))]
    told = command.confirm(possible, actor) if command.confirm else {}
    context = {
        "ctx": Context.of(actor),
        "command": command,
        "form": form,
        "selection": selection,
        "refused": refused,
        "told": told,
        "key": request.POST.get("key") or uuid.uuid4().hex,
        "seen": request.POST.get("seen")
        or " ".join(f"{r.pk}:{r.version}" for r in rows if hasattr(r, "version")),
        "action": request.path,
    }
    return render(request, "kit/confirm.html", context, status=status)
