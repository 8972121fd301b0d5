"""Logins proposed from a Chinese name (general.md B11): pure functions, no database.

`lg`: group abbreviation + department abbreviation + initials (LG-R07). `dist`: two characters in full, of a longer
name the first in full and the initials of the others (LJ-R01). A clash takes the smallest free integer from 1.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pypinyin import Style, lazy_pinyin

# Family names whose reading differs from the character's usual one.
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "盖": "ge", "朴": "piao", "曾": "zeng",
    "覃": "qin", "繁": "po", "缪": "miao", "秘": "bi", "折": "she", "种": "chong", "员": "yun", "乐": "yue",
    "召": "shao", "黑": "he", "翟": "zhai", "祭": "zhai", "洗": "xian", "牟": "mu", "郇": "xun", "能": "nai",
    "隗": "wei", "乜": "nie", "佴": "nai", "么": "yao", "卜": "bu", "强": "qiang", "贾": "jia",
}  # fmt: skip
# Double surnames whose characters are read in a way of their own.
DOUBLE_SURNAMES = {
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
}

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def readings(name: str) -> list[str]:
    """One lower-case reading per character of a person's name; a run of Latin letters or figures counts as one.

    Of a character with several readings the most common one, in the family name the family's.
    """
    compact = "".join(character for character in name if character.isalnum())
    if compact[:2] in DOUBLE_SURNAMES and len(compact) > 2:
        first, second = DOUBLE_SURNAMES[compact[:2]]
        return [first, second, *_read(compact[2:])]
    if compact[:1] in SURNAMES:
        return [SURNAMES[compact[0]], *_read(compact[1:])]
    return _read(compact)


def initials(name: str) -> str:
    """The first letter of every reading: 张三海 → zsh."""
    return "".join(reading[0] for reading in readings(name))


def lg_login(root: str, department: str, name: str, taken: Collection[str] = ()) -> str:
    """LG-R07: `root` and `department` are abbreviations: lg, sc, 张三海 → lgsczsh."""
    return free(_plain(root) + _plain(department) + initials(name), taken)


def dist_login(name: str, taken: Collection[str] = ()) -> str:
    """LJ-R01: 张三 → zhangsan, 张三海 → zhangsh, 欧阳娜娜 → ouynn."""
    read = readings(name)
    base = "".join(read) if len(read) <= 2 else read[0] + "".join(reading[0] for reading in read[1:])
    return free(base, taken)


def free(base: str, taken: Collection[str]) -> str:
    """The login itself, else with the smallest free integer from 1 behind it."""
    base = base or "user"
    if base not in taken:
        return base
    number = 1
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def is_login(text: str) -> bool:
    """2 to 40 lower-case letters, figures, dots, dashes or underscores, the first a letter or figure."""
    return _LOGIN.fullmatch(text) is not None


def _read(text: str) -> list[str]:
    found: list[str] = []
    for part in re.findall(r"[A-Za-z0-9]+|.", text):
        if part.isascii():
            found.append(part.lower())
        elif reading := _plain(lazy_pinyin(part, style=Style.NORMAL, errors="ignore")):
            found.append(reading)
    return found


def _plain(text: str | list[str]) -> str:
    return re.sub(r"[^a-z0-9]", "", "".join(text).lower())
