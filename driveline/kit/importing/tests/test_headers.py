"""The head is found under titles and instructions; columns find their fields, each by a ground that can be said."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from driveline.kit.importing.headers import Ground, Head, find_header, guess, read_head
from driveline.kit.importing.own import EXAMPLE
from driveline.kit.importing.tests.lead_fields import LEAD_FIELDS
from driveline.kit.importing.values import Field, matches, text

PEOPLE = [["1", "周明远", "13800004127", "汽车之家"], ["2", "何静怡", "13900007752", "懂车帝"]]
LABELS = ["序号", "姓名", "联系电话", "渠道"]


def fields_of(header, samples=(), known=None) -> list[str | None]:
    return [found.field for found in guess(header, list(samples), LEAD_FIELDS, known)]


def ground_of(label: str, samples=(), known=None) -> Ground:
    return guess([label], list(samples), LEAD_FIELDS, known)[0].ground


@pytest.mark.parametrize(
    ("above", "index"),
    [
        ([], 0),
        ([["2026 年 10 月活动留资"]], 1),
        ([["江宁店线索表", "", "", ""], [], ["填写说明：1、手机号必填；2、来源请从下拉中选择。"]], 3),
        ([["导出人：", "于国栋"], ["导出时间：", "2026-11-20"], []], 3),
        ([["客户信息", "", "", "来源信息"]], 1),
    ],
)
def test_the_head_is_found_below_whatever_stands_above_it(above, index):
    rows = [*above, LABELS, *PEOPLE]
    assert find_header(rows) == find_header(rows, LEAD_FIELDS) == index
    assert read_head(rows, LEAD_FIELDS) == Head(index, LABELS, index + 1)


@pytest.mark.parametrize(
    "rows",
    [
        [["周明远", "13800004127", "男", "汽车之家"], ["何静怡", "13900007752", "女", "懂车帝"]],
        [["13800004127"], ["13900007752"]],
        [["张三"], ["李四"], ["王五"]],
        [
            ["河北怡和公司", "保定", "张经理"],
            ["沧州荣通公司", "沧州", "李经理"],
            ["定州屹立公司", "定州", "王经理"],
        ],
        [["2026-11-20", "张三", "1"], ["2026-11-21", "李四", "2"]],
        [],
        [[], []],
    ],
)
def test_a_table_without_a_head_has_none(rows):
    assert find_header(rows) == find_header(rows, LEAD_FIELDS) == -1
    assert read_head(rows).first == 0


def test_questions_of_a_form_are_labels():
    rows = [
        ["序号", "提交答卷时间", "1、您的姓名：", "2、您的手机号码"],
        ["1", "2026/11/20 10:00:00", "张三", "13800004127"],
    ]
    assert find_header(rows) == 0
    assert fields_of(rows[0], rows[1:]) == [None, None, "name", "phone"]


def test_of_labels_over_codes_the_head_is_both_and_the_labels_are_shown():
    rows = [
        ["姓名", "手机号", "线索来源"],
        ["Name", "MobilePhone", "ClueOrigin"],
        ["张三", "13800004127", "抖音"],
    ]
    assert find_header(rows) == 1
    assert read_head(rows, LEAD_FIELDS) == Head(1, ["姓名", "手机号", "线索来源"], 2)
    swapped = [rows[1], rows[0], rows[2]]
    assert read_head(swapped, LEAD_FIELDS) == Head(1, ["姓名", "手机号", "线索来源"], 2)
    assert fields_of(rows[1], [rows[2]]) == fields_of(rows[0], [rows[2]]) == ["name", "phone", "source"]


def test_data_in_latin_letters_below_a_chinese_head_are_data():
    rows = [["姓名", "来源", "城市"], ["Anna", "Web", "Berlin"], ["Tom", "Fair", "Hamburg"]]
    assert find_header(rows) == 0
    rows = [["content_id", "content", "subject"], ["vUX", "价格太高", "价格"], ["4Qr", "外观不错。", "外观"]]
    assert find_header(rows) == 0


def test_a_label_left_to_the_upper_row_of_a_head_is_taken_from_there():
    rows = [
        ["客户信息", "", "意向", "", "备注"],
        ["姓名", "手机", "品牌", "车系", ""],
        ["张三", "138", "大众", "迈腾", "要"],
    ]
    assert read_head(rows, LEAD_FIELDS) == Head(1, ["姓名", "手机", "品牌", "车系", "备注"], 2)


def test_a_row_of_instructions_or_our_example_below_the_head_is_not_data():
    rows = [
        ["*客户名称", "*手机号码\n(必填)", "数据来源【下拉】"],
        ["必填，30 字以内", "必填，11 位数字", "选填"],
        [f"{EXAMPLE}周明远", "13800004127", "汽车之家"],
        ["张三", "13900007752", "抖音"],
    ]
    head = read_head(rows, LEAD_FIELDS)
    assert (head.index, head.first) == (0, 3)
    assert list(head.data(iter(enumerate(rows, 1)))) == [(4, rows[3])]


def test_blank_rows_and_heads_that_come_again_are_not_data():
    rows = [["姓名", "手机"], ["张三", "138"], [], ["姓名", "手机"], ["李四", "139"]]
    head = read_head(rows, LEAD_FIELDS)
    assert list(head.data(iter(enumerate(rows, 1)))) == [(2, ["张三", "138"]), (5, ["李四", "139"])]


@pytest.mark.parametrize(
    ("label", "field", "code"),
    [
        ("客户名称", "name", "label"),
        ("＊客户名称：", "name", "label"),
        ("手机号码（必填）", "phone", "label"),
        ("next_date", "next_date", "english"),
        ("NEXT DATE", "next_date", "english"),
        ("姓名", "name", "alias"),
        ("Customer_Name", "name", "alias"),
        ("MobilePhone", "phone", "alias"),
        ("E-Mail", "mail", "alias"),
        ("Mobile No.", "phone", "alias"),
        ("手机号1", "phone", "alias"),
        ("姓名/称呼", "name", "alias"),
        ("手机 Mobile", "phone", "alias"),
        ("客户 Name", "name", "english"),
        ("1、您的姓名：", "name", "alias"),
        ("Q2. 请填写手机号（必填）", "phone", "alias"),
        ("xingming", "name", "pinyin"),
        ("Shou Ji Hao Ma", "phone", "pinyin"),
        ("sjh", "phone", "pinyin"),
        ("手機號碼", "phone", "pinyin"),
        ("您的手机号码", "phone", "label"),
        ("车主手机号码", "phone", "part"),
        ("Buyer Name", "name", "part"),
        ("品牌名称", "brand", "alias"),
        ("carBrandName", "brand", "part"),
        ("客户等级", None, "none"),
        ("Customer ID", None, "none"),
        ("Created Time", None, "none"),
        ("", None, "none"),
    ],
)
def test_a_label_names_a_field_on_a_ground_that_is_told(label, field, code):
    found = guess([label], [], LEAD_FIELDS)[0]
    assert (found.field, found.ground.code) == (field, code)


def test_the_ground_says_the_word_or_the_numbers():
    assert ground_of("渠道") == Ground("alias", {"word": "渠道"})
    cells = [["13800004127"]] * 17 + [["无"]] * 3
    assert guess(["xyz"], cells, LEAD_FIELDS)[0].ground == Ground("content", {"n": 17, "of": 20})


def test_of_several_columns_the_surest_gets_the_field_and_no_field_comes_twice():
    found = guess(
        ["电话", "手机号", "联系电话"], [["13700001111", "13800004127", "13900007752"]], LEAD_FIELDS
    )
    assert [g.field for g in found] == ["tel", "phone", None]
    assert found[1].confidence > found[0].confidence


def test_what_stands_in_the_cells_decides_between_equals():
    numbers = [["13800004127", "未知"]] * 5
    assert fields_of(["手机", "手机"], numbers) == ["phone", None]
    assert fields_of(["手机", "手机"], [row[::-1] for row in numbers]) == [None, "phone"]


def test_a_blank_column_gives_way_to_a_full_one():
    samples = [["张三", "", "13900007752"]] * 5
    assert fields_of(["姓名", "手机号", "电话"], samples) == ["name", None, "phone"]


def test_what_a_row_cannot_do_without_has_the_first_choice():
    assert fields_of(["名称", "电话"], [["张三", "13900007752"]]) == ["name", "phone"]


def test_without_a_head_the_cells_alone_decide():
    rows = [["周明远", "13800004127", "男", "x1"], ["何静怡", "13900007752", "女", "x2"]]
    found = guess(["", "", "", ""], rows, LEAD_FIELDS)
    assert [(g.field, g.ground.code) for g in found] == [
        ("name", "content"), ("phone", "content"), ("gender", "content"), (None, "none"),
    ]  # fmt: skip


def test_a_column_that_is_called_something_else_is_not_taken_by_its_cells():
    numbers = [["13800004127"]] * 5
    assert fields_of(["传真"], numbers) == fields_of(["Order Number"], numbers) == [None]


def test_a_saved_mapping_wins_over_all():
    known = {"姓 名": "remark", "手机": "", "备注 ": "phone", "gone": "name", "来源": "no such field"}
    found = guess(["姓名", "手机", "备注", "来源"], [["张三", "13800004127", "x", "y"]], LEAD_FIELDS, known)
    assert [g.field for g in found] == ["remark", None, "phone", "source"]
    assert [g.ground.code for g in found] == ["known", "known", "known", "alias"]


def test_labels_are_known_in_the_other_language_too():
    field = Field("remark", gettext_lazy("Remark"), (), text())
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert [guess([label], [], [field])[0].ground.code for label in ("备注", "Remark")] == [
                "label",
                "label",
            ]


def test_columns_beyond_the_labels_are_guessed_by_their_cells():
    rows = [["张三", "13800004127"]] * 3
    assert fields_of(["姓名"], rows) == ["name", "phone"]


def test_the_cells_of_a_field_without_likeness_are_never_asked():
    plain = Field("a", "甲", ("乙",), text())
    numbered = Field("b", "丙", (), text(), looks=matches(r"\d+"))
    assert [g.field for g in guess(["乙", "丁"], [["1", "2"]] * 4, [plain, numbered])] == ["a", "b"]
