"""Intake 入口事件: every arrival from every door leaves a row (DESIGN §3a)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Intake(models.Model):
    """One arrival: where from, with what, which verdict by which rule and version, and what it hit or made."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    door = models.CharField(_("Door"), max_length=16)
    source = models.ForeignKey("core.DictItem", models.PROTECT, null=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=80, null=True, blank=True)
    phone_key = models.CharField(max_length=24, blank=True)
    payload = models.JSONField(default=dict)
    verdict = models.CharField(_("Verdict"), max_length=30)
    rule = models.CharField(max_length=40, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=1)
    pursuit = models.ForeignKey("followup.Pursuit", models.PROTECT, null=True, related_name="intakes")
    actor = models.ForeignKey("core.User", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("At"))

    class Meta:
        verbose_name = _("Arrival")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="intake_external_once",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "kind", "-at", "-id"], name="intake_list"),
            models.Index(fields=["store", "phone_key"], name="intake_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"
