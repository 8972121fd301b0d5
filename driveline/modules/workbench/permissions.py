"""The one right of this module: everybody who signs in has a workbench and messages, his own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from driveline.core.roles import ROLES
from driveline.kit.permissions import Permission, declare, row

VIEW = "workbench.view"


def declare_permissions() -> None:
    """Register it; called once by the module."""
    everybody = row(own=" ".join(role.code for role in ROLES))
    declare(Permission(VIEW, _("See the workbench and own messages"), _("Workbench"), everybody))
