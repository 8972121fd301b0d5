"""The fourteen seeded roles: thirteen of dealer.md §14 and 集团管理员 (DESIGN §3a)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SeededRole:
    """A role that every group starts with. `at_group` = held in the group unit, not in a store."""

    code: str
    label: str
    label_en: str
    at_group: bool = False


ROLES = (
    SeededRole("consultant", "销售顾问", "Sales consultant"),
    SeededRole("web_consultant", "网销顾问", "Web sales consultant"),
    SeededRole("sales_manager", "销售经理", "Sales manager"),
    SeededRole("sales_director", "销售总监", "Sales director"),
    SeededRole("service_adviser", "服务顾问", "Service adviser"),
    SeededRole("service_agent", "客服专员", "Customer care agent"),
    SeededRole("service_manager", "客服主管", "Customer care manager"),
    SeededRole("aftersales_director", "售后总监", "After-sales director"),
    SeededRole("finance_director", "财务总监", "Finance director"),
    SeededRole("marketing", "市场专员", "Marketing specialist"),
    SeededRole("general_manager", "总经理", "General manager"),
    SeededRole("group_auditor", "集团总部审核", "Group head office", at_group=True),
    SeededRole("admin", "系统管理员", "System administrator"),
    SeededRole("group_admin", "集团管理员", "Group administrator", at_group=True),
)

ROLE_BY_CODE = {role.code: role for role in ROLES}
