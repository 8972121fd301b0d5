"""Programs that act in somebody's name: their tokens, and the answers kept so that a request is carried out once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """接口令牌: lets a program act as one membership. The secret is shown once; only its hash is kept.

    `spent` is the allowance used up, as the second of the system clock up to which it is spent (core.api_calls).
    All moments are of the system clock.
    """

    membership = models.ForeignKey("core.Membership", models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("What for"), max_length=40)
    prefix = models.CharField(_("Begins with"), max_length=12)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("Created at"))
    created_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("Runs out"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("Last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Revoked at"), null=True, blank=True)
    spent = models.FloatField(default=0, editable=False)

    class Meta:
        verbose_name = _("API token")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiAnswer(models.Model):
    """What a request under an Idempotency-Key was answered; `status` 0 while it is being carried out."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["at"], name="api_answer_age")]
