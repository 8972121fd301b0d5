"""The demonstration's group: two stores and somebody in every role of the matrix (dealer.md §14)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from driveline.core.access import system_user
from driveline.core.models import Membership, OrgUnit, Role, User
from driveline.core.roles import ROLE_BY_CODE

PASSWORD = "Yuanhang-2026"  # noqa: S105  printed by bin/demo and known to everybody on purpose
GROUP = "远航汽车集团"
STORES = (("NJ01", "南京江宁店", "南京", "大众"), ("HX000026", "武汉星云海店", "武汉", "本田"))

# login, name, role, department, login of the superior
type Line = tuple[str, str, str, str, str]
NANJING: tuple[Line, ...] = (
    ("linlan", "林岚", "consultant", "sales", "chenjing"),
    ("zhaoyi", "赵毅", "consultant", "sales", "chenjing"),
    ("guxiaolan", "顾晓岚", "consultant", "sales", "chenjing"),
    ("hedong", "何东", "consultant", "sales", "chenjing"),
    ("sunyue", "孙悦", "web_consultant", "web", "wangmin"),
    ("liping", "李平", "web_consultant", "web", "wangmin"),
    ("chenjing", "陈敬", "sales_manager", "sales", "zhengtao"),
    ("wangmin", "王敏", "sales_manager", "web", "zhengtao"),
    ("zhengtao", "郑涛", "sales_director", "", "zhouqiming"),
    ("wufan", "吴帆", "service_adviser", "service", "fangyuan"),
    ("dengkai", "邓凯", "service_adviser", "service", "fangyuan"),
    ("xuqian", "许倩", "service_agent", "care", "tangli"),
    ("yaona", "姚娜", "service_agent", "care", "tangli"),
    ("tangli", "唐丽", "service_manager", "care", "zhouqiming"),
    ("fangyuan", "方远", "aftersales_director", "service", "zhouqiming"),
    ("jinhong", "金虹", "finance_director", "", "zhouqiming"),
    ("luoman", "罗曼", "marketing", "", "zhengtao"),
    ("zhouqiming", "周启明", "general_manager", "", ""),
    ("shenqi", "沈琦", "admin", "", ""),
)
WUHAN: tuple[Line, ...] = (
    ("xiongwei", "熊伟", "consultant", "sales", "zhanghan"),
    ("pengjia", "彭佳", "consultant", "sales", "zhanghan"),
    ("yujie", "余杰", "consultant", "sales", "zhanghan"),
    ("tianmeng", "田梦", "web_consultant", "web", "zhanghan"),
    ("hucheng", "胡成", "web_consultant", "web", "zhanghan"),
    ("zhanghan", "张寒", "sales_manager", "sales", "liukun"),
    ("liukun", "刘坤", "sales_director", "", "zhouqiming"),
    ("caibo", "蔡博", "service_adviser", "service", "panhui"),
    ("weixue", "魏雪", "service_agent", "care", "songyan"),
    ("songyan", "宋燕", "service_manager", "care", "zhouqiming"),
    ("panhui", "潘辉", "aftersales_director", "service", "zhouqiming"),
    ("yeqing", "叶青", "finance_director", "", "zhouqiming"),
    ("jiangxin", "江欣", "marketing", "", "liukun"),
    ("zhouqiming", "周启明", "general_manager", "", ""),
    ("duanlei", "段磊", "admin", "", ""),
)
HEAD_OFFICE: tuple[Line, ...] = (
    ("qianwen", "钱文", "group_auditor", "", ""),
    ("menghua", "孟华", "group_auditor", "", ""),
    ("shijun", "石峻", "group_admin", "", ""),
    ("lutong", "陆彤", "group_admin", "", ""),
)
DEPARTMENTS = {"sales": "展厅销售部", "web": "网销部", "service": "售后服务部", "care": "客户关怀部"}
FOLLOWERS = ("consultant", "web_consultant")


@dataclass(frozen=True)
class DemoLogin:
    """Somebody to sign in as; `role` and `store` in Chinese, for the terminal."""

    login: str
    password: str
    name: str
    role: str
    store: str


@dataclass(frozen=True)
class StoreCast:
    """A store with those who work its leads."""

    store: OrgUnit
    brand: str
    followers: list[User]
    managers: list[User]
    clerks: list[User]
    everybody: list[User]


def logins() -> list[DemoLogin]:
    """Everybody who can sign in, the people of the first store first."""
    places = [(STORES[0][1], NANJING), (STORES[1][1], WUHAN), (GROUP, HEAD_OFFICE)]
    seen: set[str] = set()
    found = []
    for place, lines in places:
        for login, name, role, _department, _superior in lines:
            if login not in seen:
                seen.add(login)
                found.append(DemoLogin(login, PASSWORD, name, ROLE_BY_CODE[role].label, place))
    return found


def make_group() -> OrgUnit:
    """The group and its two stores."""
    group = OrgUnit.objects.create(kind=OrgUnit.Kind.GROUP, name=GROUP)
    for code, name, city, _brand in STORES:
        OrgUnit.objects.create(parent=group, kind=OrgUnit.Kind.STORE, code=code, name=name, city=city)
    return group


def hire(group: OrgUnit) -> list[StoreCast]:
    """Users with memberships and superiors; everybody has the demonstration's password."""
    system_user()
    users = _users()
    roles = {role.code: role for role in Role.objects.filter(group=group)}
    casts = []
    stores = list(OrgUnit.objects.filter(parent=group, kind=OrgUnit.Kind.STORE).order_by("pk"))
    for store, lines, (_code, _name, _city, brand) in zip(stores, (NANJING, WUHAN), STORES, strict=True):
        _place(store, lines, users, roles)
        by_role = {
            code: [users[line[0]] for line in lines if line[2] == code]
            for code in {line[2] for line in lines}
        }
        casts.append(
            StoreCast(
                store=store,
                brand=brand,
                followers=[user for code in FOLLOWERS for user in by_role[code]],
                managers=by_role["sales_manager"],
                clerks=by_role["web_consultant"] + by_role["marketing"],
                everybody=[users[line[0]] for line in lines],
            )
        )
    _place(group, HEAD_OFFICE, users, roles)
    return casts


def _users() -> dict[str, User]:
    hashed = make_password(PASSWORD)
    names = {line[0]: line[1] for line in (*NANJING, *WUHAN, *HEAD_OFFICE)}
    rows = [
        User(login=login, name=name, phone=f"1390000{9000 + place}", password=hashed)
        for place, (login, name) in enumerate(names.items())
    ]
    return {user.login: user for user in User.objects.bulk_create(rows)}


def _place(unit: OrgUnit, lines: tuple[Line, ...], users: dict[str, User], roles: dict[str, Role]) -> None:
    wanted = list(dict.fromkeys(line[3] for line in lines if line[3]))
    departments = {
        code: OrgUnit.objects.create(parent=unit, kind=OrgUnit.Kind.DEPARTMENT, name=DEPARTMENTS[code])
        for code in wanted
    }
    made = Membership.objects.bulk_create(
        Membership(
            user=users[login],
            store=unit,
            role=roles[role],
            department=departments.get(department),
            accepts_work=role in FOLLOWERS,
        )
        for login, _name, role, department, _superior in lines
    )
    by_login = {line[0]: membership for line, membership in zip(lines, made, strict=True)}
    for line, membership in zip(lines, made, strict=True):
        membership.superior = by_login.get(line[4])
    Membership.objects.bulk_update([m for m in made if m.superior_id], ["superior"])
