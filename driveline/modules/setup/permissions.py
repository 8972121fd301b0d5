"""Rights over the organisation itself: the stores of the group and the departments of a store."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from driveline.kit.permissions import Permission, declare, row

SETUP = _("Setup")


def declare_permissions() -> None:
    """Register them; called once by the module."""
    declare(
        Permission(
            "units.view",
            _("See stores and departments"),
            SETUP,
            row(store="general_manager admin", group="group_admin"),
        ),
        Permission("stores.edit", _("Open and close stores"), SETUP, row(group="group_admin")),
        Permission(
            "departments.edit", _("Manage departments"), SETUP, row(store="admin", group="group_admin")
        ),
    )
