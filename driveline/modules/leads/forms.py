"""Forms of the lead pages: shape and choices here, the rules in the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import regions
from driveline.core.dictionaries import items
from driveline.core.models import Brand, CarModel, Party, Series
from driveline.engines.followup.choices import Grade, Method, NextTopic, Result, Topic
from driveline.engines.followup.contact import Contact
from driveline.engines.followup.policy import policy_for
from driveline.engines.ownership.services import candidates
from driveline.kit.forms import CommandForm, ServiceForm
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.rules import phone_of
from driveline.modules.leads.services.edit_conflict import values_of
from driveline.modules.leads.store_settings import LeadSettings

if TYPE_CHECKING:
    from driveline.engines.followup.models import Pursuit
    from driveline.engines.followup.plan import Plan
    from driveline.kit.actor import Actor


class Several(forms.MultipleChoiceField):
    """Any number of the choices; the blank option of a select means none."""

    def to_python(self, value: Any) -> list[str]:
        return [one for one in super().to_python(value) if one]


class PickOne(forms.Select):
    """A select that draws only the chosen option; the others are asked for as the person types."""

    def __init__(self, url: str, parent: str = "") -> None:
        super().__init__(attrs={"data-select-url": url, "data-parent": parent})

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = {str(v) for v in value if v}
        picked: Any = self.choices
        queryset = getattr(picked, "queryset", None)
        rows = (
            queryset.filter(pk__in=[v for v in chosen if v.isdigit()])
            if queryset is not None and chosen
            else []
        )
        options = [self.create_option(name, "", "", not chosen, 0, attrs=attrs)]
        options += [
            self.create_option(name, row.pk, str(row), True, n + 1, attrs=attrs) for n, row in enumerate(rows)
        ]
        return [(None, options, 0)]


class LeadForm(ServiceForm):
    """新增线索 (dealer.md §2.0). Required: name, phone, source."""

    layout = (
        (_("Customer"), ("name", "phone", "gender", "source")),
        (_("Intended car"), ("brand", "series", "car_model")),
        (_("Where from"), ("province", "city", "address")),
        ("", ("remark", "assign_to_me")),
    )

    name = forms.CharField(label=_("Customer name"), max_length=30)
    phone = forms.CharField(
        label=_("Mobile"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    gender = forms.ChoiceField(
        label=_("Gender"), choices=Party.Gender.choices, initial="unknown", required=False
    )
    source = forms.TypedChoiceField(label=_("Source"), coerce=int)
    brand = forms.ModelChoiceField(
        label=_("Brand"),
        queryset=Brand.objects.filter(active=True),
        required=False,
        widget=PickOne("/options/brands/"),
    )
    series = forms.ModelChoiceField(
        label=_("Series"),
        queryset=Series.objects.filter(active=True),
        required=False,
        widget=PickOne("/options/series/", parent="brand"),
    )
    car_model = forms.ModelChoiceField(
        label=_("Model"),
        queryset=CarModel.objects.filter(active=True),
        required=False,
        widget=PickOne("/options/models/", parent="series"),
    )
    province = forms.ChoiceField(label=_("Province"), required=False)
    city = forms.CharField(label=_("City"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=100, required=False)
    remark = forms.CharField(
        label=_("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    assign_to_me = forms.BooleanField(label=_("Assign it to me"), required=False)

    def prepare(self) -> None:
        kept = self.initial.get("source")
        sources = [
            i
            for i in items(self.actor.store_id, "lead_source", include_inactive=True)
            if i.offered or i.id == kept
        ]
        source: Any = self.fields["source"]
        source.choices = [("", _("Choose")), *((i.id, i.label) for i in sources)]
        province: Any = self.fields["province"]
        province.choices = [("", "-"), *((p, p) for p in regions.provinces())]
        if not self.actor.can("lead_tasks.record"):
            del self.fields["assign_to_me"]

    @classmethod
    def for_lead(cls, lead: Pursuit, actor: Actor, data: Any = None) -> LeadForm:
        """The form filled from a lead; a source out of use stays choosable for the lead that has it."""
        form = cls(data, actor=actor, initial=values_of(lead))
        form.fields.pop("assign_to_me", None)
        return form

    @classmethod
    def for_new(cls, actor: Actor, tells: str, data: Any = None) -> LeadForm:
        """The empty form; the address says at the number whom it would meet."""
        form = cls(data, actor=actor)
        form.fields["phone"].widget.attrs["data-told"] = tells
        return form

    def clean_phone(self) -> str:
        """Mended and checked by the rule of the store, beside what else is wrong (R-G-02)."""
        rule = LeadSettings.of(self.actor.store_id).contact_rule
        key, wrong = phone_of(self.cleaned_data["phone"], any_phone=rule == "any_phone")
        if wrong:
            raise forms.ValidationError(wrong)
        return key


class ContactForm(ServiceForm):
    """A contact as it arrives. Shape only: the rules are the engine's."""

    chip = forms.CharField(required=False, max_length=20)
    outcome = forms.CharField(required=False, max_length=12)
    method = forms.ChoiceField(choices=Method.choices, required=False)
    result = forms.ChoiceField(choices=[("", ""), *Result.choices], required=False)
    topics = Several(choices=Topic.choices, required=False)
    grade = forms.ChoiceField(choices=Grade.choices, required=False)
    remark = forms.CharField(required=False, max_length=500, strip=True)
    next_date = forms.DateField(required=False)
    next_time = forms.TimeField(required=False)
    next_method = forms.ChoiceField(choices=[("", ""), *Method.choices], required=False)
    next_topics = Several(choices=NextTopic.choices, required=False)
    plan_visit = forms.BooleanField(required=False)
    defeat_category = forms.CharField(required=False, max_length=40)
    defeat_reason = forms.CharField(required=False, max_length=40)
    competitor = forms.CharField(required=False, max_length=80)

    def clean_chip(self) -> str:
        """A contact without a result is none."""
        chip = str(self.cleaned_data["chip"])
        if not chip:
            raise forms.ValidationError(_("Choose how it went."))
        return chip

    def contact(self) -> Contact:
        """What the engine takes."""
        data = self.cleaned_data
        return Contact(
            chip=data["chip"],
            outcome=data["outcome"] or None,
            method=data["method"] or None,
            result=data["result"] or None,
            topics=tuple(data["topics"]) or None,
            effective=data["effective"],
            grade=data["grade"] or None,
            remark=data["remark"],
            next_date=data["next_date"],
            next_time=data["next_time"],
            next_method=data["next_method"],
            next_topics=tuple(data["next_topics"]) or None,
            plan_visit=data["plan_visit"],
            defeat_category=data["defeat_category"],
            defeat_reason=data["defeat_reason"],
            competitor=data["competitor"],
        )


