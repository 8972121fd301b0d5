"""Parsers take what people write, and say in a sentence what they cannot take."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from driveline.kit.importing.plain import bare
from driveline.kit.importing.values import (
    CellError,
    Field,
    choice,
    clean,
    code,
    date,
    date_order,
    fitted,
    fold,
    matches,
    money,
    parses,
    ruined,
    text,
    whole,
)


def refusal(parse, given: str) -> str:
    with pytest.raises(CellError) as caught, translation.override("en"):
        parse(given)
    with translation.override("en"):
        return str(caught.value)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("2024/3/5", dt.date(2024, 3, 5)),
        ("2024.3.5", dt.date(2024, 3, 5)),
        ("２０２４－０３－０５", dt.date(2024, 3, 5)),
        ("2024年3月5日", dt.date(2024, 3, 5)),
        ("2024 年 3 月 5 号", dt.date(2024, 3, 5)),
        ("24年3月5日", dt.date(2024, 3, 5)),
        ("2024年3月5日 星期二", dt.date(2024, 3, 5)),
        ("2024年3月5日 14:05", dt.date(2024, 3, 5)),
        ("2024年3月5日 下午2时5分", dt.date(2024, 3, 5)),
        ("20240305", dt.date(2024, 3, 5)),
        ("20240305140500", dt.date(2024, 3, 5)),
        ("2024-03-05 14:05:09", dt.date(2024, 3, 5)),
        ("2006-04-15T03:23:15.000Z", dt.date(2006, 4, 15)),
        ("2024-03-05T14:05:09+08:00", dt.date(2024, 3, 5)),
        ("15 Apr, 2021 00:03:00", dt.date(2021, 4, 15)),
        ("15-Apr-21", dt.date(2021, 4, 15)),
        ("15th April 2021", dt.date(2021, 4, 15)),
        ("Apr 15, 2021", dt.date(2021, 4, 15)),
        ("Thu, 15 Apr 2021 10:00:00 GMT", dt.date(2021, 4, 15)),
        ("24-12-2025", dt.date(2025, 12, 24)),
        ("12/24/2025 9:22:00 AM", dt.date(2025, 12, 24)),
        ("5/5/2025", dt.date(2025, 5, 5)),
        ("45356", dt.date(2024, 3, 5)),
        ("45356.5", dt.date(2024, 3, 5)),
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("13/2/49", dt.date(2049, 2, 13)),
    ],
)
def test_a_date_is_understood_however_it_is_written(written, day):
    assert date()(written) == day


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("03/05/2024", "Day and month cannot be told apart; write the date as 2026-11-20."),
        ("2023-02-29", "There is no such day in the calendar."),
        ("2024-13-01", "There is no such day in the calendar."),
        ("31/31/2024", "There is no such day in the calendar."),
        ("3月5日", "The year is missing; write the date as 2026-11-20."),
        ("3-5", "The year is missing; write the date as 2026-11-20."),
        ("2018年", "The day is missing; write the date as 2026-11-20."),
        ("2014-11", "The day is missing; write the date as 2026-11-20."),
        ("0024-03-05", "The year 24 cannot be meant."),
        ("未上牌", "This is not a date; write it as 2026-11-20."),
        ("13800004127", "This is not a date; write it as 2026-11-20."),
        ("15 Foo 2021", "This is not a date; write it as 2026-11-20."),
    ],
)
def test_what_is_no_date_is_refused_with_what_is_missing(written, sentence):
    assert refusal(date(), written) == sentence


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["24-12-2025", "06-05-2025", "01-11-2025"], "dmy"),
        (["10/20/2016", "3/1/2017"], "mdy"),
        (["01/02/2025", "03/04/2025"], ""),
        (["03.04.2025", "05.04.2025"], "dmy"),
        (["13/04/2025", "04/13/2025"], ""),
        (["24-3-5", "24-3-25", "24-4-11", "24-5-30"], "ymd"),
        (["98-3-5", "01-4-2"], "ymd"),
        (["2024-03-05", "", "neither"], ""),
        (["1/29/1933 10:00", "10/7/1991"], "mdy"),
    ],
)
def test_a_whole_column_shows_whether_day_or_month_comes_first(samples, order):
    assert date_order(samples) == order


def test_a_field_learns_the_order_from_its_column():
    field = Field("when", "When", (), date())
    column = ["24-12-2025", "06-05-2025"]
    assert fitted(field, column).parse("06-05-2025") == dt.date(2025, 5, 6)
    assert fitted(field, ["12/24/2025"]).parse("06-05-2025") == dt.date(2025, 6, 5)
    assert fitted(field, ["24-3-5", "24-3-25", "24-4-11", "24-5-30"]).parse("24-3-5") == dt.date(2024, 3, 5)
    with pytest.raises(CellError):
        field.parse("06-05-2025")
    plain = Field("name", "Name", (), text())
    assert fitted(plain, column) is plain


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("175.41万", "1754100.00"),
        ("175.41万元", "1754100.00"),
        ("1.2亿", "120000000.00"),
        ("¥12,800.50", "12800.50"),
        ("￥１２，８００", "12800.00"),
        ("12800元", "12800.00"),
        ("12,800 RMB", "12800.00"),
        ("30w", "300000.00"),
        ("30 K", "30000.00"),
        ("-5.5万", "-55000.00"),
        ("1 234 567.891", "1234567.89"),
        ("0", "0.00"),
        ("200万整", "2000000.00"),
    ],
)
def test_money_is_worked_out_in_yuan(written, amount):
    assert money()(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("10-15万", "Write one amount, not a range."),
        ("10万到15万", "Write one amount, not a range."),
        ("面议", "This is not an amount of money."),
        ("12公里", "This is not an amount of money."),
        ("1.2.3", "This is not an amount of money."),
        ("99999999999999", "The amount is larger than can be meant."),
        ("1.38E+10", "This number was rounded before it came here; its last digits are lost."),
        ("NaN", "This is not an amount of money."),
        ("Infinity", "This is not an amount of money."),
    ],
)
def test_what_is_no_amount_is_refused(written, sentence):
    assert refusal(money(), written) == sentence


def test_whole_numbers_may_be_grouped_wide_or_end_in_nought():
    assert [whole()(w) for w in ("1,234", "１２", "12.0", "-3", "1 000 000")] == [
        1234,
        12,
        12,
        -3,
        1000000,
    ]
    assert refusal(whole(), "12.5") == "This is not a whole number."
    assert refusal(whole(), "十二") == "This is not a whole number."
    assert refusal(whole(least=1), "0") == "The number may not be below 1."
    assert refusal(whole(most=9), "10") == "The number may not be above 9."


def test_text_loses_what_nobody_sees_and_keeps_what_looks_like_a_formula():
    assert text()("\ufeff 张\u200b三\u3000先生\n\x07 ") == "张三 先生"
    assert text()("Ｗ先生１２") == "W先生12"
    assert text()("你好，（世界）！") == "你好，（世界）！"
    assert text()("=cmd|' /C calc'!A0") == "=cmd|' /C calc'!A0"
    assert text()("\ud800张三") == "张三"
    assert text(lines=True)("一\r\n  二 \r三\u2028四") == "一\n二\n三\n四"
    assert text(3)("张三丰") == "张三丰"
    assert refusal(text(3), "张三丰丰") == "At most 3 characters, this has 4."


def test_a_choice_is_found_however_it_is_spelt():
    parse = choice({"汽车之家": 1, "Walk in": 2})
    assert [parse(w) for w in ("汽车之家", " 汽车 之家 ", "WALK-IN", "ｗａｌｋ in")] == [1, 1, 2, 2]
    assert refusal(parse, "抖音") == "“抖音” is not known here; possible are: 汽车之家、Walk in."


def test_numbers_that_are_names_are_kept_whole_or_refused():
    assert [code()(w) for w in ("'320102199001011234", "110 105 1990", "１２３４.0", "苏A·12345")] == [
        "320102199001011234", "1101051990", "1234", "苏A·12345",
    ]  # fmt: skip
    assert refusal(code(), "3.20102199001011E+17") == (
        "This number was rounded before it came here; its last digits are lost."
    )
    assert refusal(code(5), "123456") == "At most 5 characters, this has 6."


@pytest.mark.parametrize(
    ("written", "lost"),
    [
        ("1.2345678901234568e+17", True),
        ("1.38E+10", True),
        ("1e+17", True),
        ("1.3800004127E10", False),
        ("1.38E+02", False),
        ("13800004127", False),
        ("e10", False),
        ("", False),
    ],
)
def test_a_number_that_lost_figures_on_the_way_is_known(written, lost):
    assert ruined(written) is lost


def test_labels_are_compared_without_case_width_blanks_signs_and_brackets():
    assert fold("＊手机 号_码：") == fold("手机号码") == "手机号码"
    assert fold("Mobile_Phone") == fold("MOBILE PHONE") == "mobilephone"
    assert bare("手机号（必填）【11位】").strip() == "手机号"
    assert bare("(手机)") == "(手机)"
    assert bare("12. 手机") == bare("Q3、手机") == "手机"
    assert bare("2.0T") == "2.0T"


def test_cells_can_be_asked_how_far_they_look_like_something():
    assert parses(date())(["2024-03-05", "x", "2024-03-06", "y"]) == 0.5
    assert matches(r"\d+")(["1", "２", "x"]) == pytest.approx(2 / 3)
    assert parses(date())([]) == matches(r"\d+")([]) == 0.0


@given(st.text(max_size=60))
def test_no_text_makes_a_parser_fail_otherwise_than_with_a_sentence(written):
    for parse in (text(20), code(20), whole(), money(), date(), date("dmy"), choice({"a": 1})):
        try:
            parse(written)
        except CellError:
            continue
    assert "\0" not in clean(written)
    assert clean(clean(written)) == clean(written)
    assert date_order([written]) in {"", "dmy", "mdy", "ymd"}
