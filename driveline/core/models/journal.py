"""What happened and what is remembered: operations, audit, transitions, notifications, files, preferences, jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Operation(models.Model):
    """One command as given: who, verb, inputs, how many rows; before-images for undo (DESIGN §3a)."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    inputs = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    before = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    at = models.DateTimeField()
    undo_until = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "user", "-at"], name="operation_mine")]


class AuditEntry(models.Model):
    """Who did or saw what; never changed."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey("core.User", models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("Action"), max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Audit entry")
        indexes = [
            models.Index(fields=["store", "-at"], name="audit_store"),
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["user", "action", "at"], name="audit_user_action"),
        ]


class Transition(models.Model):
    """流转日志: one change of state of any row (R-G-09, INV-9); never changed.

    Store and actor are not checked by the database for every row (docs/decisions/0014-checks-of-references.md).
    """

    store = models.ForeignKey(
        "core.OrgUnit", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    actor = models.ForeignKey(
        "core.User", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    operation = models.ForeignKey(Operation, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="transition_subject")]


class Notification(models.Model):
    """我的提醒: a message to a member of staff. Text is rendered from kind + params in the reader's language."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("core.User", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(_("Kind"), max_length=40)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    dedupe_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(_("Time"))
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Notification")
        indexes = [
            models.Index(fields=["user", "store", "-created_at"], name="notification_mine"),
            models.Index(
                fields=["user", "store"], name="notification_unread", condition=models.Q(read_at__isnull=True)
            ),
        ]


class Attachment(models.Model):
    """A file that belongs to a row; visible to whoever may see the row."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    name = models.CharField(_("File name"), max_length=150)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=200)
    uploaded_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]


class SavedView(models.Model):
    """存为视图: a user's named filter of a page."""

    user = models.ForeignKey("core.User", models.CASCADE, related_name="+")
    page = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=20)
    query = models.CharField(max_length=2000)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_once")]


class UserPreference(models.Model):
    """What the interface remembers for a user: columns, page size, density, theme, folded form."""

    user = models.ForeignKey("core.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="preference_once")]


class Job(models.Model):
    """Long work with progress, resumable, its result downloadable (DESIGN §3.10)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="job_mine")]


class SweepStep(models.Model):
    """One step of one night of one store, so that a killed sweep goes on where it stopped (R-G-10)."""

    store = models.ForeignKey("core.OrgUnit", models.CASCADE, related_name="+")
    day = models.DateField()
    step = models.CharField(max_length=60)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day", "step"], name="sweep_step_once")]


class DailyCounter(models.Model):
    """A figure of a closed day per person, rebuilt by the sweep; today is computed live."""

    store = models.ForeignKey("core.OrgUnit", models.CASCADE, related_name="+")
    user = models.ForeignKey("core.User", models.CASCADE, related_name="+")
    day = models.DateField()
    key = models.CharField(max_length=40)
    value = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "user", "day", "key"], name="daily_counter_once")
        ]
