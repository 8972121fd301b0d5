"""Every (state, verb) pair is either allowed or refused with a reason, by the same table as tabs and guards."""

from __future__ import annotations

import pytest

from driveline.engines.followup.choices import Phase
from driveline.engines.followup.models import Pursuit
from driveline.modules.leads.choices import LOOKS, phase_labels
from driveline.modules.leads.machine import machine
from driveline.modules.leads.services.commands import lead_activate, lead_assign, lead_reassign, lead_void
from driveline.modules.leads.tests.conftest import Shop

COMMANDS = {"assign": lead_assign, "reassign": lead_reassign, "void": lead_void, "activate": lead_activate}


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("verb", list(COMMANDS))
def test_a_verb_is_allowed_or_refused_with_a_reason(shop: Shop, verb: str, phase: Phase) -> None:
    world = shop.world
    row = Pursuit(kind="lead", store=world.a, keeper=world.wangbing, phase=phase, owner=world.gujia, pk=1)
    reason = COMMANDS[verb].why_not(row, shop.actor(world.jingding))
    assert (reason == "") == machine.allows(verb, phase)


def test_every_phase_has_a_look_and_unused_ones_are_no_tabs() -> None:
    assert set(LOOKS) == set(Phase)
    assert [code for code, _label in phase_labels()] == ["unassigned", "active", "lost", "closed"]


def test_the_table_draws_itself() -> None:
    assert "active --> lost: lose" in machine.mermaid()
