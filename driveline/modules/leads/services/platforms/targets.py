"""The fields of a lead that a platform's message can fill, with the names platforms give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Target:
    """A field to be filled. `aliases` are the last parts of paths it is known by, without case and separators."""

    name: str
    label: str | _StrPromise
    aliases: tuple[str, ...]
    hint: str | _StrPromise = ""
    required: bool = False


TARGETS = (
    Target(
        "external_id",
        _("Platform's number"),
        (
            "externalid", "leadid", "clueid", "clue", "orderid", "orderno", "messageid", "msgid", "requestid", "uuid",
            "recordid", "id", "线索id", "线索编号", "编号",
        ),
        _("The same number is handled once. Without one the content itself tells."),
    ),
    Target(
        "name",
        _("Customer name"),
        (
            "customername", "username", "realname", "contactname", "leadname", "fullname", "name", "customer", "nickname",
            "contact", "姓名", "客户姓名", "客户名称", "联系人",
        ),
        required=True,
    ),
    Target(
        "phone",
        _("Mobile"),
        (
            "phone", "mobile", "mobilephone", "phonenumber", "mobilenumber", "tel", "telephone", "cellphone", "contactphone",
            "customerphone", "customermobile", "userphone", "usermobile", "手机", "手机号", "手机号码", "电话", "联系电话",
        ),
        required=True,
    ),
    Target(
        "further",
        _("Other numbers"),
        ("phone2", "mobile2", "otherphone", "backupphone", "secondphone", "备用电话", "其他电话"),
    ),
    Target(
        "relay",
        _("Virtual number"),
        (
            "virtualphone", "virtualnumber", "virtualmobile", "relayphone", "privacyphone", "privacynumber", "axnumber",
            "axbphone", "middlenumber", "hiddenphone", "虚拟号", "虚拟号码", "隐私号", "隐私号码", "中间号",
        ),
        _("A number the platform lends; kept beside the customer until it ends."),
    ),
    Target(
        "relay_flag",
        _("The number is virtual"),
        ("isvirtual", "isvirtualphone", "virtual", "phonetype", "numbertype", "是否虚拟号"),
        _("True, 1, yes or virtual: the mobile of this message is a virtual number."),
    ),
    Target(
        "relay_expires",
        _("Virtual number good until"),
        (
            "virtualexpire", "virtualexpiretime", "virtualexpires", "expiretime", "expiresat", "phoneexpire", "expireat",
            "虚拟号有效期", "过期时间",
        ),
    ),
    Target("gender", _("Gender"), ("gender", "sex", "性别", "称谓")),
    Target("province", _("Province"), ("province", "provincename", "省份", "省")),
    Target("city", _("City"), ("city", "cityname", "locationcity", "城市", "市")),
    Target("address", _("Address"), ("address", "地址", "详细地址")),
    Target("brand", _("Brand"), ("brand", "brandname", "品牌", "意向品牌")),
    Target("series", _("Series"), ("series", "seriesname", "carseries", "车系", "意向车系", "carseriesname")),
    Target(
        "car_model",
        _("Model"),
        ("model", "modelname", "carmodel", "carname", "spec", "specname", "vehicle", "car", "车型", "意向车型", "车款"),
    ),
    Target(
        "remark",
        _("Remark"),
        (
            "remark", "remarks", "message", "comment", "content", "note", "memo", "description", "leavemessage", "留言",
            "备注", "内容", "咨询内容",
        ),
    ),
    Target(
        "produced_at",
        _("Left at"),
        (
            "createtime", "createdat", "created", "createdtime", "submittime", "leadtime", "cluetime", "ordertime",
            "timestamp", "time", "留资时间", "创建时间", "提交时间", "产生时间",
        ),
        _("When the customer left it with the platform; kept with the arrival."),
    ),
)  # fmt: skip

NAMES = tuple(target.name for target in TARGETS)
BY_NAME = {target.name: target for target in TARGETS}
