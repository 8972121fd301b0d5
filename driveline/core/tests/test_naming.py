"""Logins from names; the values are those of the acceptance criteria."""

from driveline.core.naming import dist_login, free, initials, is_login, lg_login, readings


def test_ac_01_lg_login_code():
    first = lg_login("lg", "sc", "张三海")
    assert first == "lgsczsh"
    assert lg_login("lg", "sc", "张思涵", {first}) == "lgsczsh1"


def test_ac_02_distributor_login():
    taken: list[str] = []
    for name in ("张三", "张三", "张三", "张三海", "欧阳娜娜"):
        taken.append(dist_login(name, taken))
    assert taken == ["zhangsan", "zhangsan1", "zhangsan2", "zhangsh", "ouynn"]


def test_the_smallest_free_integer_is_taken():
    assert free("zhangsan", {"zhangsan", "zhangsan2"}) == "zhangsan1"
    assert free("zhangsan", {"zhangsan1"}) == "zhangsan"


def test_family_names_are_read_as_family_names():
    names = {
        "单田芳": "shantf",
        "仇英": "qiuying",
        "曾国藩": "zenggf",
        "解晓东": "xiexd",
        "任建国": "renjg",
        "查良镛": "zhaly",
    }
    assert {name: dist_login(name) for name in names} == names
    assert readings("尉迟恭") == ["yu", "chi", "gong"]
    assert readings("长孙无忌")[:2] == ["zhang", "sun"]
    assert dist_login("吕布") == "lvbu"


def test_latin_names_blanks_and_odd_signs():
    assert dist_login("Li Lei") == "lilei"
    assert dist_login(" 王 芳 ") == "wangfang"
    assert dist_login("阿卜杜拉·买买提") == "abdlmmt"
    assert dist_login("") == "user"
    assert initials("张三海") == "zsh"


def test_what_a_login_may_look_like():
    assert [
        is_login(text) for text in ("zhangsan", "z3", "a.b-c_d", "张三", "Zhang", "a", "-ab", "a b", "a" * 41)
    ] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
        False,
        False,
    ]
