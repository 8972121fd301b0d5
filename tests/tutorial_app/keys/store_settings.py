"""How a store keeps its keys."""

from django.utils.translation import gettext_lazy as _

from driveline.kit.settings import StoreSettings, setting


class KeySettings(StoreSettings, section="keys", label=_("Keys")):
    """When a key is missed."""

    hours_out: int = setting(
        default=4, label=_("Missed after"), unit=_("hours"), min_value=1, max_value=72, key="keys.hours_out"
    )
