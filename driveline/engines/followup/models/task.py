"""Task 任务: the next step, who and when; TaskMove: how it came to be theirs and for that day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import TaskOrigin, TaskState


class Task(models.Model):
    """One planned contact. 到期/过期/将来 derive from `due_date`; "overdue" is never stored (R-G-13).

    At most one open task per pursuit is a partial unique index (INV-1). `first_due` stays as it was made.
    """

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    pursuit = models.ForeignKey("followup.Pursuit", models.PROTECT, related_name="tasks")
    assignee = models.ForeignKey(
        "core.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Consultant"),
    )
    due_date = models.DateField(_("Due"))
    due_time = models.TimeField(_("Time"), null=True, blank=True)
    first_due = models.DateField()
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    origin = models.CharField(max_length=12, choices=TaskOrigin)
    method = models.CharField(max_length=12, blank=True)
    topics = models.JSONField(default=list)
    plan_visit = models.BooleanField(_("Visit planned"), default=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("Task")
        constraints = [
            models.UniqueConstraint(
                fields=["pursuit"],
                condition=models.Q(state="open"),
                name="task_one_open",  # INV-1
            ),
        ]
        indexes = [
            # Of open tasks only: they are few, and nobody lists the others.
            models.Index(
                fields=["store", "kind", "due_date", "id"],
                name="task_open_due",
                condition=models.Q(state="open"),
                include=["assignee"],
            ),
            models.Index(
                fields=["store", "assignee", "kind", "due_date", "id"],
                name="task_open_mine",
                condition=models.Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_date}"


class TaskMove(models.Model):
    """A change of assignee or due date; overdue per person is computed from these (R-F-09, R-R-01)."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="moves")
    from_user = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+", db_index=False)
    to_user = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+", db_index=False)
    old_due = models.DateField(null=True)
    new_due = models.DateField(null=True)
    cause = models.CharField(max_length=12, choices=TaskOrigin)
    at = models.DateTimeField()
    by = models.ForeignKey("core.User", models.PROTECT, related_name="+", db_index=False)
    operation = models.ForeignKey(
        "core.Operation", models.PROTECT, null=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return f"{self.cause} {self.new_due}"
