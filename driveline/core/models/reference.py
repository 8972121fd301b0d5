"""What users maintain and everything points at: dictionaries, the vehicle catalogue, document numbers, settings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from driveline.kit.formats import in_language


class DictItem(models.Model):
    """One entry of an enumeration users maintain. The group's are seen in all stores; a store adds its own."""

    unit = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    kind = models.CharField(_("Dictionary"), max_length=40)
    code = models.CharField(_("Code"), max_length=40)
    label = models.CharField(_("Name"), max_length=60)
    label_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent_code = models.CharField(_("Category"), max_length=40, blank=True)
    position = models.PositiveIntegerField(_("Order"), default=0)
    active = models.BooleanField(_("Active"), default=True)
    seeded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Dictionary entry")
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "code"], name="dict_code_once")]
        indexes = [models.Index(fields=["kind", "unit", "position"], name="dict_kind")]

    def __str__(self) -> str:
        return in_language(self.label, self.label_en)


class DictHide(models.Model):
    """A store hides an entry of the group."""

    store = models.ForeignKey("core.OrgUnit", models.CASCADE, related_name="+")
    item = models.ForeignKey(DictItem, models.CASCADE, related_name="hidden_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "item"], name="dict_hide_once")]


class Brand(models.Model):
    """品牌 of the vehicle catalogue (shared by all stores)."""

    name = models.CharField(_("Brand"), max_length=60, unique=True)
    initials = models.CharField(max_length=30, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Brand")

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """车系 of a brand."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="series")
    name = models.CharField(_("Series"), max_length=80)
    initials = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Series")
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="series_once")]

    def __str__(self) -> str:
        return self.name


class CarModel(models.Model):
    """车型 of a series."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="models")
    name = models.CharField(_("Model"), max_length=120)
    source_id = models.CharField(max_length=20, blank=True)
    guide_price = models.DecimalField(
        _("Guide price (10,000 yuan)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    launched = models.CharField(max_length=10, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Model")
        constraints = [models.UniqueConstraint(fields=["series", "name"], name="car_model_once")]

    def __str__(self) -> str:
        return self.name


class NumberRule(models.Model):
    """The running part of a document number: one row per store, document kind and period."""

    store = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    period = models.CharField(max_length=12, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind", "period"], name="number_rule_once")]


class SettingValue(models.Model):
    """A value that differs from the default, for a group or a store, from a day on (DESIGN §3a, R-S-02).

    What was taken back before its day stays for the history alone.
    """

    unit = models.ForeignKey("core.OrgUnit", models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    value = models.JSONField()
    valid_from = models.DateField(_("Valid from"))
    set_at = models.DateTimeField(_("Set at"))
    set_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("Taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("core.User", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("Setting")
        indexes = [models.Index(fields=["unit", "key", "valid_from"], name="setting_lookup")]
