"""The follow-up rules as pure functions, over a made-up kind: the engine knows none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from driveline.engines.followup import rules
from driveline.engines.followup.choices import ChipGroup, Outcome, Result
from driveline.engines.followup.contact import Contact
from driveline.engines.followup.draft import complete
from driveline.engines.followup.models import Pursuit
from driveline.engines.followup.policy import Chip, Gate, Numbers, Policy
from driveline.kit.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 20, 14, 26, tzinfo=SHANGHAI)
TODAY = NOW.date()
NUMBERS = Numbers(
    intervals={"H": 1, "A": 3, "B": 7, "C": 15, "D": 7},
    grade_gate=Gate(2),
    defeat_gate=Gate(2),
    remark_min=15,
)
POLICY = Policy(
    kind="test",
    label="Test",
    numbers=lambda store_id, day: NUMBERS,
    exclusive_key=lambda key: None,
    chips=(
        Chip(
            code="spoke",
            label="",
            key="1",
            group=ChipGroup.REACHED,
            result=Result.CONTINUE,
            topics=("needs",),
        ),
        Chip(
            code="silent",
            label="",
            key="2",
            group=ChipGroup.NOT_REACHED,
            result=Result.EXEC_FAILED,
            reached=False,
            effective=False,
        ),
        Chip(
            code="lose",
            label="",
            key="0",
            group=ChipGroup.CLOSING,
            result=Result.NO_INTENT,
            topics=("needs",),
            outcome=Outcome.LOSE,
        ),
    ),
    view_permission="v",
    record_permission="r",
    task_permission="t",
    assign_permission="a",
    reassign_permission="m",
    row_url=str,
    tasks_url="",
    queue_url="",
)
REASONS = {"product": frozenset({"price"})}
LONG = "客户说周末带家人来看车,想要白色顶配"


def pursuit(done: int = 2, grade: str = "A") -> Pursuit:
    return Pursuit(kind="test", grade=grade, cycle_follow_count=done)


def draft(
    done: int = 2, numbers: Numbers = NUMBERS, free: bool = False, policy: Policy = POLICY, **given: object
):
    contact = Contact(**{"chip": "spoke", "remark": LONG, **given})
    return complete(policy, numbers, pursuit(done), contact, NOW, free=free, reasons=REASONS)


def refusal(**given: object) -> Invalid:
    with pytest.raises(Invalid) as refused:
        draft(**given)
    return refused.value


@pytest.mark.parametrize(
    ("text", "han_only", "length"),
    [
        ("  客 户\n说 ", False, 3),
        ("abc 123,。", False, 8),
        ("客户 abc", True, 2),
        ("", False, 0),
        ("　", False, 0),
    ],
)
def test_rf03_white_space_never_counts(text: str, han_only: bool, length: int):
    assert rules.remark_length(text, han_only=han_only) == length


def test_rf03_a_short_remark_is_refused_with_how_much_is_missing():
    error = refusal(remark="客户 说周末")
    assert (list(error.errors), error.rule) == (["remark"], "R-F-03")
    assert "10" in error.errors["remark"][0]


def test_rf03_only_chinese_characters_may_be_wanted():
    assert refusal(remark="a" * 20, numbers=replace(NUMBERS, han_only=True)).rule == "R-F-03"
    assert draft(remark="字" * 15, numbers=replace(NUMBERS, han_only=True)).remark == "字" * 15


def test_rf03_nobody_reached_needs_no_remark_and_a_remark_has_a_limit():
    assert draft(chip="silent", remark="").effective is False
    assert list(refusal(remark="字" * 501).errors) == ["remark"]


def test_rf04_the_next_date_counts_from_the_day_of_the_contact_by_the_new_grade():
    assert draft().next_date == TODAY + dt.timedelta(days=3)
    assert draft(grade="C").next_date == TODAY + dt.timedelta(days=15)


def test_rf05_earlier_is_possible_later_only_for_who_may_reassign():
    assert draft(next_date=TODAY + dt.timedelta(days=1)).next_date == TODAY + dt.timedelta(days=1)
    late = TODAY + dt.timedelta(days=4)
    refused = refusal(next_date=late)
    assert refused.rule == "R-F-05"
    assert refused.errors["next_date"] == ["A 级最晚 11-23：可选这天，约定的日子写进备注，或请经理来记"]
    assert draft(next_date=late, free=True).next_date == late
    assert refusal(next_date=TODAY).rule == "R-F-05"
    assert refusal(next_date=TODAY, free=True).rule == "R-F-05"


def test_rf06_a_planned_visit_is_tomorrow_whatever_else_was_chosen():
    made = draft(plan_visit=True, next_date=TODAY + dt.timedelta(days=3))
    assert (made.next_date, made.plan_visit) == (TODAY + dt.timedelta(days=1), True)


@pytest.mark.parametrize("result", ["wrong_info", "exec_failed"])
def test_rf10_wrong_data_are_never_effective(result: str):
    made = draft(result=result, effective=True)
    assert made.effective is False
    assert len(made.notices) == 1


def test_rf11_no_intention_only_hints_at_a_defeat():
    made = draft(result="no_intent")
    assert (made.outcome, len(made.notices)) == ("continue", 1)


def test_rf13_a_contact_without_effect_still_plans_the_next():
    assert draft(effective=False).next_date == TODAY + dt.timedelta(days=3)


def test_rf15_the_gates_count_the_records_of_this_cycle():
    assert refusal(done=1, grade="B").rule == "R-F-15"
    assert draft(done=2, grade="B").grade == "B"
    lost = {"chip": "lose", "defeat_category": "product", "defeat_reason": "price"}
    assert list(refusal(done=1, **lost).errors) == ["outcome"]
    assert draft(done=2, **lost).outcome == "lose"


def test_a_defeat_needs_category_and_a_reason_of_it():
    assert list(refusal(chip="lose").errors) == ["defeat_category", "defeat_reason"]
    assert list(refusal(chip="lose", defeat_category="product", defeat_reason="other").errors) == [
        "defeat_reason"
    ]


def test_rf18_no_task_is_planned_when_the_last_day_is_over():
    ends_today = replace(POLICY, due_limit=lambda row, today: today)
    assert draft(policy=ends_today).next_date is None
    ends_soon = replace(POLICY, due_limit=lambda row, today: today + dt.timedelta(days=2))
    assert draft(policy=ends_soon).next_date == TODAY + dt.timedelta(days=2)


def test_nobody_reached_may_be_tried_again_the_same_day():
    made = draft(chip="silent", remark="", next_date=TODAY, next_time=dt.time(18, 0))
    assert (made.next_date, made.next_time) == (TODAY, dt.time(18, 0))
    assert list(refusal(chip="silent", remark="", next_date=TODAY).errors) == ["next_time"]
    assert list(refusal(chip="silent", remark="", next_date=TODAY, next_time=dt.time(9, 0)).errors) == [
        "next_time"
    ]
    assert draft(chip="silent", remark="").next_date == TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("time", "codes"),
    [
        ("14:26", ["two_hours", "evening", "tomorrow"]),
        ("16:00", ["two_hours", "tomorrow"]),
        ("19:10", ["two_hours", "tomorrow"]),
        ("22:30", ["tomorrow"]),
    ],
)
def test_retries_are_offered_while_they_are_still_today(time: str, codes: list[str]):
    now = dt.datetime.combine(TODAY, dt.time.fromisoformat(time), SHANGHAI)
    assert [one.code for one in rules.retries(now)] == codes


def test_the_two_hours_are_rounded_to_five_minutes():
    assert rules.retries(NOW)[0].time == dt.time(16, 30)


def test_the_arithmetic_names_every_term():
    span = rules.window(POLICY, NUMBERS, pursuit(), "A", TODAY)
    sentence = rules.arithmetic(POLICY, NUMBERS, span, "A", TODAY)
    assert "11-20" in sentence
    assert "11-23" in sentence


def test_auto_defeat_comes_with_the_last_follow_up_only():
    numbers = replace(NUMBERS, auto_defeat_at=20)
    assert draft(done=18, numbers=numbers).auto_defeat is False
    last = draft(done=19, numbers=numbers)
    assert (last.auto_defeat, last.next_date) == (True, None)
    lost = {"chip": "lose", "defeat_category": "product", "defeat_reason": "price"}
    assert draft(done=19, numbers=numbers, **lost).auto_defeat is False


def test_the_calendar_says_which_days_it_has_and_what_to_do_about_a_later_one():
    def note(days: int, *, free: bool = False) -> str:
        span = rules.Window(TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=days))
        return rules.range_note(span, free=free)

    assert note(3) == "可选明天至 11-23；约在更晚的，日子写进备注，或请经理来排"
    assert note(1) == "只能选明天；约在更晚的，日子写进备注，或请经理来排"
    assert note(366, free=True) == "从明天起都可以选，不受级别间隔限制"
    assert note(0) == "没有可选的日期，不再排下一次任务"


def test_words_that_are_no_choice_are_refused():
    assert list(refusal(method="telepathy").errors) == ["method"]
    assert list(refusal(topics=("weather",)).errors) == ["topics"]
    assert list(refusal(grade="Z").errors) == ["grade"]
    assert list(refusal(chip="nothing").errors) == ["chip", "result", "topics"]
    assert list(refusal(outcome="won").errors) == ["outcome"]
