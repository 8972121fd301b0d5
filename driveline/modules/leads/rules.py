"""What may stand in a lead (dealer.md §2.0): the rules of its fields, for form, file and interface alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from driveline.core import phones
from driveline.core.models import Party
from driveline.core.services.parties import FurtherPhone, PartyRow
from driveline.kit.errors import Invalid

NAME_MAX = 30
ADDRESS_MAX = 100
CITY_MAX = 30
PROVINCE_MAX = 20
REMARK_MAX = 500
LIMITS = (
    ("name", NAME_MAX),
    ("province", PROVINCE_MAX),
    ("city", CITY_MAX),
    ("address", ADDRESS_MAX),
    ("remark", REMARK_MAX),
)
# Numbers that are right, and are taken where the store asks for any number (DESIGN §3a, `lead.contact_rule`).
NO_MOBILE = {
    phones.LANDLINE: _lazy("This is a landline; a lead of this store must have a mobile number (Settings)."),
    phones.SERVICE: _lazy("This is a 400 number; a lead of this store must have a mobile number (Settings)."),
    phones.FOREIGN: _lazy(
        "This is a number of another country; a lead of this store must have a mobile number (Settings)."
    ),
}
CAR = ("brand_id", "series_id", "car_model_id")
GENDERS = frozenset(Party.Gender.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadData:
    """A lead's own data, mended and checked. Ids of the catalogue are not looked up here."""

    name: str
    phone_key: str
    source_id: int
    gender: str = Party.Gender.UNKNOWN
    province: str = ""
    city: str = ""
    address: str = ""
    brand_id: int | None = None
    series_id: int | None = None
    car_model_id: int | None = None
    remark: str = ""

    further: tuple[FurtherPhone, ...] = ()

    @property
    def said(self) -> dict[str, Any]:
        """What the customer asked for, as far as it was said: what a number that is a lead already tells anew."""
        wished = {"remark": self.remark, **{name: getattr(self, name) for name in CAR}}
        return {name: value for name, value in wished.items() if value}

    def party_row(self, store_id: int) -> PartyRow:
        """The person, to be written in bulk."""
        return PartyRow(
            store_id=store_id,
            name=self.name,
            phone_key=self.phone_key,
            gender=self.gender,
            province=self.province,
            city=self.city,
            address=self.address,
            further=self.further,
        )

    def party_fields(self) -> dict[str, str]:
        """What belongs to the person."""
        return {
            "name": self.name,
            "gender": self.gender,
            "province": self.province,
            "city": self.city,
            "address": self.address,
        }


def check(data: dict[str, Any], *, sources: frozenset[int], any_phone: bool = False) -> LeadData:
    """The data of a lead, or Invalid with a sentence per field (R-G-02, R-G-04).

    `sources` are the ids of the entries that may be chosen; `any_phone`: landlines and foreign numbers too.
    """
    errors: dict[str, list[str]] = {}
    text = {}
    for field, limit in LIMITS:
        given = data.get(field)
        text[field] = found = str(given).strip() if given else ""
        if len(found) > limit:
            errors[field] = [_("At most %(max)s characters.") % {"max": limit}]
    if not text["name"]:
        errors["name"] = [_("The name is missing.")]
    phone_key, wrong = phone_of(data.get("phone"), any_phone=any_phone)
    if wrong:
        errors["phone"] = [wrong]
    source_id = pk_of(data.get("source"))
    if source_id is None:
        errors["source"] = [_("The source is missing.")]
    elif source_id not in sources:
        errors["source"] = [_("This source is not in use.")]
    gender = data.get("gender") or Party.Gender.UNKNOWN
    if gender not in GENDERS:
        errors["gender"] = [_("This is not one of the choices.")]
    if errors or source_id is None:
        raise Invalid(errors, "R-G-04")
    return LeadData(
        phone_key=phone_key,
        source_id=source_id,
        gender=gender,
        brand_id=pk_of(data.get("brand")),
        series_id=pk_of(data.get("series")),
        car_model_id=pk_of(data.get("car_model")),
        name=text["name"],
        province=text["province"],
        city=text["city"],
        address=text["address"],
        remark=text["remark"],
        further=tuple(data.get("further") or ()),
    )


def phone_of(given: object, *, any_phone: bool) -> tuple[str, str]:
    """The number's key and "", or "" and the sentence that says what is wrong with it (R-G-02)."""
    phone = phones.normalise(given)
    if not phone.key and not phone.problem:
        return "", _("The mobile number is missing.")
    if not phone.key and (any_phone or phone.problem == phones.RUINED):
        return "", str(phone.problem)
    if not any_phone and not phones.is_mobile(phone.key):
        return "", str(
            NO_MOBILE.get(phone.kind) or _("This is not a mobile number: 11 digits, beginning with 13 to 19.")
        )
    return phone.key, ""


def pk_of(value: Any) -> int | None:
    """The id of a row, an entry or a number; None for nothing."""
    if value in (None, ""):
        return None
    found = getattr(value, "pk", None) or getattr(value, "id", None)
    return int(found if found is not None else value)
