"""Permissions of the floor itself, with the seeded matrix of dealer.md §14 and DESIGN §3a.

Roles belong to the group, so rights over them are group wide whoever holds them; a role or a right that reaches
further than one's own can never be given (core.services.roles).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from driveline.core.roles import ROLES
from driveline.kit.permissions import Permission, declare, row

SETUP = _("Setup")
PRIVACY = _("Personal data")
INSIGHT = _("Insight")

_BEYOND = ("admin", "group_admin")
_EVERYBODY = " ".join(role.code for role in ROLES if role.code not in _BEYOND)
_READERS = "sales_manager sales_director general_manager admin"


def declare_permissions() -> None:
    """Register them; called once by core.wiring."""
    declare(
        Permission("settings.view", _("See settings"), SETUP, row(store=_READERS, group="group_admin")),
        Permission(
            "settings.edit",
            _("Change settings"),
            SETUP,
            row(store="sales_director general_manager admin", group="group_admin"),
        ),
        Permission(
            "users.view", _("See users"), SETUP, row(store="general_manager admin", group="group_admin")
        ),
        Permission("users.edit", _("Manage users"), SETUP, row(store="admin", group="group_admin")),
        Permission("roles.view", _("See roles"), SETUP, row(group="general_manager admin group_admin")),
        Permission("roles.edit", _("Manage roles"), SETUP, row(group="admin group_admin")),
        Permission(
            "dictionaries.view",
            _("See dictionaries"),
            SETUP,
            row(store=f"{_READERS} service_manager aftersales_director marketing", group="group_admin"),
        ),
        Permission(
            "dictionaries.edit",
            _("Maintain dictionaries"),
            SETUP,
            row(store="sales_director admin", group="group_admin"),
        ),
        Permission(
            "phones.full",
            _("See whole phone numbers"),
            PRIVACY,
            row(
                own="consultant web_consultant service_adviser",
                store="sales_manager sales_director service_agent service_manager aftersales_director",
            ),
        ),
        Permission(
            "phones.reveal",
            _("Reveal a masked phone number"),
            PRIVACY,
            row(store="finance_director marketing general_manager", group="group_auditor"),
        ),
        Permission(
            "api_tokens.manage",
            _("Have tokens for programs"),
            SETUP,
            row(own=_EVERYBODY, store="admin", group="group_admin"),
        ),
        Permission(
            "audit.view",
            _("See the audit log"),
            INSIGHT,
            row(store="general_manager admin", group="group_auditor group_admin"),
        ),
        Permission(
            "reports.view",
            _("See reports"),
            INSIGHT,
            row(
                own="consultant web_consultant service_adviser service_agent",
                store="sales_manager sales_director service_manager aftersales_director finance_director marketing"
                " general_manager",
                group="group_auditor",
            ),
        ),
    )
