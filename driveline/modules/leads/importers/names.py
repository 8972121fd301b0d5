"""What others call the fields of a lead, the surest first, and the seeded sources: how columns and words are known."""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace("\n", " ").split(",") if word.strip())


ALIASES: Mapping[str, tuple[str, ...]] = {
    "name": _words("""
        姓名, 客户姓名, 客户名, 名字, 名称, 称呼, 客户, 顾客姓名, 顾客, 车主姓名, 车主, 用户姓名, 联系人, 联系人姓名,
        customer name, full name, name, lead name, contact name, linkman, contact person, customer,
        公司名称, 企业名称, 单位名称, company name, account name
    """),
    "last_name": _words("last name, surname, family name, 姓氏, 姓"),
    "first_name": _words("first name, given name, forename, 名"),
    "gender": _words("性别, 客户性别, gender, sex"),
    "mobile": _words("""
        手机号码, 手机号, 手机, 移动电话, 联系手机, mobile, mobile phone, mobile number,
        mobile phone number, cell phone, cell, 联系电话, 联系方式, 电话号码, 电话, 客户电话,
        phone number, phone, telephone number, telephone, tel, contact number, contact phone
    """),
    "other_phone": _words("""
        其他电话, 备用电话, 备用手机, 固定电话, 固话, 座机, 办公电话, 家庭电话, 电话, 电话2, 手机2, landline,
        home phone, office phone, business phone, work phone, other phone, phone 2, phone number, phone
    """),
    "province": _words("省份, 省, 所在省份, province, state, state/region, sheng"),
    "city": _words("城市, 市, 所在城市, city, town, shi"),
    "address": _words("""
        地址, 详细地址, 联系地址, 具体地址, 家庭住址, 住址, address, street address, street
    """),
    "source": _words("""
        数据来源, 线索来源, 客户来源, 来源, 来源渠道, 渠道, 渠道来源, 平台, lead source, source, channel,
        origin, clue origin, customer origin, traffic source
    """),
    "brand": _words("意向品牌, 品牌, 关注品牌, brand, make, vehicle make"),
    "series": _words("意向车系, 车系, 意向车, 关注车系, 咨询车系, series, car series"),
    "car_model": _words("""
        意向车型, 车型, 关注车型, 咨询车型, model, car model, vehicle model, model name, vehicle, car
    """),
    "remark": _words("""
        备注, 留言, 客户留言, 需求, 说明, 备注信息, 描述, 咨询内容, remark, remarks, notes, note, comment,
        comments, description, message, requirements
    """),
    "owner": _words("""
        销售顾问账号, 销售顾问, 顾问, 顾问账号, 跟进人, 归属人, 负责人, 业务员, 销售, owner, lead owner,
        contact owner, consultant, sales consultant, salesperson, assigned to, sales agent, counselor name
    """),
    "due": _words("""
        下次跟进时间, 历史下次跟进时间, 下次跟进日期, 下次回访时间, 下次回访日期, 下次联系时间,
        next follow-up, next follow up, next contact date, follow up date, next date
    """),
    # Numbers of other programs are no such ids unless they say so: every program counts from 1.
    "external_id": _words("平台线索编号, 平台线索id, 外部编号, external id"),
}

# Other words for the seeded sources, as platforms and other programs write them.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "autohome": _words("汽车之家网, 汽车之家app, 之家, autohome.com.cn"),
    "dongchedi": _words("懂车帝app, 今日头条, 头条, dcd, dongchedi.com"),
    "yiche": _words("易车网, 易车app, bitauto, yiche.com"),
    "pcauto": _words("太平洋, 太平洋汽车网, pcauto.com.cn"),
    "other_web": _words("其他, 其它, 其它网络, 网络, 网站, other, others, web, internet, online"),
    "hotline": _words("""
        400, 热线, 电话, 来电, 呼入, 电话咨询, phone, call, phone call, inbound call, telephone
    """),
    "website": _words("""
        网站留言, 官方网站, 在线客服, website form, web form, web site, web download, organic search
    """),
    "consumer_app": _words("公众号, 小程序, 微信公众号, app"),
    "event": _words("活动, 线下活动, 展会, 车展, 市场活动, trade show, seminar, events, webinar"),
    "referral": _words("""
        转介绍, 老客户, 朋友介绍, 客户介绍, 老带新, 介绍, referrals, employee referral, external referral,
        customer referral, word of mouth, partner
    """),
}
