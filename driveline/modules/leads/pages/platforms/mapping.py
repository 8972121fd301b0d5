"""字段映射: how a platform's message becomes a lead. Paste a sample, let the fields be guessed, try it, keep it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from driveline.core import phones
from driveline.kit.errors import Invalid
from driveline.kit.formats import listed
from driveline.kit.pages import Context
from driveline.kit.views.details import drawn, row_of
from driveline.kit.views.forming import saved
from driveline.kit.views.guard import actor_of
from driveline.modules.leads.platform_forms import MappingForm
from driveline.modules.leads.services.platforms import connections as service
from driveline.modules.leads.services.platforms.cars import car_words
from driveline.modules.leads.services.platforms.mapping import guess
from driveline.modules.leads.services.platforms.numbers import RELAY
from driveline.modules.leads.services.platforms.parsing import parsed
from driveline.modules.leads.services.platforms.reading import Reading, read_message
from driveline.modules.leads.services.platforms.targets import BY_NAME

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from driveline.kit.listing import ListPage
    from driveline.modules.leads.models import PlatformConnection

SAVES = [("guess", _("Guess the fields")), ("try", _("Try it")), ("save", _("Save"))]


def edit(request: HttpRequest, page: ListPage, pk: int) -> HttpResponse:
    """GET the editor; POST guesses from the sample, shows the lead that would come of it, or saves."""
    actor = actor_of(request)
    if not actor.can(service.EDIT):
        raise PermissionDenied
    row: PlatformConnection = row_of(request, page, pk)
    if request.method != "POST":
        return _draw(request, page, row, MappingForm(actor=actor, rules=row.mapping))
    form = MappingForm(request.POST, actor=actor, rules=row.mapping)
    if not form.is_valid():
        return _draw(request, page, row, form, status=422)
    wish = request.POST.get("then")
    try:
        if wish == "guess":
            guessed = guess(_sample(form))
            text = form.cleaned_data["sample"]
            form = MappingForm(actor=actor, rules=_over(form.mapping(), guessed), initial={"sample": text})
            return _draw(request, page, row, form, guessed=len(guessed))
        if wish == "try":
            row.mapping = service.checked_mapping(form.mapping())
            reading = read_message(row, _sample(form), Context.of(actor).now)
            return _draw(request, page, row, form, tried=_tried(reading))
        service.mapping_save(actor, pk, form.mapping())
    except Invalid as error:
        form.take(error)
        return _draw(request, page, row, form, status=422)
    return saved(pk)


def _sample(form: MappingForm) -> dict[str, Any]:
    """The sample as a message. Raises Invalid."""
    try:
        message = parsed(form.cleaned_data["sample"])
    except ValueError as error:
        raise Invalid({"sample": [gettext("This is not JSON; paste one whole message.")]}) from error
    if not isinstance(message, dict):
        raise Invalid({"sample": [gettext("One message is one JSON object.")]})
    return message


def _over(typed: dict[str, dict[str, Any]], guessed: dict[str, dict[str, str]]) -> dict[str, dict[str, Any]]:
    """What was guessed, beside what was typed for the default and the values."""
    return {name: {**rule, **guessed.get(name, {})} for name, rule in typed.items()}


def _tried(reading: Reading) -> dict[str, Any]:
    """The lead that would come of the sample: label and value of each field, and what stands in the way."""
    said = [(str(BY_NAME[name].label), text) for name, text in reading.texts.items() if text]
    wrong = [
        (str(BY_NAME[name].label) if name in BY_NAME else name, sentence)
        for name, sentence in reading.problems.items()
    ]
    made: list[tuple[str, str]] = []
    if reading.arrival.data is not None:
        data = reading.arrival.data.data
        made = [
            (gettext("Mobile"), phones.pretty(data.phone_key)),
            (gettext("Intended car"), car_words(data.brand_id, data.series_id, data.car_model_id)),
            (gettext("Place"), " ".join(filter(None, [data.province, data.city, data.address]))),
            (gettext("Other numbers"), listed(one.number for one in data.further if one.kind != RELAY)),
            (gettext("Virtual number"), listed(one.number for one in data.further if one.kind == RELAY)),
            (gettext("Remark"), data.remark),
        ]
    return {
        "said": said,
        "wrong": wrong,
        "made": [(label, text) for label, text in made if text],
        "number": reading.arrival.external_id,
    }


def _draw(
    request: HttpRequest,
    page: ListPage,
    row: PlatformConnection,
    form: MappingForm,
    *,
    status: int = 200,
    guessed: int | None = None,
    tried: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "title": gettext("Mapping of %(name)s") % {"name": row.name},
        "lead_text": gettext(
            "A place in the message is written like user.mobile or items[0].name; “|” means or else, “+” puts texts together."
        ),
        "saves": SAVES,
        "key": uuid.uuid4().hex,
        "ctx": Context.of(actor_of(request)),
        "guessed": guessed,
        "tried": tried,
    }
    return drawn(request, "leads/platforms/mapping.html", context, status=status)
