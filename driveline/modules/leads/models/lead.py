"""Lead 线索: what only a lead has. State, owner and dates are its pursuit's."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lead(models.Model):
    """A person from the network who has not come to the store yet; the pursuit of kind `lead` with the same key."""

    pursuit = models.OneToOneField(
        "followup.Pursuit",
        models.CASCADE,
        primary_key=True,
        related_name="lead",
        db_constraint=False,  # docs/decisions/0014-checks-of-references.md
    )
    remark = models.CharField(_("Remark"), max_length=500, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    repurchase = models.BooleanField(_("Retained customer buying again"), default=False)
    void_reason = models.CharField(_("Void reason"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("Lead")

    def __str__(self) -> str:
        return str(self.pk)
