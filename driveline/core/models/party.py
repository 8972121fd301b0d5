"""The person or organisation behind every row of work, and the phones they are reached by."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.Model):
    """客户: one row per real person or organisation per store.

    `phone_key` is the normalised main number, unique in the store while not empty; `phone_tail` its last four
    digits. `name_split` holds the name's characters parted by spaces for the full-text index on SQLite;
    `initials` the pinyin initials. All four are written by `core.services.parties` only.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class Gender(models.TextChoices):
        MALE = "male", _("Male")
        FEMALE = "female", _("Female")
        UNKNOWN = "unknown", _("Unknown")

    store = models.ForeignKey(
        "core.OrgUnit",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # docs/decisions/0014-checks-of-references.md
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("Customer name"), max_length=60)
    name_split = models.CharField(max_length=120, blank=True, editable=False)
    initials = models.CharField(max_length=60, blank=True, editable=False)
    gender = models.CharField(_("Gender"), max_length=8, choices=Gender, default=Gender.UNKNOWN)
    phone_key = models.CharField(_("Mobile"), max_length=24, blank=True)
    phone_tail = models.CharField(max_length=4, blank=True, editable=False)
    province = models.CharField(_("Province"), max_length=20, blank=True)
    city = models.CharField(_("City"), max_length=30, blank=True)
    address = models.CharField(_("Address"), max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Customer")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "phone_key"], condition=~models.Q(phone_key=""), name="party_phone_once"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "phone_tail"], name="party_tail"),
            models.Index(fields=["store", "initials"], name="party_initials"),
            models.Index(fields=["store", "id"], name="party_store_id"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyPhone(models.Model):
    """A further number of a party: family, landline, a platform's virtual number with an expiry."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="phones")
    number = models.CharField(_("Number"), max_length=24)
    kind = models.CharField(max_length=12, default="mobile")
    note = models.CharField(_("Note"), max_length=30, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "number"], name="party_number_once")]
        indexes = [models.Index(fields=["number"], name="party_number")]
