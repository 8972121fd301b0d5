"""平台接入: how a car platform's leads come to a store by themselves (PG-L06), and what came over each connection."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallOutcome(models.TextChoices):
    """What came of one call of a platform, or of one question that we put to it."""

    NEW = "new", _("New")
    DUPLICATE = "duplicate", _("Duplicate")
    FAILED = "failed", _("Faulty")
    REPEATED = "repeated", _("Sent again")
    REFUSED = "refused", _("Refused")
    POLLED = "polled", _("Polled")
    POLL_FAILED = "poll_failed", _("Did not answer")


class PlatformConnection(models.Model):
    """One platform's account for one store: who it is, how its messages are signed and how they are read.

    `secret` and `former_secret` are sealed (core/sealed.py); the former one is good until `former_until`, so that the
    platform can change without a gap. `mapping` is lead field → {path, default, values} (services/platforms/mapping.py).
    `window` is how many seconds a signature may be old. A number of the platform's that begins with one of
    `relay_prefixes` is its own virtual number: a further phone good for `relay_hours`, never the customer's key.
    """

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(
        "core.DictItem", models.PROTECT, related_name="+", db_index=False, verbose_name=_("Source")
    )
    name = models.CharField(_("Connection"), max_length=40)
    key = models.CharField(_("Key"), max_length=40, unique=True)
    secret = models.CharField(max_length=300)
    secret_at = models.DateTimeField(_("Secret made at"))
    former_secret = models.CharField(max_length=300, blank=True)
    former_until = models.DateTimeField(_("Former secret good until"), null=True, blank=True)
    active = models.BooleanField(_("In use"), default=True)
    mapping = models.JSONField(default=dict)
    window = models.PositiveSmallIntegerField(_("A signature is good for"), default=300)
    per_minute = models.PositiveIntegerField(_("Messages a minute at most"), default=12_000)
    relay_prefixes = models.CharField(_("Virtual numbers begin with"), max_length=200, blank=True)
    relay_hours = models.PositiveSmallIntegerField(_("A virtual number is good for"), default=72)
    last_seen = models.DateTimeField(_("Last message"), null=True, blank=True)
    created_at = models.DateTimeField(_("Made at"))

    class Meta:
        verbose_name = _("Platform connection")
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="platform_name_once")]

    def __str__(self) -> str:
        return self.name


class PlatformPoll(models.Model):
    """拉取: the address at which a platform is asked for what is new, and how far we have read.

    `header_value` is sealed. `items_path` is where the list stands in the answer ("" the answer itself), `next_path`
    where the mark stands that is sent as `since_param` the next time. After failures the pause grows.
    """

    connection = models.OneToOneField(
        PlatformConnection, models.CASCADE, primary_key=True, related_name="poll"
    )
    active = models.BooleanField(_("Poll the platform"), default=False)
    url = models.CharField(_("Address"), max_length=500, blank=True)
    header_name = models.CharField(_("Header"), max_length=60, blank=True)
    header_value = models.CharField(max_length=1200, blank=True)
    since_param = models.CharField(_("Parameter for the mark"), max_length=40, default="since", blank=True)
    items_path = models.CharField(_("Where the list stands"), max_length=100, blank=True)
    next_path = models.CharField(_("Where the next mark stands"), max_length=100, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Every"), default=5)
    cursor = models.CharField(_("Read up to"), max_length=200, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(_("Last polled"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(_("Last failure"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Polling")
        indexes = [models.Index(fields=["next_at"], name="platform_due", condition=models.Q(active=True))]


class PlatformCall(models.Model):
    """调用日志: one call of a platform, or one question to it. No message and no number stands here; kept 90 days."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+", db_index=False)
    connection = models.ForeignKey(
        PlatformConnection, models.CASCADE, related_name="+", db_index=False, verbose_name=_("Connection")
    )
    outcome = models.CharField(_("Outcome"), max_length=12, choices=CallOutcome)
    status = models.PositiveSmallIntegerField(_("Status"), default=0)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    messages = models.PositiveIntegerField(_("Messages"), default=0)
    created = models.PositiveIntegerField(_("New"), default=0)
    duplicates = models.PositiveIntegerField(_("Duplicate"), default=0)
    failed = models.PositiveIntegerField(_("Faulty"), default=0)
    ms = models.PositiveIntegerField(_("Milliseconds"), default=0)
    size = models.PositiveIntegerField(_("Bytes"), default=0)
    address = models.GenericIPAddressField(_("From"), null=True, blank=True)
    intake = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(_("Time"))

    class Meta:
        verbose_name = _("Platform call")
        indexes = [
            models.Index(fields=["store", "-at", "-id"], name="platform_call_list"),
            models.Index(fields=["connection", "-at", "-id"], name="platform_call_of"),
        ]
