"""Rights over leads, with the seeded matrix of dealer.md §14 (lead rows)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from driveline.kit.permissions import Permission, declare, row

LEADS = _("Leads")
TASKS = _("Follow-up tasks")
RECORDS = _("Follow-up records")
LOST = _("Defeated leads")
DUPLICATES = _("Duplicate leads")
PLATFORMS = _("Platforms")

_CONSULTANTS = "consultant web_consultant"
_SALES = "sales_manager sales_director"


def declare_permissions() -> None:
    """Register them; called once by the module."""
    declare(*_leads(), *_tasks(), *_records(), *_lost(), *_duplicates(), *_platforms())


def _leads() -> list[Permission]:
    everybody = f"{_SALES} service_manager marketing general_manager admin"
    entering = row(own="web_consultant", store="sales_manager")
    return [
        Permission(
            "leads.view", _("See leads"), LEADS, row(_CONSULTANTS, store=everybody, group="group_auditor")
        ),
        Permission(
            "leads.create",
            _("Enter leads"),
            LEADS,
            row(own="web_consultant", store="sales_manager marketing"),
        ),
        Permission("leads.edit", _("Change leads"), LEADS, entering),
        Permission("leads.assign", _("Assign and reassign leads"), LEADS, row(store=_SALES)),
        Permission("leads.rules", _("Say who gets new leads"), LEADS, row(store=f"{_SALES} admin")),
        Permission("leads.import", _("Import leads"), LEADS, entering),
        Permission("leads.export", _("Export leads"), LEADS, row(store=f"{_SALES} general_manager")),
        Permission("leads.void", _("Make leads void"), LEADS, row(store="sales_manager")),
    ]


def _tasks() -> list[Permission]:
    return [
        Permission(
            "lead_tasks.view",
            _("See follow-up tasks"),
            TASKS,
            row(_CONSULTANTS, team="sales_manager", store="sales_director general_manager"),
        ),
        Permission(
            "lead_tasks.record", _("Record follow-ups"), TASKS, row(_CONSULTANTS, team="sales_manager")
        ),
        Permission(
            "lead_tasks.reassign",
            _("Plan beyond the interval, follow up for others"),
            TASKS,
            row(team="sales_manager", store="sales_director"),
        ),
    ]


def _records() -> list[Permission]:
    readers = f"{_SALES} service_manager marketing general_manager"
    return [
        Permission(
            "lead_records.view", _("See follow-up records"), RECORDS, row(_CONSULTANTS, store=readers)
        ),
        Permission(
            "lead_records.export",
            _("Export follow-up records"),
            RECORDS,
            row(store=f"{_SALES} general_manager"),
        ),
    ]


def _lost() -> list[Permission]:
    readers = f"{_SALES} service_manager general_manager"
    return [
        Permission("lost_leads.view", _("See defeated leads"), LOST, row(_CONSULTANTS, store=readers)),
        Permission("lost_leads.activate", _("Activate defeated leads"), LOST, row(store=_SALES)),
        Permission("lost_leads.export", _("Export defeated leads"), LOST, row(store=_SALES)),
    ]


def _duplicates() -> list[Permission]:
    readers = f"{_SALES} marketing general_manager admin"
    return [
        Permission(
            "duplicate_leads.view", _("See duplicate leads"), DUPLICATES, row("web_consultant", store=readers)
        ),
        Permission("duplicate_leads.export", _("Export duplicate leads"), DUPLICATES, row(store=_SALES)),
    ]


def _platforms() -> list[Permission]:
    readers = f"{_SALES} general_manager admin"
    return [
        Permission("platforms.view", _("See platform connections"), PLATFORMS, row(store=readers)),
        Permission(
            "platforms.edit",
            _("Manage platform connections"),
            PLATFORMS,
            row(store="sales_director general_manager admin"),
        ),
        Permission("platform_faults.view", _("See faulty platform messages"), PLATFORMS, row(store=_SALES)),
        Permission("platform_faults.mend", _("Mend faulty platform messages"), PLATFORMS, row(store=_SALES)),
    ]
