"""Intake 入口事件: every arrival from every door leaves a row; ImportBatch 导入批次: a file and its rows (DESIGN §3a)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from driveline.engines.intake.choices import BatchState, Done, VerdictCode


class ImportBatch(models.Model):
    """A file brought in: how it was read, what was wanted of it, how far it is and what came of it.

    Its rows are Intake rows. `number` is the store's batch number, given when the first row was added (AC-22).
    `mapping` is field name → column index (from 0), `grounds` why each column was taken for its field; `header` the
    labels, `first` the last row of the head. `position` is the row of the file up to which all is decided: what
    a run goes on from. `counts` are verdicts, rules and what was done, each with its number; `rehearsed` the same as
    the dry run found it; `reverted` what was taken back and what was not. `error` says why it came to nothing.
    """

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("Imported by"))
    kind = models.CharField(max_length=20)
    state = models.CharField(_("Status"), max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    number = models.PositiveIntegerField(_("Batch"), null=True, blank=True)
    name = models.CharField(_("File name"), max_length=150)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(default=0)
    folder = models.CharField(max_length=200, blank=True)
    book = models.JSONField(default=dict)
    sheet = models.PositiveSmallIntegerField(default=0)
    header = models.JSONField(default=list)
    header_row = models.PositiveIntegerField(null=True, blank=True)
    first = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    grounds = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    source = models.ForeignKey(
        "core.DictItem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Source")
    )
    total = models.PositiveIntegerField(_("Rows of the file"), default=0)
    position = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    rehearsed = models.JSONField(default=dict)
    reverted = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("Uploaded at"))
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True, blank=True)
    reverted_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.ForeignKey("core.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("Import")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sha256"], condition=models.Q(state="running"), name="import_running_once"
            ),
            models.UniqueConstraint(
                fields=["store", "kind", "number"],
                condition=models.Q(number__isnull=False),
                name="import_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "kind", "-created_at", "-id"], name="import_list"),
            models.Index(fields=["store", "kind", "user", "-created_at", "-id"], name="import_mine"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportMapping(models.Model):
    """A mapping kept under a name, for files of the same origin: label of the column → field ("" not imported).

    `options` are those of the import that it was kept from: source, words and the like.
    """

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(_("Name"), max_length=40)
    labels = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    signature = models.CharField(max_length=64, blank=True)
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind", "name"], name="import_mapping_once")]

    def __str__(self) -> str:
        return self.name


class Intake(models.Model):
    """One arrival: where from, with what, which verdict by which rule and version, what it hit or made.

    Of a duplicate `pursuit` is the row it met, `hit_state` and `hit_owner` how that stood, `done` what was done
    with it. Of a failed one `problems` says why, field → sentence; it may be mended and decided again.
    Only its pursuit is checked by the database (docs/decisions/0014-checks-of-references.md).
    """

    store = models.ForeignKey(
        "core.OrgUnit", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=20)
    door = models.CharField(_("Door"), max_length=16)
    source = models.ForeignKey(
        "core.DictItem",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("Source"),
    )
    external_id = models.CharField(max_length=80, null=True, blank=True)
    phone_key = models.CharField(_("Mobile"), max_length=24, blank=True)
    payload = models.JSONField(default=dict)
    verdict = models.CharField(_("Verdict"), max_length=30, choices=VerdictCode)
    rule = models.CharField(_("Filter reason"), max_length=40, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=1)
    done = models.CharField(_("Handled"), max_length=12, choices=Done, blank=True)
    pursuit = models.ForeignKey("followup.Pursuit", models.PROTECT, null=True, related_name="intakes")
    hit_state = models.CharField(max_length=20, blank=True)
    hit_owner = models.ForeignKey(
        "core.User",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("Consultant then"),
    )
    problems = models.JSONField(default=dict)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, related_name="rows", db_index=False, db_constraint=False
    )
    row = models.PositiveIntegerField(null=True)
    actor = models.ForeignKey(
        "core.User",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("Entered by"),
    )
    at = models.DateTimeField(_("Entered at"))

    class Meta:
        verbose_name = _("Arrival")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="intake_external_once",
            ),
            models.UniqueConstraint(
                fields=["batch", "row"], condition=models.Q(batch__isnull=False), name="intake_row_once"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "kind", "-at", "-id"], name="intake_list"),
            models.Index(
                fields=["store", "kind", "-at", "-id"],
                name="intake_duplicates",
                condition=models.Q(verdict="duplicate"),
            ),
            models.Index(
                fields=["store", "kind", "actor", "-at", "-id"],
                name="intake_my_duplicates",
                condition=models.Q(verdict="duplicate"),
            ),
            models.Index(
                fields=["store", "kind", "-at", "-id"],
                name="intake_failed",
                condition=models.Q(verdict="failed", batch__isnull=True),
            ),
            models.Index(
                fields=["store", "kind", "-at", "-id"],
                name="intake_discarded",
                condition=models.Q(verdict="discarded", batch__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"
