"""What consultants write about a contact: sentences built from parts, so that no two pages read the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Talk:
    """The car talked about and where; what a remark may name."""

    car: str
    rival: str
    town: str


OPENING = (
    "电话接通，客户说话方便，", "回拨后接通，", "客户主动回电，", "微信先约好时间再打的，", "接通后客户在开车，简短聊了几句，",
    "客户午休时接的电话，", "第二次联系，客户还记得上次聊的内容，", "客户比较健谈，", "语音里背景有些吵，", "家人也在旁边一起听，",
    "态度不错，", "客户先问了有没有现车，", "客户看过官网配置表，", "接电话的是本人，", "",
)  # fmt: skip
NEED = (
    "主要上下班代步，每天来回四十公里左右", "家里二胎，想要后排宽一点", "现在的车开了八年，打算年底前换掉", "给爱人买，要好停车、视野好",
    "跑高速多，关心油耗和静音", "想要白色外观、深色内饰", "预算落地二十万以内", "首付准备三成，问三年免息还有没有", "公司用车，要能开专票",
    "父母常坐，要求上下车方便", "有安装充电桩的条件，纯电也能接受", "对{car}的外观满意，还没坐过实车", "在意后备箱能不能放下婴儿车",
    "想了解{car}高低配差在哪里", "更看重安全配置和车身用料", "倾向自动挡低配，够用就行", "喜欢{car}的动力，担心后期保养贵", "打算全款，问现金优惠多少",
    "老家在外地，想知道能不能跨省上牌", "首次购车，流程不熟，讲了大致步骤",
)  # fmt: skip
RIVAL = (
    "同时在看{rival}，觉得那边优惠多一些", "上周试过{rival}，说底盘偏硬", "朋友推荐{rival}，还在比较", "{rival}报价比我们低三千，想看看我们能不能跟",
    "对比了{rival}的空间，认为差不多",
)  # fmt: skip
DONE = (
    "已发配置表和落地价清单", "讲了本月置换补贴和国补的叠加方式", "介绍了金融方案和月供", "发了两段实车视频给客户", "说明了现车颜色，白色两台、灰色一台",
    "报了大概落地价，没有深谈优惠", "解释了质保和保养套餐", "帮客户初估了旧车，按六年车龄算", "约定由店里二手车评估师到时看车", "已加微信，资料都发过去了",
)  # fmt: skip
NEXT = (
    "约好下次再联系。", "客户让周末再打。", "过几天把最终报价发他。", "等爱人下班一起商量后回复。", "下次重点聊金融方案。", "继续邀约到店看实车。",
    "要等年终奖发下来再定。", "说考虑一下，不着急。", "等新一批到店再通知他。", "下次确认到店时间。", "",
)  # fmt: skip
VISIT = (
    "约定{day}{time}到店看{car}，带家人一起，已发定位和停车指引。", "答应{day}{time}过来试驾{car}，车辆已预留。",
    "客户{day}有空，{time}到店谈价格，旧车一起开来评估。", "{day}{time}到店，指定看{car}白色现车，请前台留意。",
    "邀约成功，{day}{time}到{town}店，先试驾再谈方案。",
)  # fmt: skip
TEST_DRIVE = (
    "约好试驾{car}，要走一段高速，驾照会带来。", "同意先试驾再决定，想感受{car}的底盘。", "试驾时间定在周末下午，爱人一起来。",
    "客户想对比低配和高配的试驾感受，已登记试驾车。",
)  # fmt: skip
COMPARING = (
    "还在比价，{rival}那边给到两万优惠，问我们最低多少。", "拿着别家报价单来问，差距在保险和上牌费上，已逐项解释。",
    "客户在几个平台都留了资，目前只看谁家落地价低。", "嫌{car}优惠不到位，希望再送一次保养和脚垫。", "要求再降两千就定，说明需要到店申请。",
)  # fmt: skip
LATER = (
    "正在开会，让晚上七点以后再打。", "人在外地出差，下周回来再联系。", "最近装修花钱多，买车往后放一放，过阵子再说。", "说孩子考试，考完再看车，先不约时间。",
    "客户在医院陪护，不方便多聊，改天再打。", "要等旧车卖掉再考虑，预计还要两三周时间。",
)  # fmt: skip
ASIDE = (
    "顺便问了保养周期和费用，", "提到家里还有一台车要处理，", "问了贷款年限能不能做五年，", "关心提车要等多久，", "说朋友也想一起来看，",
    "对颜色还拿不定主意，", "问了首保免费几次，", "提到单位停车位偏窄，", "想知道保险第一年多少，", "问店里周末几点关门，", "说最近油价涨了，想省油一点，",
    "问能不能用公积金抵，已说明不行，", "希望送贴膜，", "对上次的服务比较满意，",
)  # fmt: skip
SILENT = (
    "无人接听，响铃到底。",
    "第一遍挂断，第二遍没接，已发短信。",
    "打通后直接挂断。",
    "晚饭时间再打一次。",
    "",
    "",
    "",
)
OFF = ("关机，晚些再试。", "提示暂时无法接通。", "")
WRONG = ("号码是别人的，对方说没有留过资料。", "空号，平台上再核对一次号码。")
LOST: dict[str, Sequence[str]] = {
    "model_unsuitable": ("觉得{car}后排偏窄，家里老人坐着不舒服，放弃。", "要七座，我们没有合适的车，客户已明确不考虑了。"),
    "no_stock": ("想要的颜色要等两个月，客户等不了，已去别处看车。", "高配无现车，客户不接受等待，明确表示不买。"),
    "quality_doubts": ("看了网上的投诉帖，对变速箱不放心，多次解释仍不接受。",),
    "finance": ("贷款手续费谈不拢，客户改用信用卡分期买了别的车。",),
    "trade_in": ("旧车评估差了八千，客户自己卖给车商，不再考虑置换。",),
    "extras": ("对店内保险和上牌费用不满意，说太高，不考虑。",),
    "price": ("价格差距超过一万，申请后仍达不到客户预期，放弃。", "只认网上最低价，落地价谈不下来，客户不再回应。"),
    "other_brand": ("已经提了{rival}，客户表示感谢，暂不需要联系。", "上周末订了{rival}，原因是优惠和现车。"),
    "other_dealer": ("在市区另一家店订了{car}，说离家近，价格差不多。",),
    "no_plan": ("近期没有购车计划，当时只是随便看看，别再打了。", "摇号没中，今年不买了，明年再说，同意先放弃。"),
    "not_reached": ("两周联系了多次都没人接，短信微信也不回，按联系不上处理。",),
    "declined": ("客户明确表示不要再打电话，已登记，后续不再联系。",),
}  # fmt: skip
WISHES = (
    "想了解首付和置换", "咨询现车颜色和提车周期", "询底价", "想预约试驾", "问国补和置换补贴", "要落地价清单", "问周末到店有没有礼品", "看重空间，求推荐",
    "", "", "",
)  # fmt: skip
RIVALS = (
    "CR-V",
    "凯美瑞",
    "帕萨特",
    "星瑞",
    "宋 PLUS",
    "汉兰达",
    "轩逸",
    "银河 L7",
    "深蓝 S7",
    "荣放",
    "锋兰达",
    "雅阁",
)
HOURS = ("上午十点", "上午十一点", "下午两点", "下午三点半", "下午四点", "傍晚下班后")
DAYS = ("明天", "周六", "周日", "后天")


def remark(random: Random, chip: str, talk: Talk, *, day: str = "", time: str = "") -> str:
    """A remark that fits the outcome; for reached contacts never under 15 characters."""
    for _attempt in range(6):
        text = _fill(_shape(random, chip), random, talk, day, time)
        if chip in UNREACHED or len(text.replace(" ", "")) >= 16:
            return text
    return text + "客户资料已补充，按约定时间再联系。"


def lost(random: Random, reason: str, talk: Talk) -> str:
    """Why it was given up, in a sentence."""
    text = _fill(random.choice(OPENING) + random.choice(LOST[reason]), random, talk, "", "")
    return text if len(text) >= 16 else text + "本次按战败处理。"


UNREACHED = {"no_answer": SILENT, "switched_off": OFF, "wrong_number": WRONG}


def _shape(random: Random, chip: str) -> str:
    if chip in UNREACHED:
        return random.choice(UNREACHED[chip])
    if chip == "visit":
        return random.choice(OPENING) + random.choice(ASIDE) + random.choice(VISIT)
    if chip in ("test_drive", "comparing"):
        said = random.choice(TEST_DRIVE if chip == "test_drive" else COMPARING)
        return random.choice(OPENING) + random.choice(ASIDE) + said
    if chip == "later":
        return random.choice(ASIDE) + random.choice(LATER)
    parts = [random.choice(OPENING) + random.choice(NEED)]
    if random.random() < 0.3:
        parts.append(random.choice(RIVAL))
    if random.random() < 0.75:
        parts.append(random.choice(DONE))
    closing = random.choice(NEXT)
    return "，".join(parts) + ("，" + closing if closing else "。")


def _fill(text: str, random: Random, talk: Talk, day: str, time: str) -> str:
    return text.format(
        car=talk.car,
        rival=talk.rival,
        town=talk.town,
        day=day or random.choice(DAYS),
        time=time or random.choice(HOURS),
    )
