"""系统设置: people, rights, dictionaries, settings, units, catalogue, audit. No rule of the daily work lives here."""

from __future__ import annotations

from importlib import import_module

from django.utils.translation import gettext_lazy as _

USES: tuple[str, ...] = ("leads",)  # the demonstration tells stories about leads


def connect() -> None:
    """Register what this module brings; called once when the apps are ready."""
    from driveline.kit.registry import MenuGroup, menu_group
    from driveline.modules.setup.permissions import declare_permissions

    declare_permissions()
    menu_group(MenuGroup("setup", _("Setup"), "settings", 900))
    import_module("driveline.modules.setup.pages")
    import_module("driveline.modules.setup.api")
