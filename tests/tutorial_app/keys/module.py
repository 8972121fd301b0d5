"""钥匙柜: connects what this module brings."""

from importlib import import_module

from django.utils.translation import gettext_lazy as _

USES: tuple[str, ...] = ()


def connect() -> None:
    """Register it; called once when the apps are ready."""
    from driveline.kit.registry import MenuGroup, menu_group
    from driveline.kit.scopes import RowRule, row_rule
    from tests.tutorial_app.keys.models import CarKey
    from tests.tutorial_app.keys.permissions import declare_permissions

    declare_permissions()
    row_rule(CarKey, RowRule(store="store_id", person="holder_id"))
    menu_group(MenuGroup("keys", _("Keys"), "key", 500))
    import_module("tests.tutorial_app.keys.pages")
