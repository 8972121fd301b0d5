"""The pages of an import over HTTP: what each step shows, what is refused, what stays after reload and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from driveline.core.models import Brand, Job, Series
from driveline.engines.followup.models import Pursuit
from driveline.engines.intake.models import ImportBatch, ImportMapping, Intake
from driveline.modules.leads.services.arrival_rules import arrival_rule_save
from driveline.modules.leads.tests.importing import THREE, Browser, Desk, csv


def test_from_the_file_to_the_result_every_step_stands_at_its_address(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    assert "import-file" in me.get("/imports/new/")
    batch = me.upload(csv(*THREE))
    url = f"/imports/{batch.pk}/"
    page = me.get(url)
    assert re.findall(r'<option value="(\w+)" selected', page)[:3] == ["name", "mobile", "remark"]
    assert "13800004127" in page
    me.map(batch)
    assert 'name="assign"' in me.get(url)
    assert 'name="column-0"' in me.get(f"{url}?step=2")
    assert not Intake.objects.exists()
    me.post(f"{url}run/", {"assign": "rule"})
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"], batch.counts["failed"]) == ("done", 2, 1)
    result = me.get(url)
    assert f"{url}failed.xlsx" in result
    assert "何静怡" in result
    assert me.get("/imports/").count("data-row=") == 1


def test_what_is_wrong_with_a_file_stands_beside_the_field_and_nothing_is_kept(
    visit: Callable[..., Browser], settings: Any
) -> None:
    me = visit()
    for data, name in ((b"%PDF-1.7 x", "表.xlsx"), (b"", "空.xlsx"), (b"PK\x03\x04broken", "坏.xlsx")):
        upload = SimpleUploadedFile(name, data)
        text = me.post("/imports/new/", {"file": upload}, 422).content.decode()
        assert 'id="import-file_error"' in text
    text = me.post("/imports/new/", {}, 422).content.decode()
    assert 'role="alert"' in text
    assert not ImportBatch.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_column_chosen_twice_and_a_missing_one_are_said_where_they_are(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
    twice = me.map(batch, 422, **{"column-2": "mobile"}).content.decode()
    assert 'id="column-2_error"' in twice
    assert twice.count('<option value="mobile" selected') == 2  # what was chosen still stands
    assert cells(twice, 3)[0] == [
        ("周明远", ""),
        ("13800004127", ""),
        ("想看车", ""),
    ]  # and nothing is read into it
    nobody = me.map(batch, 422, **{"column-1": "", "source": ""}).content.decode()
    assert nobody.count('role="alert"') == 2
    batch.refresh_from_db()
    assert (batch.state, batch.mapping) == ("uploaded", {"name": 0, "mobile": 1, "remark": 2})


def test_another_row_of_the_head_and_a_saved_mapping(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv("姓名,手机号,备注", *THREE, head="活动名单,,"))
    assert (batch.header_row, batch.total) == (2, 3)
    me.map(batch, then="guess", header_row="1")
    batch.refresh_from_db()
    assert (batch.header_row, batch.total) == (1, 4)
    me.map(batch, then="guess", header_row="2")
    batch.refresh_from_db()
    me.map(batch, save_as="活动")
    kept = ImportMapping.objects.get()
    assert kept.labels == {"姓名": "name", "手机号": "mobile", "备注": "remark"}
    assert "活动" in me.get(f"/imports/{me.upload(csv(*THREE)).pk}/")


def test_the_check_shows_name_and_number_first_wherever_the_file_has_them(
    visit: Callable[..., Browser],
) -> None:
    me = visit()
    batch = me.upload(csv("想看车,鼓楼区,周明远,0563-2513668", head="备注,地址,姓名,手机号"))
    me.map(batch)
    page = me.get(f"/imports/{batch.pk}/")
    heads = re.search(r"<thead>.*?</thead>", page, re.DOTALL)
    assert heads
    assert re.findall(r'<th scope="col">([^<]+)', heads[0]) == ["客户名称", "手机号码", "地址", "备注"]
    assert re.search(
        '<td class="cell-bad"><span class="cut cut-m" data-tip="这是座机号码[^"]*">0563-2513668<', page
    )
    assert "这是座机号码" in page


def test_the_choices_before_the_import_are_checked(visit: Callable[..., Browser], desk: Desk) -> None:
    me, world = visit(), desk.shop.world
    batch = me.upload(csv(*THREE))
    me.map(batch)
    url = f"/imports/{batch.pk}/run/"
    assert 'role="alert"' in me.post(url, {"assign": "people"}, 422).content.decode()
    me.post(url, {"assign": "people", "people": [world.guchen.pk]}, 422)  # a stranger
    assert not Intake.objects.exists()
    me.post(url, {"assign": "people", "people": [world.gujia.pk], "keep": "1"})
    batch.refresh_from_db()
    assert (batch.options["touch"], batch.counts["owners"]) == (False, {str(world.gujia.pk): 2})
    me.post(url, {"assign": "rule"}, 409)  # the button pressed once more
    assert Intake.objects.count() == 3


def test_another_persons_import_is_none_and_another_role_has_no_page(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    world = desk.shop.world
    me = visit()
    batch = me.upload(csv(*THREE))
    me.map(batch)
    paths = ("", "progress/", "failed.xlsx", "duplicates.xlsx", "revert/")
    for user, store, status in (
        (world.wangbing, None, 404),
        (world.jingchen, world.b, 404),
        (world.gujia, None, 403),
        (world.jizi, world.group, 403),
    ):
        other = visit(user, store)
        for path in paths:
            other.get(f"/imports/{batch.pk}/{path}", status)
        for path in ("map/", "words/", "run/", "stop/", "revert/"):
            other.post(f"/imports/{batch.pk}/{path}", {}, status)
        other.get("/imports/new/", 200 if status == 404 else 403)
    mine = visit(world.wangbing).upload(csv(*THREE))
    me.get(f"/imports/{mine.pk}/")  # the manager sees those of his store
    assert not Intake.objects.exists()
    assert Job.objects.filter(kind="import.run").count() == 0


def test_a_form_of_another_store_is_refused(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
    me.store = desk.shop.world.b.pk
    me.map(batch, 409)
    batch.refresh_from_db()
    assert batch.state == "uploaded"


def test_pages_cost_the_same_for_few_and_many_rows(
    visit: Callable[..., Browser], django_assert_max_num_queries: Any
) -> None:
    me = visit()
    for rows in (3, 400):
        batch = me.upload(csv(*(f"客户{n},138{n:08d}," for n in range(rows))))
        with django_assert_max_num_queries(14):
            me.get(f"/imports/{batch.pk}/")
        me.map(batch)
        with django_assert_max_num_queries(14):
            me.get(f"/imports/{batch.pk}/")
        me.post(f"/imports/{batch.pk}/run/", {"assign": "nobody"})
        with django_assert_max_num_queries(14):
            me.get(f"/imports/{batch.pk}/")


def test_a_refused_choice_stays_chosen(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv(*THREE))
    me.map(batch)
    page = me.post(f"/imports/{batch.pk}/run/", {"assign": "people", "keep": "1"}, 422).content.decode()
    assert '<input type="radio" name="assign" value="people" checked>' in page
    assert 'data-needs="assign people">' in page  # not hidden
    assert Pursuit.objects.count() == 0


def test_who_gets_a_row_is_said_for_as_long_as_it_is_chosen(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    me, world = visit(), desk.shop.world
    arrival_rule_save(desk.actor, mode="person", people=[world.gujia.pk])
    batch = me.upload(csv("周明远,13800004127,", "何静怡,13900007752,顾乙", head="姓名,手机号,销售顾问"))
    me.map(batch)
    page = me.get(f"/imports/{batch.pk}/")
    assert '新建<span data-needs="assign rule">，分给 顾甲</span>' in page
    assert "新建，分给 顾乙" in page  # the file names him: that stands whatever is chosen
    me.post(f"/imports/{batch.pk}/run/", {"assign": "people"}, 422)


def cells(page: str, wide: int = 4) -> list[list[tuple[str, str]]]:
    """Of each row shown: text and hint of its cells, what is wrong with a "!" in front."""
    found = re.findall(
        r'<td( class="cell-bad")?><span class="cut cut-m[^"]*"(?: data-tip="([^"]*)")?>([^<]*)</span></td>',
        page,
    )
    shown = [(text, f"!{tip}" if bad else tip) for bad, tip, text in found]
    return [shown[at : at + wide] for at in range(0, len(shown), wide)]


def test_the_rows_are_shown_as_they_are_understood_with_what_stands_in_the_file_as_hint(
    visit: Callable[..., Browser], desk: Desk
) -> None:
    me = visit()
    lines = [
        "周明远,1.38001E+10,guyi,2019/4/1",
        "何静怡,13900007752/13800004127,,",
        "罗曼青,+86 181-0000-3379,,",
        "戴思源,159-0000-6718,无,",
        "唐雪,１３９１２３４５００２,,",
    ]
    batch = me.upload(csv(*lines, head="姓名,手机号,销售顾问,下次跟进日期"))
    assert batch.mapping == {"name": 0, "mobile": 1, "owner": 2, "due": 3}
    ruined = "!号码已被四舍五入，末几位丢失"
    mended = [
        [
            ("何静怡", ""),
            ("139 0000 7752、138 0000 4127", "文件里是：13900007752/13800004127"),
            ("-", ""),
            ("-", ""),
        ],
        [("罗曼青", ""), ("181 0000 3379", "文件里是：+86 181-0000-3379"), ("-", ""), ("-", "")],
        [("戴思源", ""), ("159-0000-6718", ""), ("无", ""), ("-", "")],
        [("唐雪", ""), ("139 1234 5002", "文件里是：１３９１２３４５００２"), ("-", ""), ("-", "")],
    ]
    shown = cells(me.get(f"/imports/{batch.pk}/"))
    assert shown[0][1][0] == "1.38001E+10"
    assert shown[0][1][1].startswith(ruined)
    assert shown[1:] == mended
    me.map(batch)
    checked = cells(me.get(f"/imports/{batch.pk}/"))
    assert checked[0] == shown[0]
    assert checked[1:5] == mended


def test_words_of_a_file_are_shown_as_what_they_mean_here(visit: Callable[..., Browser], desk: Desk) -> None:
    me = visit()
    brand = Brand.objects.create(name="大众")
    Series.objects.create(brand=brand, name="迈腾")
    data = csv("周明远,13800004127,大众迈腾330,GUYI", head="姓名,手机号,意向车系,销售顾问")
    batch = me.upload(data)
    [row] = cells(me.get(f"/imports/{batch.pk}/"))
    assert row[2:] == [("迈腾", "文件里是：大众迈腾330"), ("顾乙", "文件里是：GUYI")]


def test_the_check_names_the_columns_that_are_not_imported(visit: Callable[..., Browser]) -> None:
    me = visit()
    batch = me.upload(csv("周明远,13800004127,晴", head="姓名,手机号,当天天气"))
    me.map(batch)
    assert "以下列不导入：当天天气" in me.get(f"/imports/{batch.pk}/")
    me.map(batch, **{"column-2": "remark"})
    assert "以下列不导入" not in me.get(f"/imports/{batch.pk}/")
