"""A follow-up has one name: what was chosen in the form is what the list of records and the history say."""

from __future__ import annotations

from driveline.modules.leads.tests.conftest import Shop


def test_form_list_and_history_call_a_follow_up_the_same(shop: Shop) -> None:
    lead = shop.followed()
    manager = shop.world.client(shop.world.jingding)
    with shop.day("2019-03-05", "10:30"):
        assert (
            "</kbd>约到店</button>"
            in manager.get(f"/lead-tasks/{shop.task(lead).pk}/record/").content.decode()
        )
        shop.record(lead, chip="visit")
    assert '<td data-card="state">约到店<' in manager.get("/lead-records/").content.decode()
    history = manager.get(f"/leads/{lead.pk}/").content.decode()
    assert '<b class="b">约到店</b><span class="tag-s tag-ok">首次联系 30 分</span>' in history


def test_records_are_found_by_how_it_went(shop: Shop) -> None:
    lead = shop.followed()
    manager = shop.world.client(shop.world.jingding)
    with shop.day("2019-03-05", "10:30"):
        shop.record(lead, chip="visit")
    for chip, found in (("visit", 1), ("go_on", 0)):
        assert manager.get(f"/lead-records/?chip={chip}").context["listing"].slice.count == found
