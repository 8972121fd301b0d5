"""One number however it is written (R-G-02)."""

import csv
from pathlib import Path

import pytest

from driveline.core import phones
from driveline.core.phones import FOREIGN, LANDLINE, MOBILE, SERVICE

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "china" / "phone" / "phone_vectors.csv"


@pytest.mark.parametrize(
    ("text", "key", "kind"),
    [
        ("13800004127", "13800004127", MOBILE),
        (13800004127, "13800004127", MOBILE),
        (13800004127.0, "13800004127", MOBILE),
        ("13800004127.0", "13800004127", MOBILE),
        ("1.3800004127E10", "13800004127", MOBILE),
        ("１３８００００４１２７", "13800004127", MOBILE),
        ("+86 138-0000-4127", "13800004127", MOBILE),
        ("0086 13800004127", "13800004127", MOBILE),
        ("8613800004127", "13800004127", MOBILE),
        ("013800004127", "13800004127", MOBILE),
        (" 138 0000 4127 ", "13800004127", MOBILE),
        ("'13800004127", "13800004127", MOBILE),
        ("\u202d138\u200b00004127\u202c", "13800004127", MOBILE),
        ("手机:13800004127(微信同号)", "13800004127", MOBILE),
        ("010 12345678", "01012345678", LANDLINE),
        ("(027)8765-4321", "02787654321", LANDLINE),
        ("+86 27 87654321", "02787654321", LANDLINE),
        ("0755-7654321", "07557654321", LANDLINE),
        ("010-88993108-801", "01088993108", LANDLINE),
        ("01088993108转801", "01088993108", LANDLINE),
        ("400-860-8608", "4008608608", SERVICE),
        ("+1 (415) 555-0123", "+14155550123", FOREIGN),
        ("0085223456789", "+85223456789", FOREIGN),
        ("", "", ""),
        (None, "", ""),
        ("  ", "", ""),
    ],
)
def test_numbers_are_understood(text: object, key: str, kind: str) -> None:
    assert phones.normalise(text) == phones.Phone(key, kind)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1380000412", "A mobile number has 11 digits, this has 10."),
        ("138000041271", "A mobile number has 11 digits, this has 12."),
        ("12345678901", "A mobile number begins with 13 to 19."),
        ("87654321", "The area code is missing."),
        ("010-889931081", "This is not a phone number: it has 12 digits."),
        ("1.38E+10", "The spreadsheet has rounded this number; its last digits are lost."),
        ("A20-9999999", "A phone number has digits only."),
        ("١٣٨٠٠٠٠٤١٢٧", "A phone number has digits only."),
        ("+123", "A number of another country has 7 to 15 digits after the plus sign."),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        found = phones.normalise(text)
        assert (found.key, str(found.problem)) == ("", problem)


def test_of_several_the_first_mobile_counts() -> None:
    cell = "010-88993108 / 13800004127,13900004128"
    assert [p.key for p in phones.several(cell)] == ["01088993108", "13800004127", "13900004128"]
    assert phones.first_of(cell).key == "13800004127"
    assert phones.first_of("13800004127 13900004128").key == "13800004127"
    assert phones.first_of("138 0000 4127").key == "13800004127"
    assert phones.first_of("88993108;010-88993108").key == "01088993108"
    assert phones.first_of("abc,def").key == ""
    assert phones.first_of("") == phones.Phone("")


def test_pieces_none_of_which_is_a_number_are_called_so() -> None:
    for cell, said in (
        ("876|678|3469", "这里有 3 段，都不是电话号码"),
        ("1380000412/1390000775", "这里有 2 段，都不是电话号码"),
        ("abc,def", "这里有 2 段，都不是电话号码"),
        ("876", "不是有效的电话号码：共 3 位数字"),
    ):
        assert [(one.key, str(one.problem)) for one in phones.several(cell)] == [("", said)]
        assert str(phones.first_of(cell).problem) == said
    assert [bool(one.key) for one in phones.several("876|13800004127")] == [False, True]
    assert phones.first_of("1.38E+10/876").problem == phones.RUINED


def test_masks_and_groups() -> None:
    assert phones.mask("13800004127") == "138****4127"
    assert phones.mask("01012345678") == "010****5678"
    assert phones.mask("+14155550123") == "+14*****0123"
    assert phones.mask("12345") == "***45"
    assert phones.pretty("13800004127") == "138 0000 4127"
    assert phones.masked_pretty("13800004127") == "138 **** 4127"
    assert phones.pretty("01012345678") == "010 1234 5678"
    assert phones.pretty("07557654321") == "0755 765 4321"
    assert phones.pretty("4008608608") == "400 860 8608"
    assert phones.masked_pretty("+14155550123") == "+14*****0123"
    assert (phones.mask(""), phones.pretty("")) == ("", "")


def test_mobile_numbers() -> None:
    assert [
        phones.is_mobile(k) for k in ("13800004127", "12800004127", "1380000412", "１３８００００４１２７")
    ] == [
        True,
        False,
        False,
        False,
    ]
    assert (phones.tail("13800004127"), phones.tail("127")) == ("4127", "")


@pytest.mark.skipif(not VECTORS.exists(), reason="the reference vectors are not on this machine")
def test_the_reference_vectors() -> None:
    """All agree but for two decisions: blanks separate digits; of several numbers the first mobile counts."""
    decided = {"010 12345678": "01012345678", "010-12345678, 13812345678": "13812345678"}
    decided["010-12345678 / 13812345678"] = "13812345678"
    kinds = {"mobile": MOBILE, "landline": LANDLINE, "400/800": SERVICE}
    with VECTORS.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 38
    for row in rows:
        text, expected = row["input"], row["expected_by_source"]
        found = phones.first_of(text)
        if text in decided:
            assert found.key == decided[text]
        elif row["kind"] in kinds:
            assert (found.kind == kinds[row["kind"]]) == (expected == "valid"), row
        elif row["kind"] == "any":
            assert bool(found.key) == (expected == "valid"), row
        else:
            wanted = expected.partition("→ ")[2].removeprefix("+86").replace("none", "")
            assert found.key == wanted, row


def test_an_area_code_that_stands_twice_counts_once() -> None:
    found = {
        text: phones.normalise(text).key
        for text in ("0854-0854-8810305", "027-027-88992187", "0371-0372-8810305")
    }
    assert found == {
        "0854-0854-8810305": "08548810305",
        "027-027-88992187": "02788992187",
        "0371-0372-8810305": "",
    }
