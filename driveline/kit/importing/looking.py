"""What a row looks like: labels, data, instructions or an example. The head of a table is found by this alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from driveline.kit.importing.plain import bare, clean, fold

LABEL_LENGTH = 40
_hanzi = re.compile(r"[\u3400-\u9fff]")
_letter = re.compile(r"[^\W\d_]")
_number = re.compile(r"[¥$€£]?[+-]?[\d,. ]*\d(?:\.\d+)?%?(?:[eE][+-]?\d+)?")
_moment = re.compile(r"\d{2,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}.*|\d{1,2}:\d{2}(?::\d{2})?")
_phone = re.compile(r"\+?[\d() -]{7,20}(?:[x转]\d+)?")
_mail = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
_sentence = re.compile(r"[。！？；!?;]\s*|\.\s+[A-Z]|^\s*\d+[、.．)]")
_code = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_. -]?[A-Za-z0-9]+)*")
_snake = re.compile(r"[a-z]+\d*(?:_[a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z]+(?:_[A-Z0-9]+)+")
_instruction = re.compile(
    r"必填|选填|必须|可不填|格式[:：为]|例如|例[:：]|示例|如[:：]|请填|不填|位数字|下拉|"
    r"\b(?:required|optional|mandatory|format|e\.g\.|example|max(?:imum)?|digits)\b",
    re.IGNORECASE,
)

# The last word of a label says what a column holds, in any table of customers, cars or money.
_CHINESE_ENDS = """
    姓名 名称 名字 称呼 客户 顾客 车主 会员 联系人 电话 手机 手机号 手机号码 号码 固话 座机 微信 微信号 邮箱 邮件 传真
    性别 年龄 生日 地址 省 省份 市 城市 区 县 县区 区域 地区 行业 公司 单位 门店 部门 职位 职务 来源 渠道 平台 方式
    类型 类别 性质 分类 级别 等级 状态 品牌 车系 车型 车辆 车牌 车牌号 车架号 颜色 配置 排量 里程 价格 金额 单价 总价
    收入 预算 数量 概率 阶段 日期 时间 年份 月份 备注 留言 内容 说明 需求 描述 意见 顾问 销售 跟进人 归属人 负责人
    录入人 创建人 账号 编号 序号 编码 代码 坐标 经度 纬度 结果 原因 主题 标题 产品 货币 主键 详情 情况 身份证 身份证号
    证件号 厂家 厂商
"""
_ENGLISH_ENDS = """
    id no number code key name firstname lastname surname givenname first last middle initial phone mobile tel
    telephone fax email mail website url domain address street city state region province country zip postcode
    location gender sex title age birthday date time created modified updated month year day type kind category class
    group status stage source origin channel level grade rating rank owner agent manager user account company contact
    customer client dealer brand make model series segment color colour price cost amount value revenue income budget
    quantity count total currency remark remarks note notes comment comments description subject text content message
    industry sector job occupation department team product vehicle car plate vin test score tags employees probability
    campaign lead manufacturer maker
"""
LABEL_ENDS = frozenset(f"{_CHINESE_ENDS} {_ENGLISH_ENDS}".split())
CHINESE_ENDS = tuple(end for end in _CHINESE_ENDS.split() if len(end) > 1)
# LASTNAME and closedate have nothing between their words.
LONG_ENDS = tuple(end for end in LABEL_ENDS if end.isascii() and len(end) > 3)


def filled(row: Sequence[str]) -> list[str]:
    """The cells of a row that hold something."""
    return [cell.strip() for cell in row if cell.strip()]


def is_datum(cell: str) -> bool:
    """A figure, a date, a phone number, a mail or web address: what no label is."""
    plain = clean(cell)
    return any(pattern.fullmatch(plain) for pattern in (_number, _moment, _phone, _mail))


def is_label(cell: str) -> bool:
    """Short, with letters, no datum and no sentence."""
    plain = clean(bare(cell))
    return (
        0 < len(plain) <= LABEL_LENGTH
        and _letter.search(plain) is not None
        and not is_datum(plain)
        and not _sentence.search(plain)
    )


def is_word(cell: str, words: frozenset[str] = frozenset()) -> bool:
    """Whether a label is one of the words or of those that labels end with, and nothing more."""
    whole = fold(bare(cell))
    return whole in words or whole in LABEL_ENDS


def is_known(cell: str, words: frozenset[str] = frozenset()) -> bool:
    """Whether a label is one of the words, or ends with a word that labels end with."""
    if is_word(cell, words):
        return True
    plain = clean(bare(cell))
    whole, last = fold(plain), fold(last_word(plain))
    if _hanzi.search(plain):
        return last in LABEL_ENDS or whole.endswith(CHINESE_ENDS)
    return last in LABEL_ENDS or (last == whole and any(last.endswith(end) for end in LONG_ENDS))


def last_word(label: str) -> str:
    """`Phone_Number` → Number, `MobilePhone` → Phone."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", label)
    words = [word for word in re.split(r"[\W_]+", parted) if word]
    return words[-1] if words else ""


def is_code(cell: str) -> bool:
    """A field's name as programs write it: MobilePhone, first_name, CITY."""
    return _code.fullmatch(cell.strip()) is not None and len(cell.strip()) <= LABEL_LENGTH


def is_chinese(cell: str) -> bool:
    """Whether it has a Chinese character."""
    return _hanzi.search(cell) is not None


def is_spelt_by_program(cell: str) -> bool:
    """first_name, mobilePhone, LEAD_ID: nobody types a value like that."""
    return _snake.fullmatch(cell.strip()) is not None


def share(cells: Iterable[str], test: Callable[[str], bool]) -> float:
    """How many of the cells pass a test, as a share; 0 of none."""
    passed = [test(cell) for cell in cells]
    return sum(passed) / len(passed) if passed else 0.0


def is_instruction(row: Sequence[str]) -> bool:
    """A row that tells what to write in each column: required, at most 30 characters …"""
    cells = filled(row)
    return bool(cells) and share(cells, lambda cell: _instruction.search(bare(cell)) is not None) >= 0.5
