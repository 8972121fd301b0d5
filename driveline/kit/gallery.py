"""/_gallery/: every component of the interface in all its states, for looking at. Served only where settings.GALLERY says so.

Everything on it is made up here: no model is asked, so what the page shows never changes by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import path

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TODAY = date(2026, 11, 20)
GRADES = (("H", 1), ("A", 3), ("B", 7), ("C", 15), ("D", 30))
STATES = (
    ("st-new", "待分配"),
    ("st-on", "跟进中"),
    ("st-review", "战败待确认"),
    ("", "战败"),
    ("st-won", "已转潜客"),
    ("st-void", "作废"),
    ("st-bad", "失败"),
)


@dataclass(frozen=True)
class Row:
    """A made-up row of the gallery's table."""

    name: str
    phone: str
    grade: str
    state: tuple[str, str]
    due: date | None
    at: time | None
    css: str
    note: str


ROWS = (
    Row("周明远", "138 0000 4127", "H", STATES[0], None, None, "", "普通"),
    Row("何静怡", "139 **** 7752", "A", STATES[1], TODAY, time(15), "hov", "指向"),
    Row("韦子昂", "133 0000 6120", "B", STATES[1], TODAY - timedelta(days=4), None, "sel", "已选"),
    Row("曾可", "188 0000 7003", "C", STATES[2], TODAY + timedelta(days=1), None, "at", "抽屉打开"),
    Row("彭思远", "152 0000 4436", "D", STATES[4], TODAY + timedelta(days=2), None, "changed", "刚改动"),
    Row("杜海燕", "158 0000 1190", "H", STATES[5], None, None, "gone", "已被他人移走"),
)

CHIPS = (
    ("已接通", (("1", "约到店", ""), ("2", "继续跟进", "on"), ("3", "约试驾", ""))),
    ("未接通", (("6", "无人接听", ""), ("7", "关机停机", ""))),
    ("收尾", (("0", "申请战败", "已跟进 1 次，满 2 次才能申请战败"),)),
)

HISTORY = (
    {
        "css": "key",
        "title": "继续跟进",
        "tag": "有效",
        "when": "11-15 10:05",
        "text": "在比 CR-V，关心后排空间和油耗。",
        "foot": "林岚 · 电话 · 下次 11-18",
    },
    {"css": "no", "title": "无人接听", "when": "11-14 18:02", "foot": "林岚 · 约 20:00 再拨"},
    {"css": "", "title": "分配给林岚", "when": "11-12 16:31", "foot": "轮转：在手任务最少"},
)

QUEUES = (
    ("待首联", "2", "bad", "最久已等 18 分，时限 30 分"),
    ("今日到期", "9", "", "已完成 5"),
    ("已过期", "0", "zero", "没有过期任务"),
    ("待完善接待", "1", "warn", "超过 24 小时会提醒主管"),
    ("加载中", "", "", ""),
    ("没有取到", "–", "", "重试"),
)

STEPS = (
    ("done", "✓", "上传文件"),
    ("done", "✓", "对应字段"),
    ("now", "3", "预检结果"),
    ("", "4", "导入"),
    ("failed", "!", "失败"),
)


def dues() -> list[tuple[date, time | None]]:
    """Late, today with and without a time, tomorrow, this week, later, another year."""
    days = (-3, 0, 0, 1, 2, 13, 60)
    return [(TODAY + timedelta(days=n), time(15) if i == 1 else None) for i, n in enumerate(days)]


def gallery(request: HttpRequest) -> HttpResponse:
    """The page. `?theme=dark` shows it dark without remembering it."""
    context: dict[str, Any] = {
        "crumbs": [{"label": "设计"}, {"label": "组件"}],
        "today": TODAY,
        "grades": GRADES,
        "states": STATES,
        "dues": dues(),
        "rows": ROWS,
        "chips": CHIPS,
        "history": HISTORY,
        "queues": QUEUES,
        "steps": STEPS,
        "spark": (14, 11, 15, 9, 12, 16, 14),
        "stacks": [
            {"label": str(n), "values": [a, b]}
            for n, (a, b) in enumerate(((8, 4), (6, 3), (9, 5), (11, 2), (7, 4), (10, 3), (12, 6)), 14)
        ],
        "funnel": [
            {"label": label, "value": n, "note": note}
            for label, n, note in (
                ("线索", 86, ""),
                ("有效联系", 61, "71%"),
                ("到店", 24, "28%"),
                ("试驾", 17, "20%"),
            )
        ],
    }
    return render(request, "kit/gallery/page.html", context)


urlpatterns = [path("", gallery, name="gallery")]
