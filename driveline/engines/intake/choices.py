"""The engine's fixed vocabulary: what was decided about an arrival, and what was done with the row it met."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerdictCode(models.TextChoices):
    """What an arrival came to. A failed one waits to be mended; a discarded one was looked at and is worth nothing."""

    NEW = "new", _("New")
    DUPLICATE = "duplicate", _("Duplicate")
    FAILED = "failed", _("Failed")
    DISCARDED = "discarded", _("Set aside")


class Done(models.TextChoices):
    """处理结果: what was done with the row a duplicate met (dealer.md §2.5)."""

    PULLED = "pulled", _("Pulled to today")
    ACTIVATED = "activated", _("Activated again")
    PINNED = "pinned", _("Put on top")
    TOLD = "told", _("Consultant told")
    RECORDED = "recorded", _("Recorded only")


class Assign(models.TextChoices):
    """Who gets the new rows of an import."""

    RULE = "rule", _("By source rule")
    NOBODY = "nobody", _("To nobody")
    PEOPLE = "people", _("Shared evenly")


class BatchState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")
    REVERTED = "reverted", _("Taken back")
