"""ArrivalRule: who gets what newly arrives, per store and source (DESIGN §3a: one rule for every door)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArrivalRule(models.Model):
    """Nobody, one person, or rotation over several. `source` NULL is the rule for every source without its own.

    `people` are user ids; whoever has left or takes no work is passed over when the turn comes.
    """

    class Mode(models.TextChoices):
        NOBODY = "nobody", _("Nobody: it waits to be assigned")
        PERSON = "person", _("One person")
        ROTATION = "rotation", _("In turn, fewest open tasks first")

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    source = models.ForeignKey(
        "core.DictItem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Source")
    )
    mode = models.CharField(_("Way of assignment"), max_length=10, choices=Mode, default=Mode.NOBODY)
    people = models.JSONField(_("People"), default=list)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(_("Changed at"))
    changed_by = models.ForeignKey(
        "core.User", models.PROTECT, related_name="+", verbose_name=_("Changed by")
    )

    class Meta:
        verbose_name = _("Rule of assignment")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "source"],
                condition=models.Q(source__isnull=False),
                name="arrival_rule_source",
            ),
            models.UniqueConstraint(
                fields=["store", "kind"], condition=models.Q(source__isnull=True), name="arrival_rule_rest"
            ),
        ]

    def __str__(self) -> str:
        return self.mode
