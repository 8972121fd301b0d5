"""Pursuit 跟进主体: the one wide row of work (DESIGN §3a)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from driveline.engines.followup.choices import OPEN_PHASES, Grade, Phase


class Pursuit(models.Model):
    """What is being pursued until there is a result: its owner, phase, grade and next date.

    Kinds (`lead`, later `prospect` …) extend it one-to-one with the same key. Every column below `arrived_at`
    is written by the follow-up and ownership services only. `keeper` is the user for whom the row is "own":
    the owner, or whoever entered it while nobody owns it.
    `is_open` mirrors the phase for the indexes.
    `queued_at` is when a row that waits for an owner entered the assign queue; empty for all others.
    Store, entering person and keeper are not checked by the database (docs/decisions/0014-checks-of-references.md).
    """

    store = models.ForeignKey(
        "core.OrgUnit", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=20)
    party = models.ForeignKey("core.Party", models.PROTECT, related_name="pursuits")
    number = models.CharField(_("Number"), max_length=24, blank=True)
    entry_method = models.CharField(_("Way of entry"), max_length=16, default="manual")
    source = models.ForeignKey(
        "core.DictItem",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Source"),
    )
    brand = models.ForeignKey(
        "core.Brand",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Brand"),
    )
    series = models.ForeignKey(
        "core.Series",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Series"),
    )
    car_model = models.ForeignKey(
        "core.CarModel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Model"),
    )
    created_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("Entered by"),
    )
    created_at = models.DateTimeField(_("Entered at"))
    arrived_at = models.DateTimeField(_("Arrived at"))

    phase = models.CharField(_("Status"), max_length=12, choices=Phase, default=Phase.UNASSIGNED)
    stage = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True, editable=False)
    grade = models.CharField(_("Grade"), max_length=2, choices=Grade, default=Grade.H)
    owner = models.ForeignKey(
        "core.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Consultant"),
    )
    keeper = models.ForeignKey(
        "core.User", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    exclusive_key = models.CharField(max_length=40, null=True, blank=True, editable=False)
    cycle = models.PositiveSmallIntegerField(default=1)
    cycle_follow_count = models.PositiveIntegerField(default=0)
    follow_count = models.PositiveIntegerField(_("Follow-ups"), default=0)
    effective_count = models.PositiveIntegerField(default=0)
    dup_count = models.PositiveIntegerField(_("Times entered again"), default=0)
    defeat_count = models.PositiveSmallIntegerField(_("Times defeated"), default=0)
    last_followed_at = models.DateTimeField(_("Last follow-up"), null=True, blank=True)
    last_remark = models.CharField(_("Last remark"), max_length=500, blank=True)
    next_due = models.DateField(_("Next follow-up"), null=True, blank=True)
    next_time = models.TimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(_("Waiting since"), null=True, blank=True)
    first_contact_at = models.DateTimeField(_("First contact"), null=True, blank=True)
    first_effective_at = models.DateTimeField(null=True, blank=True)
    first_contact_minutes = models.PositiveIntegerField(null=True, blank=True)
    ladder_step = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)
    close_category = models.CharField(_("Defeat category"), max_length=40, blank=True)
    close_reason = models.CharField(_("Defeat reason"), max_length=100, blank=True)
    close_remark = models.CharField(_("Defeat remark"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Pursuit")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "exclusive_key"],
                condition=models.Q(exclusive_key__isnull=False),
                name="pursuit_exclusive",  # INV-6
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=True, phase__in=[str(p) for p in OPEN_PHASES])
                | models.Q(is_open=False, phase__in=["won", "lost", "closed"]),
                name="pursuit_open_mirrors_phase",
            ),
            models.CheckConstraint(
                condition=~models.Q(phase="active") | models.Q(owner__isnull=False),
                name="pursuit_active_is_owned",
            ),
            models.CheckConstraint(
                condition=~models.Q(phase="unassigned") | models.Q(queued_at__isnull=False),
                name="pursuit_waiting_is_queued",
            ),
        ]
        # An index that new rows need not stand in leaves them out: every row that comes in pays for all of them.
        # No index names what a recorded contact changes (next date, counts, remark): PostgreSQL then rewrites
        # the row in place and touches no index.
        indexes = [
            models.Index(fields=["store", "kind", "-arrived_at", "-id"], name="pursuit_list"),
            models.Index(
                fields=["store", "kind", "-arrived_at", "-id"],
                name="pursuit_open",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["store", "kind", "keeper", "-arrived_at", "-id"],
                name="pursuit_open_keeper",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["store", "kind", "-arrived_at", "-id"],
                name="pursuit_again",
                condition=models.Q(dup_count__gt=0),
            ),
            models.Index(fields=["store", "kind", "phase", "-arrived_at", "-id"], name="pursuit_phase_list"),
            models.Index(
                fields=["store", "kind", "keeper", "-arrived_at", "-id", "owner"],
                name="pursuit_keeper_list",  # the owner last: who asks for his own is counted from the index
            ),
            models.Index(
                fields=["store", "kind", "owner", "-arrived_at", "-id"],
                name="pursuit_owner_list",
                condition=models.Q(owner__isnull=False),
            ),
            models.Index(fields=["store", "kind", "source", "-arrived_at"], name="pursuit_source_list"),
            models.Index(
                fields=["store", "kind", "series", "-arrived_at", "-id"],
                name="pursuit_series_list",
                condition=models.Q(series__isnull=False),
            ),
            models.Index(
                fields=["store", "kind", "-closed_at", "-id"],
                name="pursuit_lost_list",
                condition=models.Q(phase="lost"),
            ),
            models.Index(
                fields=["store", "kind", "keeper", "-closed_at", "-id"],
                name="pursuit_lost_keeper",
                condition=models.Q(phase="lost"),
            ),
            models.Index(
                fields=["store", "kind", "assigned_at"],
                name="pursuit_uncontacted",  # the minute's look at the first-contact clock
                condition=models.Q(phase="active", first_contact_at__isnull=True),
            ),
            models.Index(
                fields=["store", "kind", "queued_at"],
                name="pursuit_queue",  # who waits longest
                condition=models.Q(phase="unassigned"),
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)
