"""Rights over keys, with the roles that have them from the start."""

from django.utils.translation import gettext_lazy as _

from driveline.kit.permissions import Permission, declare, row

KEYS = _("Keys")
STAFF = "consultant web_consultant sales_manager"


def declare_permissions() -> None:
    """Register them; called once by the module."""
    declare(
        Permission("keys.view", _("See keys"), KEYS, row(store=f"{STAFF} general_manager")),
        Permission("keys.take", _("Take keys"), KEYS, row(store=STAFF)),
    )
