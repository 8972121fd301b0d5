"""参数设置: the numbers of the manuals, per store, inherited from the group, dated, with their history (R-S-01…03)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from driveline.core.forms_settings import SettingsForm
from driveline.core.opening import holiday_years
from driveline.core.services import setting_history
from driveline.core.services import settings as service
from driveline.core.store_settings import OpeningSettings
from driveline.kit.errors import Invalid, Refused
from driveline.kit.pages import Context, Screen
from driveline.kit.registry import register
from driveline.kit.settings import sections
from driveline.kit.views.forming import form_screen, saved
from driveline.kit.views.guard import actor_of, done, for_page, wants_fragment
from driveline.modules.setup.forms.settings import HolidaysForm
from driveline.modules.setup.pages.setting_words import changed_words, history_lines, items, withdrawn_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from driveline.core.access import Actor
    from driveline.core.services.settings import Level, Section

HISTORY = 50


@register
class Settings(Screen):
    """One section at a time: each value with its default and its origin, the day it holds from, what was changed."""

    name, path, title, menu, order = "settings", "settings/", _("Settings"), "setup", 40
    permission = "settings.view"
    template = "setup/settings.html"

    def get(self, request: HttpRequest, section: str = "") -> HttpResponse:
        """The page of a section (the first without a name); POST saves it."""
        actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
        current = self._section(actor, section or request.GET.get("section", ""))
        unit = _unit(request, actor, current)
        if request.method == "POST":
            return self._save(request, actor, current, unit)
        form = SettingsForm(actor=actor, section=current, unit=unit)
        context = self._context(actor, current, unit, form)
        fragment = "#list" if wants_fragment(request, "list") else ""
        return render(request, f"{self.template}{fragment}", context)

    def extra_patterns(self) -> list[URLPattern]:
        def at(tail: str, view: Any, name: str) -> URLPattern:
            return path(f"{self.path}{tail}", for_page(self, view), name=f"{self.name}.{name}")

        return [
            at("store/holidays/", self.holidays, "holidays"),
            at("<slug:section>/", self.get, "section"),
            at("<slug:section>/reset/<slug:field>/", require_POST(self.reset), "reset"),
        ]

    def reset(self, request: HttpRequest, section: str, field: str) -> HttpResponse:
        """Hand one setting back from today on: the store's to the group, the group's to the default; with `from`, take back
        what was set for that day."""
        actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
        current = self._section(actor, section)
        if field not in current.fields:
            raise Http404
        try:
            day = parse_date(request.GET.get("from", ""))
        except ValueError as error:
            raise Http404 from error
        unit = _unit(request, actor, current)
        try:
            if day is None:
                changes = service.setting_reset(actor, current, [field], unit)
            else:
                changes = service.setting_withdraw(actor, current, field, day, unit)
        except Invalid as error:
            raise Refused(gettext("Nothing was taken back: %(why)s") % {"why": error}) from error
        today = Context.of(actor).today
        now = service.shown(current, service.unit_of(actor, unit), day)
        for_group = actor.works_in_group or unit == "group"
        text = withdrawn_words(changes, now, day or today, today, for_group=for_group)
        return done(**{"list:refresh": {"changed": []}, "toast": {"text": text}})

    def holidays(self, request: HttpRequest) -> HttpResponse:
        """导入法定节假日: the announced days off of a year become closed dates, beside those that stand there."""
        actor: Actor = actor_of(request)  # type: ignore[assignment]  # core's own
        unit = _unit(request, actor, OpeningSettings)
        forms: list[HolidaysForm] = []

        def make(data: Any) -> HolidaysForm:
            forms.append(HolidaysForm(data, actor=actor))
            return forms[-1]

        def act(data: dict[str, Any]) -> HttpResponse:
            have = OpeningSettings.of(service.unit_of(actor, unit)).closed_dates
            wanted = [*have, *(d for d in forms[-1].days() if d not in have)]
            service.setting_change(actor, OpeningSettings, {"closed_dates": sorted(wanted)}, unit=unit)
            n = len(wanted) - len(have)
            return saved(text=ngettext("%(n)s closed date added", "%(n)s closed dates added", n) % {"n": n})

        return form_screen(
            request,
            self,
            make,
            act,
            gettext("Import public holidays"),
            permission=OpeningSettings.permission_edit,
            saves=[("close", _("Import"))],
            lead_text=gettext(
                "Days off as announced, from today on. Weekends that are worked instead stay as they are."
            ),
        )

    def _save(self, request: HttpRequest, actor: Actor, section: Section, unit: Level) -> HttpResponse:
        if not service.may_change(actor, section, unit):
            raise PermissionDenied
        form = SettingsForm(request.POST, actor=actor, section=section, unit=unit)
        told = form.rehearse() if form.is_valid() else None
        if told and request.POST.get("rehearsed") != _mark(told):
            context = self._context(actor, section, unit, form) | {"rehearsed": told, "mark": _mark(told)}
            return render(request, f"{self.template}#form", context)
        changes = form.save() if told is not None else None
        if changes is None:
            context = self._context(actor, section, unit, form)
            return render(request, f"{self.template}#form", context, status=422)
        text = changed_words(changes, form.cleaned_data.get("valid_from"), Context.of(actor).today)
        return done(**{"list:refresh": {"changed": []}, "toast": {"text": text}})

    def _section(self, actor: Actor, code: str) -> Section:
        found = _offered(actor)
        current = next((s for s in found if s.section == code), None if code else found[0])
        if current is None:
            raise Http404
        return current

    def _context(self, actor: Actor, section: Section, unit: Level, form: SettingsForm) -> dict[str, Any]:
        ctx = Context.of(actor)
        base = f"{self.url}{section.section}/"
        for_group = actor.works_in_group or unit == "group"
        history = setting_history.history(section, service.unit_of(actor, unit), HISTORY)
        suffix = "?unit=group" if unit == "group" else ""
        here = f"{self.url}?section={section.section}"
        return {
            "page": self,
            "ctx": ctx,
            "sections": _offered(actor),
            "section": section,
            "form": form,
            "base": base,
            "suffix": suffix,
            "here": here,
            "group_here": f"{here}&unit=group",
            "groups": items(form, base, ctx.today, for_group=for_group),
            "history": history_lines(history, ctx.today, for_group=for_group),
            "for_group": for_group,
            "may_group": not actor.works_in_group and service.may_change(actor, section, "group"),
            "holidays": section is OpeningSettings
            and form.may_change
            and max(holiday_years()) >= ctx.today.year,
        }


def _mark(told: list[str]) -> str:
    """Names a rehearsal, so that what is saved is what was read."""
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _offered(actor: Actor) -> list[Section]:
    """What the person may see: the daily work first, then the floor below it."""
    found = [section for section in sections() if actor.can(section.permission_view)]
    return sorted(found, key=lambda section: section.__module__.startswith("driveline.core."))


def _unit(request: HttpRequest, actor: Actor, section: Section) -> Level:
    """The group's values only for those who may change them from a store; members of the group edit them as their own."""
    wanted = request.GET.get("unit") == "group" and not actor.works_in_group
    return "group" if wanted and service.may_change(actor, section, "group") else "store"
