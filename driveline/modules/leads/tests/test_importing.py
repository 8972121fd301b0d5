"""Files of leads: every row one verdict, done in sets, told once, by the scenarios of the specifications."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from driveline.core.models import Notification, Party
from driveline.engines.followup.models import Pursuit, Task
from driveline.engines.intake.imports.checking import import_check
from driveline.engines.intake.imports.mapping import import_guess
from driveline.engines.intake.imports.papers import duplicates_paper, failed_paper
from driveline.engines.intake.imports.running import import_run
from driveline.engines.intake.models import ImportBatch, Intake
from driveline.kit.errors import Conflict, Forbidden, Invalid
from driveline.kit.importing.values import RUINED_SENTENCE
from driveline.modules.leads.tests.conftest import Shop, fresh
from driveline.modules.leads.tests.importing import HEAD, Desk, csv, numbers, rehearsed, verdicts, xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def any_phone(shop: Shop) -> None:
    shop.world.setting("lead.contact_rule", "any_phone")


def sheet_of(paper: Any) -> list[list[Any]]:
    with paper as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()


def test_a_file_becomes_leads_and_every_row_has_one_verdict(desk: Desk) -> None:
    batch = desk.run(
        "周明远,13800004127,想看车",
        "何静怡,139-0000-7752,",
        "W先生,1380000412,",
        ",13500005574,",
        "周明远,+86 138 0000 4127,",
    )
    assert (batch.state, numbers(batch), batch.number, batch.total) == ("done", (2, 1, 2), 1, 5)
    assert verdicts(batch) == {
        2: ("new", "NEW", ""),
        3: ("new", "NEW", ""),
        4: ("failed", "", ""),
        5: ("failed", "", ""),
        6: ("duplicate", "DUP_IN_FILE", "recorded"),
    }
    assert set(Party.objects.values_list("name", "phone_key")) == {
        ("周明远", "13800004127"),
        ("何静怡", "13900007752"),
    }
    problems = dict(Intake.objects.filter(verdict="failed").values_list("row", "problems"))
    assert {row: list(found) for row, found in problems.items()} == {4: ["mobile"], 5: ["name"]}
    lead = Pursuit.objects.get(party__phone_key="13800004127")
    assert (lead.entry_method, lead.source_id, lead.lead.remark) == ("import", desk.shop.source.id, "想看车")


def test_ac19_the_report_of_an_import_and_the_batch_number(desk: Desk) -> None:
    shop = desk.shop
    c1, c2 = shop.lead("甲", "13700000001"), shop.lead("乙", "13700000002")
    desk.run("首批,13600000000,")  # batch 1
    lines = [f"新{n},1350000000{n}," for n in range(6)]
    lines += [f"甲,{c1.party.phone_key},", f"乙,{c2.party.phone_key},", "再来,13500000000,", "坏,abc,"]
    batch = desk.run(*lines)
    assert (batch.total, numbers(batch)) == (10, (6, 3, 1))
    assert batch.counts["rules"] == {"NEW": 6, "DUP_LEAD_UNASSIGNED": 2, "DUP_IN_FILE": 1}
    assert batch.number == 2
    made = Intake.objects.filter(batch=batch, verdict="new")
    assert made.filter(pursuit__party__name__startswith="新").count() == 6
    [head, row] = sheet_of(failed_paper(batch))
    assert head[:3] == HEAD.split(",")
    assert row[:3] == ["坏", "abc", ""]
    assert row[4] == 11
    assert "手机号" in row[3]
    assert len(sheet_of(duplicates_paper(batch))) == 1 + 3
    assert desk.run("下一个,13600000001,").number == 3


def test_ac21_an_encrypted_file_has_one_clear_sentence_and_leaves_no_import(desk: Desk) -> None:
    encrypted = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4000
    with pytest.raises(Invalid) as refused:
        desk.upload(encrypted, "名单.xlsx")
    assert list(refused.value.errors) == ["file"]
    assert not ImportBatch.objects.exists()
    with pytest.raises(Invalid):
        desk.upload(b"")
    assert not ImportBatch.objects.exists()


def test_ac21_of_the_second_sheet_only_its_rows_are_read(desk: Desk) -> None:
    head = ["姓名", "手机号"]
    book = xlsx(甲=[head, ["一", "13800000001"]], 乙=[head, ["二", "13800000002"], ["三", 13800000003.0]])
    batch = desk.upload(book, "两张表.xlsx")
    for sheet, names in ((1, {"二", "三"}), (0, {"一", "二", "三"})):
        batch = import_guess(desk.actor, batch.pk, "lead", sheet=sheet, header_row=1)
        batch = import_check(desk.actor, desk.mapped(batch).pk, "lead")
        import_run(desk.actor, batch.pk, "lead")
        assert set(Party.objects.values_list("name", flat=True)) == names
        batch = desk.upload(book, "两张表.xlsx")


def test_ac21_a_renamed_or_missing_heading_is_guessed_and_a_file_without_numbers_is_refused(
    desk: Desk,
) -> None:
    batch = desk.upload(csv("周明远,13800004127,想看车", head="客户,联系方式(必填),说点什么"))
    assert batch.mapping == {"name": 0, "mobile": 1}
    with pytest.raises(Invalid) as refused:
        desk.mapped(desk.upload(csv("周明远,想看车", head="姓名,备注")))
    assert list(refused.value.errors) == ["mapping"]
    assert not Intake.objects.exists()


def test_ac22_nothing_new_no_batch_number(desk: Desk) -> None:
    c1, c3 = desk.shop.lead("甲", "13700000001"), desk.shop.lead("丙", "13700000003")
    desk.run("首批,13600000000,")
    batch = desk.run(f"甲,{c1.party.phone_key},", f"丙,{c3.party.phone_key},")
    assert (numbers(batch), batch.number, batch.state) == ((0, 2, 0), None, "done")
    assert desk.run("真新,13600000001,").number == 2


@pytest.mark.parametrize(("policy", "imported", "rejected"), [("skip", 84, 16), ("import", 89, 11)])
def test_as31_the_same_rules_in_dry_run_and_run(
    desk: Desk, policy: str, imported: int, rejected: int
) -> None:
    shop = desk.shop
    for n in range(5):
        shop.lead(f"同名{n}", f"1370000000{n}")
    there = [shop.lead(f"在册{n}", f"1371000000{n}") for n in range(2)]
    lines = [f",135{n:08d}," for n in range(5)]
    lines += ["坏一,1381234567,", "坏二,23812345678,", "坏三,1381234567a,"]
    lines += [f"别名,{lead.party.phone_key}," for lead in there]
    lines += [f"同名{n},1361000000{n}," for n in range(5)]
    lines += [f"客户{n},138{n:08d}," for n in range(84)]
    lines += ["客户甲,13800000000,"]
    before = Party.objects.count()
    batch = desk.checked(*lines, same_name=policy)
    assert (batch.total, rehearsed(batch)[0], sum(rehearsed(batch)[1:])) == (100, imported, rejected)
    assert Party.objects.count() == before
    batch = import_run(desk.actor, batch.pk, "lead")
    assert (numbers(batch)[0], sum(numbers(batch)[1:])) == (imported, rejected)
    assert numbers(batch) == rehearsed(batch)
    assert Party.objects.count() == before + imported
    assert batch.counts["rules"].get("DUP_NAME", 0) == (5 if policy == "skip" else 0)
    assert len(sheet_of(failed_paper(batch))) == 1 + 8


@pytest.mark.parametrize("wrong", ["1381234567", "23812345678", "138123456789", "1381234567a"])
def test_as93_what_is_no_mobile_number_is_an_error_of_its_cell(desk: Desk, wrong: str) -> None:
    batch = desk.run(f"周明远,{wrong},")
    assert (numbers(batch), list(Intake.objects.get().problems)) == ((0, 0, 1), ["mobile"])
    assert not Party.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        "138 1234 5678",
        "+86 138-1234-5678",
        "１３８１２３４５６７８",
        "13812345678.0",
        "0086 13812345678",
        "'13812345678",
    ],
)
def test_as93_a_mobile_number_is_mended(desk: Desk, given: str) -> None:
    desk.run(f"周明远,{given},")
    assert Party.objects.get().phone_key == "13812345678"


def test_a_number_typed_as_a_figure_and_one_the_sheet_has_ruined(desk: Desk) -> None:
    rows = [["姓名", "手机号"], ["甲", 13812345678], ["乙", 123456789012345678]]
    batch = desk.run(data=xlsx(表=rows))
    assert (numbers(batch), Party.objects.get().phone_key) == ((1, 0, 1), "13812345678")
    assert Intake.objects.get(verdict="failed").problems == {"mobile": str(RUINED_SENTENCE)}


def test_several_numbers_are_taken_apart_and_the_first_mobile_counts(desk: Desk) -> None:
    desk.run("周明远,0516-83728888/13812345678，13912345678,,027-87654321", head=f"{HEAD},固定电话")
    party = Party.objects.get()
    assert party.phone_key == "13812345678"
    assert set(party.phones.values_list("number", "kind")) == {
        ("051683728888", "landline"),
        ("13912345678", "mobile"),
        ("02787654321", "landline"),
    }


def test_a_landline_counts_where_the_store_takes_any_number(desk: Desk) -> None:
    lines = ("甲,0516-83728888,", "乙,400-860-8608,", "丙,+1 416 810 9897,", "丁,660-485-0224,")
    assert numbers(desk.run(*lines)) == (0, 0, 4)
    any_phone(desk.shop)
    batch = desk.run(*lines)
    assert numbers(batch) == (3, 0, 1)
    assert set(Party.objects.values_list("phone_key", flat=True)) == {
        "051683728888",
        "4008608608",
        "+14168109897",
    }
    assert numbers(desk.run("丁,660-485-0224,", country="1")) == (1, 0, 0)
    assert Party.objects.filter(phone_key="+16604850224").exists()


def test_a_word_that_is_no_source_counts_as_the_files_and_is_kept(desk: Desk) -> None:
    head = "姓名,手机号,渠道"
    batch = desk.checked("甲,13800000001,汽车之家", "乙,13800000002,抖音", "丙,13800000003,", head=head)
    assert batch.rehearsed["unknown"] == {"source": [["抖音", 1]]}
    batch = import_run(desk.actor, batch.pk, "lead")
    found = dict(Pursuit.objects.values_list("party__name", "source__code"))
    assert found == {"甲": "autohome", "乙": "other_web", "丙": "other_web"}
    assert "抖音" in Pursuit.objects.get(party__name="乙").lead.remark


def test_without_a_source_for_the_file_an_unknown_word_is_an_error_until_it_is_explained(desk: Desk) -> None:
    head = "姓名,手机号,渠道"
    lines = ("甲,13800000001,汽车之家", "乙,13800000002,抖音")
    batch = desk.checked(*lines, head=head, source_id=None)
    assert rehearsed(batch) == (1, 0, 1)
    batch = desk.mapped(batch, source_id=None, words={"source": {"抖音": desk.shop.source.id}})
    batch = import_check(desk.actor, batch.pk, "lead")
    assert rehearsed(batch) == (2, 0, 0)
    with pytest.raises(Invalid) as refused:
        desk.mapped(desk.upload(csv("甲,13800000001,")), source_id=None)
    assert list(refused.value.errors) == ["source"]


def test_rl07_a_named_consultant_has_the_lead_at_once_on_the_planned_day(desk: Desk) -> None:
    head = "姓名,手机号,销售顾问,下次跟进时间"
    with desk.shop.day("2019-03-05"):
        batch = desk.run(
            "甲,13800000001,gujia,2019年3月8日",
            "乙,13800000002,顾乙,2019-03-01",
            "丙,13800000003,查无此人,2019/3/9",
            head=head,
        )
    found = {t.pursuit.party.name: (t.assignee.login, t.due_date.isoformat()) for t in Task.objects.all()}
    assert found == {"甲": ("gujia", "2019-03-08"), "乙": ("guyi", "2019-03-05")}
    assert (batch.counts["owners"], batch.counts["queue"]) == (
        {str(desk.shop.world.gujia.pk): 1, str(desk.shop.world.guyi.pk): 1},
        1,
    )
    assert batch.rehearsed["unknown"] == {"owner": [["查无此人", 1]]}


@pytest.mark.parametrize("assign", ["nobody", "people"])
def test_whoever_imports_chooses_who_gets_the_new_ones(desk: Desk, assign: str) -> None:
    world = desk.shop.world
    people = [world.gujia.pk, world.guyi.pk]
    batch = desk.run(*(f"客户{n},138{n:08d}," for n in range(10)), assign=assign, people=people)
    owners = {str(pk): 5 for pk in people} if assign == "people" else {}
    assert (batch.counts["owners"], batch.counts["queue"]) == (owners, 0 if owners else 10)
    told = Notification.objects.filter(kind="import_for_you")
    assert {n.user_id: n.params["new"] for n in told} == (dict.fromkeys(people, 5) if owners else {})


def test_customers_that_are_met_are_pulled_activated_and_pinned_and_told_of_once(desk: Desk) -> None:
    shop, world = desk.shop, desk.shop.world
    followed = shop.followed(contacts=1, start="2019-03-07")  # the next one is due on the 8th
    lost = shop.followed(contacts=2)
    with shop.day("2019-03-07"):
        waiting = shop.lead("等候", "13700000001")
        shop.lose(lost)
    Notification.objects.all().delete()
    lines = [f"{lead.party.name},{lead.party.phone_key}," for lead in (followed, waiting, lost)]
    with shop.day("2019-03-07", "15:00"):
        batch = desk.checked(*lines)
        assert batch.rehearsed["done"] == {"pulled": 1, "pinned": 1, "activated": 1}
        batch = import_run(desk.actor, batch.pk, "lead")
    assert batch.counts["done"] == batch.rehearsed["done"]
    assert shop.task(followed).due_date.isoformat() == "2019-03-07"
    assert (fresh(lost).phase, fresh(lost).grade) == ("unassigned", "H")
    told = {(n.kind, n.user.login) for n in Notification.objects.all()}
    assert told == {
        ("import_done", "jingding"),
        ("import_for_you", "gujia"),
        ("import_to_assign", "xiaozong"),
    }
    assert Notification.objects.get(kind="import_for_you").user == world.gujia


def test_customers_that_are_there_stay_as_they_are_on_wish(desk: Desk) -> None:
    shop = desk.shop
    followed = shop.followed(contacts=1)
    before = list(Pursuit.objects.values())
    with shop.day("2019-03-05", "15:00"):
        batch = desk.run(f"甲,{followed.party.phone_key},", touch=False)
    assert verdicts(batch) == {2: ("duplicate", "DUP_LEAD_ACTIVE", "recorded")}
    assert list(Pursuit.objects.values()) == before


def test_s10_a_row_whose_number_came_before_from_the_source_has_its_verdict_too(desk: Desk) -> None:
    head = "姓名,手机号,外部编号"
    first = desk.run("甲,13800000001,A-1", "乙,13800000002,A-2", "乙,13800000002,A-2", head=head)
    assert (numbers(first), first.counts["rules"]) == ((2, 1, 0), {"NEW": 2, "DUP_MESSAGE": 1})
    second = desk.checked("甲,13900000001,A-1", head=head)
    assert rehearsed(second) == (0, 1, 0)
    second = import_run(desk.actor, second.pk, "lead")
    assert verdicts(second) == {2: ("duplicate", "DUP_MESSAGE", "recorded")}
    assert Party.objects.count() == 2


def test_only_who_may_import_does_and_another_store_has_no_such_import(desk: Desk) -> None:
    world = desk.shop.world
    with pytest.raises(Forbidden):
        desk.upload(csv("甲,13800000001,"), by=world.actor(world.gujia))
    batch = desk.checked("甲,13800000001,")
    for stranger in (world.actor(world.jingchen), world.actor(world.wangbing)):
        with pytest.raises(ImportBatch.DoesNotExist):
            import_run(stranger, batch.pk, "lead")
    batch.refresh_from_db()
    assert (batch.state, Intake.objects.count()) == ("checked", 0)


def test_an_import_that_is_done_is_not_done_again(desk: Desk) -> None:
    batch = desk.run("甲,13800000001,")
    with pytest.raises(Conflict):
        import_run(desk.actor, batch.pk, "lead")
    assert Intake.objects.count() == 1
