"""The form of 分配规则: shape and choices here, the rules in the service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core.dictionaries import items
from driveline.engines.followup.policy import policy_for
from driveline.engines.ownership.models import ArrivalRule
from driveline.engines.ownership.services import candidates
from driveline.kit.forms import ServiceForm
from driveline.modules.leads.choices import KIND


class ArrivalRuleForm(ServiceForm):
    """Who gets what newly arrives by a source; the source of a rule that stands cannot be changed."""

    source = forms.TypedChoiceField(
        label=_("Source"),
        coerce=lambda value: None if value == "others" else int(value),
        error_messages={"invalid_choice": _("This source has a rule already; change that one.")},
    )
    mode = forms.ChoiceField(
        label=_("Way of assignment"), choices=ArrivalRule.Mode.choices, widget=forms.RadioSelect
    )
    person = forms.TypedChoiceField(
        label=_("People"), coerce=int, widget=forms.Select(attrs={"data-needs": "mode person"})
    )
    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=int,
        widget=forms.SelectMultiple(attrs={"data-select": "", "data-needs": "mode rotation"}),
    )

    def __init__(self, *args: Any, rule: ArrivalRule | None = None, **kwargs: Any) -> None:
        self.rule = rule
        initial = {"mode": rule.mode, "people": rule.people} if rule else {"mode": ArrivalRule.Mode.ROTATION}
        super().__init__(*args, initial=initial, **kwargs)

    def prepare(self) -> None:
        source: Any = self.fields["source"]
        if self.rule is not None:
            del self.fields["source"]
        else:
            taken = set(
                ArrivalRule.objects.filter(store_id=self.actor.store_id, kind=KIND).values_list(
                    "source_id", flat=True
                )
            )
            free = [(i.id, i.label) for i in items(self.actor.store_id, "lead_source") if i.id not in taken]
            rest = [] if None in taken else [("others", _("All other sources"))]
            source.choices = [("", _("Choose")), *rest, *free]
        person: Any = self.fields["person"]
        people: Any = self.fields["people"]
        found = candidates(self.actor.store_id, policy_for(KIND))
        people.choices = [
            (one.user_id, gettext("%(label)s, %(n)s open") % {"label": one.label, "n": one.open_tasks})
            for one in found
        ]
        person.choices = [("", _("Choose")), *people.choices]
        if self.rule is not None:
            able = {one.user_id for one in found}
            self.initial["people"] = [pk for pk in self.rule.people if pk in able]
            self.initial["person"] = next(iter(self.initial["people"]), None)

    def clean(self) -> dict[str, Any]:
        """The people that the way of assignment takes; what it does not ask for is not looked at."""
        data = super().clean() or self.cleaned_data
        mode = data.get("mode")
        one = data.pop("person", None)
        if mode != ArrivalRule.Mode.PERSON:
            self.errors.pop("person", None)
        if mode != ArrivalRule.Mode.ROTATION:
            self.errors.pop("people", None)
            data["people"] = [one] if mode == ArrivalRule.Mode.PERSON and one else []
        self.names = {"people": "person"} if mode == ArrivalRule.Mode.PERSON else {}
        return data
