"""网销管理: leads from the network, from the first number to the showroom or the defeat."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from driveline.core.access import Actor
    from driveline.core.models import DictItem

USES: tuple[str, ...] = ()


def connect() -> None:
    """Register what this module brings; called once when the apps are ready."""
    from driveline.core import access, dictionaries
    from driveline.engines.followup.policy import register
    from driveline.engines.intake.imports.kinds import import_kind
    from driveline.engines.intake.rules import maker, verdict_rule
    from driveline.kit.registry import MenuGroup, menu_group
    from driveline.kit.scopes import RowRule, row_rule
    from driveline.kit.settings import rehearsal
    from driveline.modules.leads import files
    from driveline.modules.leads.choices import KIND
    from driveline.modules.leads.importers import LEADS
    from driveline.modules.leads.models import PlatformCall, PlatformConnection
    from driveline.modules.leads.permissions import declare_permissions
    from driveline.modules.leads.policy import LEAD
    from driveline.modules.leads.services.duplicates import RULES
    from driveline.modules.leads.services.making import make_leads
    from driveline.modules.leads.services.rehearsal import rehearse_contact_rule, rehearse_duplicates
    from driveline.modules.leads.store_settings import DuplicateSettings, LeadSettings

    declare_permissions()
    register(LEAD)
    maker(KIND, make_leads)
    for rule in RULES:
        verdict_rule(KIND, rule)
    rehearsal(DuplicateSettings, rehearse_duplicates)
    rehearsal(LeadSettings, rehearse_contact_rule)
    import_kind(LEADS)
    access.party_sight(sees_party)
    for model in (PlatformConnection, PlatformCall):
        row_rule(model, RowRule())
    dictionaries.uses("lead_source", _sources_used)
    dictionaries.uses("defeat_category", _categories_used)
    dictionaries.uses("defeat_reason", _reasons_used)
    dictionaries.uses("void_reason", _void_reasons_used)
    menu_group(MenuGroup("network", _("Web sales"), "world", 100))
    files.declare()
    import_module("driveline.modules.leads.services.platforms.calls")  # its nightly step
    import_module("driveline.modules.leads.pages")
    import_module("driveline.modules.leads.desk")


def sees_party(actor: Actor, party_id: int) -> bool:
    """Whether the actor sees the party through one of its leads."""
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.scopes import visible
    from driveline.modules.leads.choices import KIND

    return visible(Pursuit.objects.filter(party_id=party_id, kind=KIND), actor, "leads.view").exists()


def _sources_used(item: DictItem) -> int:
    from driveline.engines.followup.models import Pursuit
    from driveline.kit.badges import capped_count
    from driveline.modules.leads.models import PlatformConnection

    connections = PlatformConnection.objects.filter(source=item)
    return capped_count(Pursuit.objects.filter(source=item)) + capped_count(connections)


def _categories_used(item: DictItem) -> int:
    from driveline.engines.followup.models import FollowUp
    from driveline.kit.badges import capped_count

    return capped_count(FollowUp.objects.filter(defeat_category=item.code))


def _reasons_used(item: DictItem) -> int:
    from driveline.engines.followup.models import FollowUp
    from driveline.kit.badges import capped_count

    return capped_count(FollowUp.objects.filter(defeat_reason=item.code))


def _void_reasons_used(item: DictItem) -> int:
    from driveline.kit.badges import capped_count
    from driveline.modules.leads.models import Lead

    return capped_count(Lead.objects.filter(void_reason=item.code))
