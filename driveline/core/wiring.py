"""Plugs the floor's own parts into what the kit asks for, and declares what core itself has to declare."""

from __future__ import annotations

from driveline.kit.ports import ports


def connect() -> None:
    """Called once when the apps are ready."""
    from driveline.core import (  # noqa: F401  settings, dictionaries and steps are declared by being imported
        api_calls,
        batch_jobs,
        clock,
        dictionaries,
        journal,
        nightly,
        notifications,
        people,
        preferences,
        privacy,
        setting_store,
        store_settings,
        undo,
    )
    from driveline.core.api import declare_sections
    from driveline.core.middleware import check_form_store
    from driveline.core.permissions import declare_permissions
    from driveline.core.services import api_tokens as _tokens  # noqa: F401  its commands likewise
    from driveline.core.services import dictionaries as _upkeep  # noqa: F401

    ports.clock = clock
    ports.audit = journal.audit
    ports.operations = journal.operations
    ports.settings = setting_store.store
    ports.preferences = preferences.preferences
    ports.undo = undo.undo
    ports.unread = notifications.unread_count
    ports.form_store = check_form_store
    ports.batch_job = batch_jobs.batch_job
    ports.api = api_calls.calls
    declare_permissions()
    declare_sections()
    _row_rules()


def _row_rules() -> None:
    """What own, store and group mean for the rows of this floor."""
    from driveline.core.models import AuditEntry, Membership, OrgUnit, Role
    from driveline.kit.scopes import RowRule, row_rule

    row_rule(Membership, RowRule(person="user_id"))
    row_rule(Role, RowRule(store="group_id"))
    row_rule(OrgUnit, RowRule(store="id"))
    row_rule(AuditEntry, RowRule(person="user_id"))
