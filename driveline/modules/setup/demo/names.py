"""Invented people: names as they are heard today, numbers that are valid and belong to nobody known."""

from __future__ import annotations

from random import Random

MALE, FEMALE = "male", "female"

# Surname and how often it is met among a thousand people, roughly.
SURNAMES: tuple[tuple[str, int], ...] = (
    ("王", 75), ("李", 74), ("张", 70), ("刘", 53), ("陈", 45), ("杨", 34), ("黄", 24), ("赵", 21), ("吴", 20),
    ("周", 20), ("徐", 15), ("孙", 15), ("朱", 13), ("马", 13), ("胡", 12), ("郭", 11), ("何", 11), ("高", 10),
    ("林", 10), ("罗", 10), ("郑", 9), ("梁", 8), ("谢", 7), ("宋", 7), ("唐", 7), ("许", 6), ("韩", 6), ("冯", 6),
    ("邓", 6), ("曹", 6), ("彭", 5), ("曾", 5), ("肖", 5), ("田", 5), ("董", 5), ("袁", 5), ("潘", 5), ("于", 5),
    ("蒋", 5), ("蔡", 4), ("余", 4), ("杜", 4), ("叶", 4), ("程", 4), ("苏", 4), ("魏", 4), ("吕", 4), ("丁", 4),
    ("任", 4), ("沈", 4), ("姚", 3), ("卢", 3), ("姜", 3), ("崔", 3), ("钟", 3), ("谭", 3), ("陆", 3), ("汪", 3),
    ("范", 3), ("金", 3), ("石", 3), ("廖", 3), ("贾", 3), ("夏", 3), ("韦", 2), ("付", 2), ("方", 2), ("白", 2),
    ("邹", 2), ("孟", 2), ("熊", 2), ("秦", 2), ("邱", 2), ("江", 2), ("尹", 2), ("薛", 2), ("闫", 2), ("段", 2),
    ("雷", 2), ("侯", 2), ("龙", 2), ("史", 2), ("陶", 2), ("黎", 2), ("贺", 2), ("顾", 2), ("毛", 2), ("郝", 2),
    ("龚", 2), ("邵", 2), ("万", 2), ("钱", 2), ("严", 2), ("覃", 1), ("武", 1), ("戴", 1), ("莫", 1), ("孔", 1),
    ("向", 1), ("汤", 1), ("欧阳", 1), ("上官", 1), ("诸葛", 1), ("司马", 1),
)  # fmt: skip
GIVEN_MALE = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "斌", "浩", "鹏", "超", "波", "辉", "刚", "健", "明",
    "峰", "亮", "凯", "旭", "帆", "宇航", "子轩", "俊杰", "浩然", "志强", "建国", "文博", "明远", "立新", "亦凡", "海涛",
    "晓东", "国栋", "振宇", "家豪", "天佑", "鸿飞", "思远", "景行", "嘉诚", "承宇", "一鸣", "泽宇", "志远", "永康", "少华", "云鹏",
    "书恒", "清源", "卫东", "春生", "大为", "德明", "炳坤", "世杰", "成龙", "学文", "向阳", "立群", "若谷", "启明", "兆丰", "怀瑾",
    "正阳", "逸飞", "弘毅", "致远", "修平", "奕辰", "泊然", "景然",
]  # fmt: skip
GIVEN_FEMALE = [
    "静", "敏", "丽", "艳", "娟", "霞", "芳", "婷", "玲", "燕", "倩", "雪", "慧", "颖", "洁", "佳",
    "琳", "莹", "璐", "丹", "静怡", "雨欣", "海燕", "佳宁", "思琪", "梦瑶", "欣怡", "晓岚", "婉清", "雅雯", "紫萱", "诗涵",
    "可心", "若溪", "语桐", "文静", "淑华", "秀英", "玉兰", "桂芳", "红梅", "春燕", "美玲", "晓红", "嘉怡", "依诺", "子涵", "一诺",
    "清扬", "书瑶", "念慈", "采薇", "芷若", "如意", "月华", "凤仪", "明珠", "亚楠", "玉洁", "丽娜", "慧敏", "佩珊", "沛然", "安琪",
    "锦程", "悦然",
]  # fmt: skip
PREFIXES = ("138", "139", "137", "136", "135", "150", "151", "158", "159", "177", "186", "188", "189", "199")

# (province, city, weight) of the people who ask in each store
AROUND: dict[str, tuple[tuple[str, str, int], ...]] = {
    "南京": (
        ("江苏省", "南京市", 70), ("江苏省", "镇江市", 8), ("安徽省", "马鞍山市", 8), ("安徽省", "滁州市", 6),
        ("江苏省", "扬州市", 5), ("江苏省", "常州市", 3),
    ),
    "武汉": (
        ("湖北省", "武汉市", 72), ("湖北省", "黄冈市", 8), ("湖北省", "孝感市", 8), ("湖北省", "鄂州市", 6),
        ("湖北省", "黄石市", 6),
    ),
}  # fmt: skip
STREETS = (
    "建设路",
    "人民路",
    "解放大道",
    "学府路",
    "文昌街",
    "中兴路",
    "滨江大道",
    "科技园路",
    "丰泽路",
    "青年路",
)

_surnames = [name for name, _weight in SURNAMES]
_weights = [weight for _name, weight in SURNAMES]


def person(random: Random) -> tuple[str, str]:
    """Name and gender. One in nine leaves only 先生 or 女士, as people on platforms do."""
    gender = MALE if random.random() < 0.58 else FEMALE
    surname = random.choices(_surnames, _weights)[0]
    if random.random() < 0.11:
        return surname + ("先生" if gender == MALE else "女士"), gender
    return surname + random.choice(GIVEN_MALE if gender == MALE else GIVEN_FEMALE), gender


def number(random: Random, taken: set[str]) -> str:
    """A mobile number not given out before: a usual prefix, 0000 and four figures; the middle varies when they run out."""
    for middle in ("0000", "0001", "0002"):
        for _attempt in range(4):
            key = f"{random.choice(PREFIXES)}{middle}{random.randrange(10_000):04d}"
            if key not in taken:
                taken.add(key)
                return key
    raise RuntimeError("the invented numbers have run out")


def home(random: Random, city: str) -> tuple[str, str, str]:
    """Province, city and, for one in six, an address."""
    places = AROUND[city]
    province, town, _weight = random.choices(places, [p[2] for p in places])[0]
    address = f"{random.choice(STREETS)} {random.randrange(1, 400)} 号" if random.random() < 0.16 else ""
    return province, town, address
