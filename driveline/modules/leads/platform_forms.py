"""Forms of the platform pages: shape here, the rules in the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from driveline.core.dictionaries import items
from driveline.core.models import Party
from driveline.kit.forms import CommandForm, ServiceForm
from driveline.modules.leads.services.platforms.connections import OVERLAP_HOURS, OVERLAP_MOST
from driveline.modules.leads.services.platforms.faults import REASON_MAX
from driveline.modules.leads.services.platforms.mapping import parse_values, values_text
from driveline.modules.leads.services.platforms.reading import GENDERS
from driveline.modules.leads.services.platforms.targets import BY_NAME, TARGETS, Target

if TYPE_CHECKING:
    from driveline.kit.actor import Actor
    from driveline.modules.leads.models import PlatformConnection, PlatformPoll

MENDABLE = (
    "name", "phone", "further", "gender", "province", "city", "address", "brand", "series", "car_model", "remark",
)  # fmt: skip
SAMPLE_MAX = 64 * 1024


class ConnectionForm(ServiceForm):
    """A platform's account. The source is chosen once: the platform's numbers are known under it."""

    layout = (
        ("", ("name", "source", "active")),
        (_("Limits"), ("window", "per_minute")),
        (_("Virtual numbers"), ("relay_prefixes", "relay_hours")),
    )

    name = forms.CharField(label=_("Name of the connection"), max_length=40)
    source = forms.TypedChoiceField(label=_("Source"), coerce=int)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    window = forms.IntegerField(
        label=_("A signature is good for, seconds"), initial=300, min_value=30, max_value=3600
    )
    per_minute = forms.IntegerField(
        label=_("Messages a minute at most"), initial=12_000, min_value=1, max_value=60_000
    )
    relay_prefixes = forms.CharField(
        label=_("Virtual numbers begin with"),
        max_length=200,
        required=False,
        help_text=_(
            "Parted by commas, for example 95013,170. They are kept beside the customer, never as the number."
        ),
    )
    relay_hours = forms.IntegerField(
        label=_("A virtual number is good for, hours"), initial=72, min_value=1, max_value=8760
    )

    def prepare(self) -> None:
        source: Any = self.fields["source"]
        source.choices = [
            ("", _("Choose")),
            *((i.id, i.label) for i in items(self.actor.store_id, "lead_source")),
        ]

    @classmethod
    def for_row(cls, row: PlatformConnection, actor: Actor, data: Any = None) -> ConnectionForm:
        """Filled from a connection; the source is not asked again."""
        names = ("name", "active", "window", "per_minute", "relay_prefixes", "relay_hours")
        form = cls(data, actor=actor, initial={name: getattr(row, name) for name in names})
        del form.fields["source"]
        return form

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, fields) for title, fields in super().groups() if fields]


class PollForm(ServiceForm):
    """How a platform is asked."""

    layout = (
        ("", ("active", "minutes", "url")),
        (_("Key"), ("header_name", "header_value")),
        (_("Answer"), ("items_path", "next_path", "since_param", "from_start")),
    )

    active = forms.BooleanField(label=_("Poll the platform"), required=False)
    minutes = forms.IntegerField(label=_("Every, minutes"), initial=5, min_value=1, max_value=1440)
    url = forms.CharField(
        label=_("Address"), max_length=500, required=False, help_text=_("https://… that answers with JSON.")
    )
    header_name = forms.CharField(
        label=_("Header"), max_length=60, required=False, help_text=_("For example Authorization.")
    )
    header_value = forms.CharField(
        label=_("Its value"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Stays as it is when left empty; it is never shown."),
    )
    items_path = forms.CharField(
        label=_("Where the list stands"),
        max_length=100,
        required=False,
        help_text=_("For example data.items; empty: the answer is the list."),
    )
    next_path = forms.CharField(
        label=_("Where the next mark stands"),
        max_length=100,
        required=False,
        help_text=_("For example data.next; it is sent back with the next question."),
    )
    since_param = forms.CharField(label=_("Parameter for the mark"), max_length=40, required=False)
    from_start = forms.BooleanField(label=_("Forget the mark and read from the start"), required=False)

    @classmethod
    def for_row(cls, row: PlatformPoll | None, actor: Actor, data: Any = None) -> PollForm:
        """Filled from what is kept."""
        names = ("active", "minutes", "url", "header_name", "items_path", "next_path", "since_param")
        initial = {name: getattr(row, name) for name in names} if row else {"since_param": "since"}
        return cls(data, actor=actor, initial=initial)


class RotateForm(ServiceForm):
    """How long the present secret stays good."""

    overlap_hours = forms.IntegerField(
        label=_("The present secret stays good for, hours"),
        initial=OVERLAP_HOURS,
        min_value=0,
        max_value=OVERLAP_MOST,
        help_text=_("0: it is refused at once, for example when somebody else has seen it."),
    )


class MappingForm(ServiceForm):
    """A line for each lead field: where it stands in the message, what if not, what their values mean."""

    sample = forms.CharField(
        label=_("A sample message"),
        required=False,
        max_length=SAMPLE_MAX,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false"}),
        help_text=_("JSON as the platform sends it. It is only read here and not kept."),
    )

    def __init__(self, *args: Any, rules: Mapping[str, Mapping[str, Any]], **kwargs: Any) -> None:
        self.rules = rules
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        for target in TARGETS:
            rule = self.rules.get(target.name) or {}
            cells = {
                "path": (rule.get("path", ""), 300),
                "default": (rule.get("default", ""), 100),
                "values": (values_text(rule.get("values") or {}), 2000),
            }
            for part, (value, limit) in cells.items():
                label = f"{target.label} · {PARTS[part]}"
                self.fields[f"{target.name}_{part}"] = forms.CharField(
                    label=label, max_length=limit, required=False, initial=value
                )

    @property
    def lines(self) -> list[tuple[Target, list[forms.BoundField]]]:
        """The table."""
        return [(target, [self[f"{target.name}_{part}"] for part in PARTS]) for target in TARGETS]

    def mapping(self) -> dict[str, dict[str, Any]]:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        return {
            name: {
                "path": data.get(f"{name}_path", ""),
                "default": data.get(f"{name}_default", ""),
                "values": parse_values(data.get(f"{name}_values", "")),
            }
            for name in BY_NAME
        }

    def take(self, error: Any) -> None:
        """A refusal of a lead field stands beside its path."""
        for name, sentences in error.errors.items():
            for sentence in sentences:
                self.add_error(f"{name}_path" if name in BY_NAME else None, sentence)


PARTS = {"path": _("Where it stands"), "default": _("If it is missing"), "values": _("What values mean")}


class MendForm(ServiceForm):
    """A faulty message's fields, to be put right."""

    layout = (
        (_("Customer"), ("name", "phone", "further", "gender")),
        (_("Intended car"), ("brand", "series", "car_model")),
        (_("Where from"), ("province", "city", "address")),
        ("", ("remark",)),
    )

    def __init__(self, *args: Any, texts: Mapping[str, str], **kwargs: Any) -> None:
        self.texts = texts
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        for name in MENDABLE:
            widget = forms.Textarea(attrs={"rows": 3}) if name == "remark" else forms.TextInput()
            self.fields[name] = forms.CharField(
                label=BY_NAME[name].label,
                required=False,
                max_length=2000 if name == "remark" else 200,
                initial=self.texts.get(name, ""),
                widget=widget,
            )
        gender = GENDERS.get(self.texts.get("gender", "").lower(), Party.Gender.UNKNOWN)
        self.fields["gender"] = forms.ChoiceField(
            label=BY_NAME["gender"].label, choices=Party.Gender.choices, required=False, initial=gender
        )
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["aria-required"] = "true"


class DiscardForm(CommandForm):
    """Why a message is worth nothing."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_MAX)