class FollowUpForm(ContactForm):
    """The same in the drawer, where the plan says what is offered."""

    effective = forms.TypedChoiceField(
        choices=[("", ""), ("1", _("Yes")), ("0", _("No"))],
        coerce=lambda v: v == "1",
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(*args, **kwargs)


class RecordForm(ContactForm, CommandForm):
    """The same for programs; what the command takes is the contact."""

    effective = forms.NullBooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """The contact alone, once every field is right."""
        found = super().clean() or self.cleaned_data
        return {"contact": self.contact()} if not self.errors else found


class AssignForm(CommandForm):
    """To whom: one person, or several to share evenly; each with the number of open tasks."""

    users = forms.TypedMultipleChoiceField(
        label=_("To whom"),
        error_messages={"required": _("Choose to whom they go.")},
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several share them evenly."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["users"]
        field.choices = candidate_choices(self.actor)


class ActivateForm(CommandForm):
    """A new consultant at once, or none: then they wait in the assign queue."""

    user = forms.TypedChoiceField(
        label=_("New consultant"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Without one they wait under “To assign”."),
    )

    def prepare(self) -> None:
        field: Any = self.fields["user"]
        field.choices = [("", _("Nobody yet")), *candidate_choices(self.actor)]


class VoidForm(CommandForm):
    """Why the rows are worth nothing."""

    reason = forms.ChoiceField(label=_("Void reason"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        field: Any = self.fields["reason"]
        field.choices = [(i.code, i.label) for i in items(self.actor.store_id, "void_reason")]


def candidate_choices(actor: Actor) -> list[tuple[int, str]]:
    """Who can be given leads, fewest open tasks first: 顾甲 · 销售顾问 · 12 条未完成."""
    return [
        (
            c.user_id,
            gettext("%(name)s · %(role)s · %(n)s open") % {"name": c.name, "role": c.role, "n": c.open_tasks},
        )
        for c in candidates(actor.store_id, policy_for(KIND))
    ]
