"""A list of fields as a module of leads would declare it, for the tests of this folder."""

from __future__ import annotations

import re

from driveline.kit.importing.values import (
    CellError,
    Field,
    choice,
    clean,
    date,
    matches,
    money,
    narrow,
    parses,
    text,
)

_mobile = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_any_phone = re.compile(r"\+?[\d().\-/ |－—]{7,24}(?:(?:x|转|ext\.?|#)\s*\d{1,6})?")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤戚"
)
_PROVINCES = """
    北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川
    贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆
"""
PROVINCES = tuple(_PROVINCES.split())


def phone(given: str) -> str:
    """Eleven digits of a Chinese mobile; the real one comes from above."""
    plain = re.sub(r"[\s-]", "", narrow(given))
    if not _mobile.fullmatch(plain):
        raise CellError("no mobile")
    return plain[-11:]


def _phones(cells: list[str]) -> float:
    """A mobile counts in full, any other number most of that: the better of two columns is the one with mobiles."""

    def one(cell: str) -> float:
        first = re.split(r"[/、，,;； ]", narrow(cell))[0]
        if _mobile.fullmatch(re.sub(r"[\s-]", "", first)):
            return 1.0
        return 0.7 if _any_phone.fullmatch(narrow(cell)) and sum(c.isdigit() for c in cell) >= 7 else 0.0

    return sum(map(one, cells)) / len(cells) if cells else 0.0


def _names(cells: list[str]) -> float:
    """A Chinese surname and one to three signs more; whatever else has letters and no figures may be a name."""

    def one(cell: str) -> float:
        plain = clean(cell)
        if 1 < len(plain) < 5 and plain[0] in SURNAMES and all("\u4e00" <= c <= "\u9fff" for c in plain):
            return 1.0
        return 0.5 if 1 < len(plain) <= 40 and not any(c.isdigit() or c in "@/\\_" for c in plain) else 0.0

    return sum(map(one, cells)) / len(cells) if cells else 0.0


def _provinces(cells: list[str]) -> float:
    return sum(clean(c).startswith(PROVINCES) and len(c) <= 9 for c in cells) / len(cells) if cells else 0.0


GENDER = {
    "男": "male",
    "女": "female",
    "先生": "male",
    "女士": "female",
    "male": "male",
    "female": "female",
    "m": "male",
    "f": "female",
    "未知": "",
}


def _also(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


LEAD_FIELDS = (
    Field(
        "name",
        "客户名称",
        _also(
            "姓名, 客户姓名, 客户, 名称, 称呼, 顾客姓名, 车主姓名, 车主, customer name, full name, "
            "name, lead name, contact name, last name, surname, 联系人, 公司名称, 企业名称, linkman, "
            "company name, account name, company, account"
        ),
        text(30),
        required=True,
        max_length=30,
        sample="周明远",
        looks=_names,
    ),
    Field("given_name", "名", _also("first name, given name"), text(30)),
    Field(
        "phone",
        "手机号码",
        _also(
            "手机号, 手机, 移动电话, mobile, mobile phone, mobile phone number, cell phone, cell, "
            "联系电话, 联系方式, 电话, 电话号码, phone number, phone, telephone, telephone number, "
            "tel, contact number"
        ),
        phone,
        required=True,
        sample="13800004127",
        looks=_phones,
    ),
    Field(
        "tel",
        "其他电话",
        _also("固定电话, 固话, 座机, 电话, 备用电话, phone, phone number, landline, 办公电话, home phone"),
        text(60),
        looks=_phones,
    ),
    Field(
        "source",
        "数据来源",
        _also(
            "线索来源, 客户来源, 来源, 渠道, 来源渠道, lead source, source, channel, origin, "
            "clue origin, customer origin, 媒体"
        ),
        text(40),
        required=True,
        sample="汽车之家",
    ),
    Field("gender", "客户性别", _also("性别, gender, sex"), choice(GENDER), looks=parses(choice(GENDER))),
    Field(
        "province",
        "所在省份",
        _also("省份, 省, province, state, state/region, region"),
        text(20),
        looks=_provinces,
    ),
    Field("city", "所在城市", _also("城市, 市, city, town"), text(20)),
    Field(
        "address",
        "具体地址",
        _also("地址, 详细地址, 联系地址, address, street address, street, billing street"),
        text(100),
    ),
    Field("brand", "意向品牌", _also("品牌, 客户品牌, brand, make, vehicle make"), text(40)),
    Field("series", "意向车系", _also("车系, 客户车系, 意向车, series, car series"), text(40)),
    Field(
        "model",
        "意向车型",
        _also("车型, 客户车型, model, car model, vehicle model, model name, vehicle"),
        text(60),
    ),
    Field("budget", "预算", _also("购车预算, budget"), money()),
    Field(
        "remark",
        "备注",
        _also(
            "留言, 客户留言, 需求, 说明, 备注信息, remark, remarks, notes, note, comment, comments, "
            "description, message"
        ),
        text(500, lines=True),
    ),
    Field(
        "consultant",
        "销售顾问账号",
        _also(
            "销售顾问, 顾问, 跟进人, 归属人, 负责人, 业务员, owner, lead owner, contact owner, "
            "sales agent, sales rep, salesperson, assigned to"
        ),
        text(60),
    ),
    Field(
        "next_date",
        "下次跟进时间",
        _also(
            "历史下次跟进时间, 下次跟进日期, 下次回访时间, 下次联系时间, next follow-up, "
            "next contact date, follow up date"
        ),
        date(),
    ),
    Field(
        "mail",
        "电子邮箱",
        _also("邮箱, 邮件, email, e-mail, email address, mail"),
        text(120),
        looks=matches(r"\S+@\S+\.\w+"),
    ),
    Field("wechat", "微信号", _also("微信, wechat, weixin"), text(40)),
)
