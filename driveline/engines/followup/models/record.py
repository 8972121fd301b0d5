"""FollowUp 跟进记录: a contact that happened. Never changed, never deleted (INV-4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import Grade, Method, Outcome, Result


class FollowUp(models.Model):
    """One contact with what was said, what came of it, and what was planned next.

    A done task has exactly one record (unique `task`); a supplementary record has none. `client_key` makes
    a form that is sent twice one record.
    """

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    pursuit = models.ForeignKey("followup.Pursuit", models.PROTECT, related_name="follow_ups", db_index=False)
    task = models.OneToOneField("followup.Task", models.PROTECT, null=True, blank=True, related_name="record")
    client_key = models.CharField(max_length=40, null=True, blank=True, unique=True)
    cycle = models.PositiveSmallIntegerField(default=1)
    actor = models.ForeignKey(
        "core.User", models.PROTECT, related_name="+", db_index=False, verbose_name=_("Followed up by")
    )
    at = models.DateTimeField(_("Followed up at"))
    due_date = models.DateField(_("Due"), null=True, blank=True)
    chip = models.CharField(max_length=20, blank=True)
    old_grade = models.CharField(max_length=2, choices=Grade, blank=True)
    new_grade = models.CharField(_("Grade"), max_length=2, choices=Grade, blank=True)
    method = models.CharField(_("Method"), max_length=12, choices=Method)
    topics = models.JSONField(_("Topics"), default=list)
    result = models.CharField(_("Result"), max_length=12, choices=Result)
    outcome = models.CharField(max_length=12, choices=Outcome)
    reached = models.BooleanField(_("Reached"), default=True)
    effective = models.BooleanField(_("Effective"), default=True)
    first_contact = models.BooleanField(default=False)
    remark = models.CharField(_("Remark"), max_length=500, blank=True)
    defeat_category = models.CharField(_("Defeat category"), max_length=40, blank=True)
    defeat_reason = models.CharField(_("Defeat reason"), max_length=100, blank=True)
    competitor = models.CharField(_("Competitor"), max_length=80, blank=True)
    next_date = models.DateField(_("Next follow-up"), null=True, blank=True)
    next_time = models.TimeField(null=True, blank=True)
    next_method = models.CharField(max_length=12, blank=True)
    next_topics = models.JSONField(default=list)
    plan_visit = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Follow-up record")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(task__isnull=False) | models.Q(outcome="supplement"),
                name="record_has_task",
            ),
        ]
        indexes = [
            models.Index(fields=["pursuit", "-at"], name="record_pursuit"),
            models.Index(fields=["store", "kind", "-at", "-id"], name="record_list"),
            models.Index(fields=["store", "actor", "-at"], name="record_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
