"""A program brings a file in: what it says of it, and how the file travels."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import dictionaries
from driveline.engines.intake.choices import Assign
from driveline.engines.intake.imports.batches import ImportSettings
from driveline.engines.intake.imports.mapping import mapping_named
from driveline.engines.intake.imports.sending import Plan, import_send
from driveline.kit.api.declare import Create, Created, Resource
from driveline.kit.api.inputs import BODY_MAX
from driveline.kit.errors import Invalid, Refused
from driveline.kit.forms import KitForm
from driveline.modules.leads.choices import KIND
from driveline.modules.leads.forms import candidate_choices
from driveline.modules.leads.pages.imports.operations import ROUTES
from driveline.modules.leads.pages.imports.telling import TELLS

if TYPE_CHECKING:
    from driveline.kit.actor import Actor

SOURCES, PERMISSION = "lead_source", "leads.import"
PART = 4 * 256 * 1024  # letters that are decoded at once; a multiple of four
ROOM_FACTOR = 1.4  # three bytes are four letters, and lines may be broken
ROOM_MORE = 64_000
_blank = re.compile(r"\s")


class ImportForm(KitForm):
    """A file and what is wanted of it. The source is that of rows which name none."""

    name = forms.CharField(label=_("File name"), max_length=150)
    content = forms.CharField(label=_("The file, as base64"), strip=False)
    source = forms.TypedChoiceField(label=_("Source"), coerce=int, empty_value=None, required=False)
    source_code = forms.CharField(label=_("Source, by its code"), max_length=40, required=False)
    mapping = forms.CharField(label=_("Saved mapping, by its name"), max_length=40, required=False)
    sheet = forms.CharField(label=_("Sheet, by its name or its place from 1"), max_length=100, required=False)
    assign = forms.ChoiceField(label=_("Who gets the new leads"), choices=Assign.choices, required=False)
    people = forms.TypedMultipleChoiceField(label=_("Shared evenly"), coerce=int, required=False)
    keep_existing = forms.BooleanField(label=_("Change no customer that is there already"), required=False)
    run = forms.BooleanField(label=_("Import it once it is checked"), required=False)

    def prepare(self) -> None:
        source: Any = self.fields["source"]
        people: Any = self.fields["people"]
        people.choices = candidate_choices(self.actor)
        source.choices = [(one.id, one.label) for one in dictionaries.items(self.actor.store_id, SOURCES)]

    def clean_source_code(self) -> int | None:
        """The id of the source."""
        code = self.cleaned_data["source_code"]
        if not code:
            return None
        found = dictionaries.item_by_code(self.actor.store_id, SOURCES, code)
        if found is None or not found.offered:
            raise forms.ValidationError(gettext("This is not one of the choices."), "invalid_choice")
        return found.id

    def clean_mapping(self) -> int:
        """The id of the mapping, 0 for none."""
        name = self.cleaned_data["mapping"]
        try:
            return mapping_named(self.actor.store_id, KIND, name).pk if name else 0
        except Refused as refusal:
            raise forms.ValidationError(str(refusal.sentence), "invalid_choice") from refusal

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("source") and data.get("source_code"):
            self.add_error("source_code", gettext("Name the source by its id or by its code, not by both."))
        return data


def send(actor: Actor, data: dict[str, Any], key: str | None) -> Created:
    """Keep the file and let the worker go on with it (import_send). What is wrong with it is said of `content`."""
    plan = Plan(
        source_id=data["source"] or data["source_code"],
        mapping_id=data["mapping"],
        touch=not data["keep_existing"],
        run=data["run"],
        sheet=data["sheet"].strip(),
        assign=data["assign"] or (Assign.PEOPLE if data["people"] else Assign.RULE).value,
        people=tuple(data["people"]),
    )
    try:
        batch = import_send(actor, KIND, data["name"], decoded(data["content"]), plan, key)
    except Invalid as error:
        told = {"content" if name == "file" else name: found for name, found in error.errors.items()}
        raise Invalid(told, error.rule) from error
    return Created(id=batch.pk)


def decoded(content: str) -> Iterator[bytes]:
    """The bytes of a file, part by part; broken lines do not matter. Raises Invalid for what is not base64."""
    letters = "".join(content.split()) if _blank.search(content) else content
    try:
        for at in range(0, len(letters), PART):
            yield binascii.a2b_base64(letters[at : at + PART], strict_mode=True)
    except ValueError as error:  # letters beyond ASCII, or binascii's own
        raise Invalid({"content": [gettext("This is not base64.")]}) from error


def room(actor: Actor) -> int:
    """The bytes a request may have: the largest file of the store as base64, and the words beside it. Who may not
    import has no more room than elsewhere: a body is read before anything else is asked."""
    if not actor.can(PERMISSION):
        return BODY_MAX
    return int(ImportSettings.of(actor.store_id).max_megabytes * 1_000_000 * ROOM_FACTOR) + ROOM_MORE


RESOURCE = Resource(
    "imports",
    create=Create(
        ImportForm,
        send,
        permission=PERMISSION,
        label=_("Send a file"),
        text=_(
            "The worker reads the file, finds its columns, checks the rows and, with `run`, imports them; ask the "
            "import how far that is. A file that cannot be read is refused; one above 2 MB is read by the worker, and "
            "the import says what is wrong with it. The request may be as large as the store's largest file as base64."
        ),
        example={
            "name": "leads.csv",
            "content": "5aeT5ZCNLOaJi+acugrlkajmmI7ov5wsMTM4MDAwMDQxMjcK",
            "source_code": "other_web",
            "run": True,
        },
        room=room,
    ),
    tells=TELLS,
    routes=ROUTES,
)
