"""The fields of a lead, declared once: names by which columns are known, parsers, what their cells look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from django.utils.translation import gettext_lazy as _

from driveline.core import dictionaries, phones, regions
from driveline.core.models import Party
from driveline.kit.importing.plain import fold
from driveline.kit.importing.values import Field, clean, code, date, text
from driveline.modules.leads.rules import ADDRESS_MAX, CITY_MAX, NAME_MAX, PROVINCE_MAX, REMARK_MAX

PHONES = ("phone", "other_phone")
GENDERS: Mapping[str, str] = {
    **dict.fromkeys(["男", "男性", "先生", "m", "male", "mr", "boy", "man"], Party.Gender.MALE),
    **dict.fromkeys(["女", "女性", "女士", "小姐", "太太", "夫人", "f", "female", "mrs", "ms", "miss"], Party.Gender.FEMALE),
    **dict.fromkeys(["未知", "保密", "不详", "unknown", "u", "other"], Party.Gender.UNKNOWN),
}  # fmt: skip
# Other words for the seeded sources, as platforms and other programs write them.
SOURCE_WORDS: Mapping[str, Sequence[str]] = {
    "autohome": ("汽车之家网", "汽车之家app", "之家", "autohome.com.cn"),
    "dongchedi": ("懂车帝app", "今日头条", "头条", "dcd", "dongchedi.com"),
    "yiche": ("易车网", "易车app", "bitauto", "yiche.com"),
    "pcauto": ("太平洋", "太平洋汽车网", "pcauto.com.cn"),
    "other_web": ("其他", "其它", "其它网络", "网络", "网站", "other", "others", "web", "internet", "online"),
    "hotline": ("400", "热线", "电话", "来电", "呼入", "电话咨询", "phone", "call", "phone call", "inbound call", "telephone"),
    "website": ("网站留言", "官方网站", "在线客服", "website form", "web form", "web site", "web download", "organic search"),
    "consumer_app": ("公众号", "小程序", "微信公众号", "app"),
    "event": ("活动", "线下活动", "展会", "车展", "市场活动", "trade show", "seminar", "events", "webinar"),
    "referral": (
        "转介绍", "老客户", "朋友介绍", "客户介绍", "老带新", "介绍", "referrals", "employee referral", "external referral",
        "customer referral", "word of mouth", "partner",
    ),
}  # fmt: skip
# The hundred commonest family names; nine in ten Chinese names begin with one of them.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_letters = re.compile(r"[^\W\d_]")


def lead_fields(store_id: int) -> tuple[Field, ...]:
    """What a file may say of a lead, in the order of the template."""
    known = source_words(store_id)
    return (*_person(), *_contact(), *_wish(lambda cells: _share(cells, lambda c: fold(c) in known)), *_work())


def source_words(store_id: int) -> dict[str, int]:
    """Folded word → id of the source: labels in both languages, codes, and what others call it."""
    found: dict[str, int] = {}
    for entry in dictionaries.items(store_id, "lead_source"):
        for word in (entry.label_zh, entry.label_en, entry.code):
            if word:
                found.setdefault(fold(word), entry.id)
    for entry in dictionaries.items(store_id, "lead_source"):
        for word in SOURCE_WORDS.get(entry.code, ()):
            found.setdefault(fold(word), entry.id)
    return found


def gender_of(word: str) -> str:
    """What is not understood is unknown: nobody is lost for it."""
    return GENDERS.get(fold(word), Party.Gender.UNKNOWN)


def _person() -> tuple[Field, ...]:
    return (
        Field(
            "name",
            _("Customer name"),
            (
                "姓名", "客户姓名", "客户名", "名字", "名称", "称呼", "顾客姓名", "车主姓名", "车主", "用户姓名", "联系人", "联系人姓名",
                "customer name", "full name", "name", "lead name", "contact name", "linkman", "contact person", "customer",
                "公司名称", "企业名称", "单位名称", "company name", "account name",
            ),
            text(NAME_MAX), required=True, max_length=NAME_MAX, sample="周明远", looks=_names,
        ),
        Field("last_name", _("Family name"), ("last name", "surname", "family name", "姓氏", "姓"), text(NAME_MAX),
              max_length=NAME_MAX, help=_("Where the name stands in two columns.")),
        Field("first_name", _("Given name"), ("first name", "given name", "forename", "名"), text(NAME_MAX), max_length=NAME_MAX),
        Field("gender", _("Gender"), ("性别", "客户性别", "gender", "sex"), gender_of, sample="男",
              looks=lambda cells: _share(cells, lambda c: fold(c) in GENDERS)),
    )  # fmt: skip


def _contact() -> tuple[Field, ...]:
    return (
        Field(
            "phone",
            _("Mobile"),
            (
                "手机号码", "手机号", "手机", "移动电话", "联系手机", "mobile", "mobile phone", "mobile number", "mobile phone number",
                "cell phone", "cell", "联系电话", "联系方式", "电话号码", "电话", "客户电话", "phone number", "phone", "telephone number",
                "telephone", "tel", "contact number", "contact phone",
            ),
            code(), required=True, max_length=24, sample="13800004127", looks=_phones,
            help=_("Several numbers in a cell are taken apart: the first mobile is the main one."),
        ),
        Field(
            "other_phone",
            _("Other numbers"),
            (
                "其他电话", "备用电话", "备用手机", "固定电话", "固话", "座机", "办公电话", "家庭电话", "电话", "电话2", "手机2", "landline",
                "home phone", "office phone", "business phone", "work phone", "other phone", "phone 2", "phone number", "phone",
            ),
            code(), max_length=60, looks=_phones,
        ),
        Field("province", _("Province"), ("省份", "省", "所在省份", "province", "state", "state/region", "sheng"), text(PROVINCE_MAX),
              max_length=PROVINCE_MAX, sample="湖北", looks=lambda cells: _share(cells, lambda c: bool(_province(clean(c))))),
        Field("city", _("City"), ("城市", "市", "所在城市", "city", "town", "shi"), text(CITY_MAX), max_length=CITY_MAX, sample="武汉"),
        Field("address", _("Address"), ("地址", "详细地址", "联系地址", "具体地址", "家庭住址", "住址", "address", "street address", "street"),
              text(ADDRESS_MAX), max_length=ADDRESS_MAX),
    )  # fmt: skip


def _wish(sources: Callable[[list[str]], float]) -> tuple[Field, ...]:
    return (
        Field(
            "source",
            _("Source"),
            (
                "数据来源", "线索来源", "客户来源", "来源", "来源渠道", "渠道", "渠道来源", "平台", "lead source", "source", "channel",
                "origin", "clue origin", "customer origin", "traffic source",
            ),
            text(60), max_length=60, sample="汽车之家", looks=sources,
            help=_("A word that is no source here counts as the source chosen for the file."),
        ),
        Field("brand", _("Brand"), ("意向品牌", "品牌", "关注品牌", "brand", "make", "vehicle make"), text(60), sample="大众"),
        Field("series", _("Series"), ("意向车系", "车系", "意向车", "关注车系", "咨询车系", "series", "car series"), text(80), sample="迈腾"),
        Field("car_model", _("Model"),
              ("意向车型", "车型", "关注车型", "咨询车型", "model", "car model", "vehicle model", "model name", "vehicle", "car"), text(120)),
        Field("remark", _("Remark"),
              ("备注", "留言", "客户留言", "需求", "说明", "备注信息", "描述", "咨询内容", "remark", "remarks", "notes", "note", "comment",
               "comments", "description", "message", "requirements"),
              text(REMARK_MAX, lines=True), max_length=REMARK_MAX, sample="想了解首付和置换"),
    )  # fmt: skip


def _work() -> tuple[Field, ...]:
    return (
        Field("owner", _("Consultant"),
              ("销售顾问账号", "销售顾问", "顾问", "顾问账号", "跟进人", "归属人", "负责人", "业务员", "销售", "owner", "lead owner",
               "contact owner", "consultant", "sales consultant", "salesperson", "assigned to", "sales agent", "counselor name"),
              text(40), sample="guxl", help=_("Login or name. Who takes no work here is passed over.")),
        Field("due", _("Next follow-up"),
              ("下次跟进时间", "历史下次跟进时间", "下次跟进日期", "下次回访时间", "下次回访日期", "下次联系时间", "next follow-up",
               "next follow up", "next contact date", "follow up date", "next_date"),
              date(), sample="2026-11-20", help=_("Of rows with a consultant; a day that is past counts as today.")),
        # Numbers of other programs are no such ids unless they say so: two programs count from 1.
        Field("external_id", _("Number at the source"), ("平台线索编号", "平台线索id", "外部编号", "external id"), code(80), max_length=80,
              help=_("A row whose number came before from the same source is passed over.")),
    )  # fmt: skip


def _share(cells: Iterable[str], fits: Callable[[str], bool]) -> float:
    found = list(cells)
    return sum(map(fits, found)) / len(found) if found else 0.0


def _phones(cells: list[str]) -> float:
    """A mobile counts in full, any other number most of it: the better of two columns is the one with mobiles."""

    def one(cell: str) -> float:
        found = phones.first_of(cell)
        if found.kind == phones.MOBILE:
            return 1.0
        digits = sum(c.isdigit() for c in cell)
        return 0.7 if found.key or (7 <= digits <= 20 and len(_letters.findall(cell)) <= 3) else 0.0

    return sum(map(one, cells)) / len(cells) if cells else 0.0


def _names(cells: list[str]) -> float:
    """A Chinese surname and one to three signs; other words without figures may be names too."""

    def one(cell: str) -> float:
        plain = clean(cell)
        if 1 < len(plain) < 5 and plain[0] in SURNAMES and all("\u4e00" <= c <= "\u9fff" for c in plain):
            return 1.0
        return 0.5 if 1 < len(plain) <= 40 and not any(c.isdigit() or c in "@/\\_" for c in plain) else 0.0

    return sum(map(one, cells)) / len(cells) if cells else 0.0


@cache
def _province(word: str) -> str:
    return regions.province_named(word)
