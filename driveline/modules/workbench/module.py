"""工作台 and 我的提醒: everybody's first page. What stands on it is registered by the modules (kit.desk)."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

USES: tuple[str, ...] = ()


def connect() -> None:
    """Register what this module brings; called once when the apps are ready."""
    from driveline.kit.registry import MenuGroup, menu_group
    from driveline.modules.workbench.permissions import declare_permissions

    declare_permissions()
    menu_group(MenuGroup("workbench", _("Workbench"), "layout-dashboard", 0))
    import_module("driveline.modules.workbench.pages")
