"""A key and who has it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CarKey(models.Model):
    """A key of the store's cabinet. Without a holder it hangs there."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("Key"), max_length=40)
    holder = models.ForeignKey("core.User", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(_("Taken at"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="key_once")]

    def __str__(self) -> str:
        return self.name
