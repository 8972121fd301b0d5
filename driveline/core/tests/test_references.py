"""What the database does not check row by row is told by `driveline check`."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from driveline.config.commands.check import Finding, check_references
from driveline.core.models import DictItem
from driveline.core.references import dangling, unchecked
from driveline.engines.followup.models import Pursuit
from tests.factories import a_lead
from tests.world import World


def test_only_these_columns_are_not_checked_by_the_database() -> None:
    found = {f"{field.model._meta.label_lower}.{field.name}" for field in unchecked()}
    assert found == {
        "core.party.store",
        "core.transition.store",
        "core.transition.actor",
        "followup.pursuit.store",
        "followup.pursuit.created_by",
        "followup.pursuit.keeper",
        "intake.intake.store",
        "intake.intake.source",
        "intake.intake.hit_owner",
        "intake.intake.batch",
        "intake.intake.actor",
        "leads.lead.pursuit",
    }


@pytest.mark.django_db
def test_a_row_that_names_nobody_is_found(world: World) -> None:
    lead = a_lead(world)
    assert list(dangling()) == []
    assert check_references() == ""
    Pursuit.objects.filter(pk=lead.pk).update(keeper=987_654_321)
    assert list(dangling()) == [("followup.pursuit.keeper", 1)]
    with pytest.raises(Finding, match=r"followup\.pursuit\.keeper: 1"):
        check_references()


@pytest.mark.django_db
def test_what_is_named_cannot_be_deleted_by_the_program(world: World) -> None:
    lead = a_lead(world)
    source = DictItem.objects.get(pk=Pursuit.objects.get(pk=lead.pk).source_id)
    for named in (source, world.a, Pursuit.objects.get(pk=lead.pk).created_by):
        with pytest.raises(ProtectedError):
            named.delete()
