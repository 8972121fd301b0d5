"""How a store works its leads (dealer.md §9.3.3, §9.3.4, appendix B). The keys are those of appendix B."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from driveline.kit.settings import StoreSettings, setting

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

INTERVALS = _("Follow-up intervals")
RULES = _("Lead rules")
REMARKS = _("Remarks")
FIRST = _("First contact")
ESCALATION = _("Overdue")
ENTRY = _("Entry")

MODES = (("first", _("At the first follow-up")), ("after_n", _("After N follow-ups")))
DUE = (("same_day", _("The day of assignment")), ("interval", _("After the grade's interval")))
COUNTS = (("char", _("Every character but white space")), ("han", _("Chinese characters only")))
CONTACTS = (("mobile", _("A mobile number")), ("any_phone", _("Any telephone number")))


def _days(grade: str, days: int, label: _StrPromise) -> int:
    found: int = setting(
        default=days,
        label=label,
        help=_("Days between two contacts. A change counts for tasks made from then on."),
        unit=ngettext_lazy("day", "days"),
        min_value=1,
        max_value=365,
        rule="R-F-01",
        key=f"sales.grade_interval.{grade}",
        group=INTERVALS,
    )
    return found


class LeadSettings(StoreSettings, section="lead", label=_("Leads")):
    """Intervals, gates, remarks, first contact and escalation of leads."""

    interval_h: int = _days("H", 1, _("Grade H"))
    interval_a: int = _days("A", 3, _("Grade A"))
    interval_b: int = _days("B", 7, _("Grade B"))
    interval_c: int = _days("C", 15, _("Grade C"))
    interval_d: int = _days("D", 7, _("Grade D"))
    grade_edit_mode: str = setting(
        default="after_n",
        label=_("The grade may be changed"),
        choices=MODES,
        rule="§9.3.3",
        key="lead.grade_edit.mode",
        group=RULES,
    )
    grade_edit_n: int = setting(
        default=2,
        label=_("N for the grade"),
        help=_("Follow-ups that must come first, counted since the last activation."),
        unit=ngettext_lazy("time", "times"),
        min_value=1,
        max_value=99,
        rule="§9.3.3",
        key="lead.grade_edit.n",
        group=RULES,
    )
    defeat_mode: str = setting(
        default="after_n",
        label=_("A lead may be defeated"),
        choices=MODES,
        rule="§9.3.3",
        key="lead.defeat.mode",
        group=RULES,
    )
    defeat_n: int = setting(
        default=2,
        label=_("N for the defeat"),
        help=_("Follow-ups that must come first, counted since the last activation."),
        unit=ngettext_lazy("time", "times"),
        min_value=1,
        max_value=99,
        rule="§9.3.3",
        key="lead.defeat.n",
        group=RULES,
    )
    auto_defeat_enabled: bool = setting(
        default=False,
        label=_("Defeat after M follow-ups"),
        help=_("Saved as going on, the M-th follow-up becomes a defeat by the system."),
        rule="§9.3.3",
        key="lead.auto_defeat.enabled",
        group=RULES,
    )
    auto_defeat_m: int = setting(
        default=20,
        label=_("M"),
        help=_("Must be more than N."),
        unit=ngettext_lazy("time", "times"),
        min_value=2,
        max_value=999,
        rule="§9.3.3",
        key="lead.auto_defeat.m",
        group=RULES,
    )
    remark_min: int = setting(
        default=15,
        label=_("Shortest remark"),
        help=_("White space does not count. Where nobody was reached it may stay empty."),
        unit=ngettext_lazy("character", "characters"),
        min_value=0,
        max_value=200,
        rule="R-F-03",
        key="follow.remark_min.lead",
        group=REMARKS,
    )
    remark_count: str = setting(
        default="char",
        label=_("What counts"),
        choices=COUNTS,
        rule="R-F-03",
        key="follow.remark_count",
        group=REMARKS,
    )
    first_due: str = setting(
        default="same_day",
        label=_("First task after an assignment"),
        choices=DUE,
        rule="A-L-02",
        key="sales.first_due.lead",
        group=FIRST,
    )
    first_contact_limit: int = setting(
        default=30,
        label=_("First contact within"),
        help=_("Counted while the store is open, from the assignment; then the consultant is reminded."),
        unit=ngettext_lazy("working minute", "working minutes"),
        min_value=1,
        max_value=1440,
        rule="DESIGN §3a",
        key="lead.first_contact_limit",
        group=FIRST,
    )
    ladder_enabled: bool = setting(
        default=True,
        label=_("Remind when the first contact is late"),
        rule="DESIGN §3a",
        key="lead.ladder.enabled",
        group=FIRST,
    )
    ladder_superior: int = setting(
        default=2,
        label=_("Tell the superior at"),
        help=_("A multiple of the limit; 0 = never."),
        unit=ngettext_lazy("times the limit", "times the limit"),
        min_value=0,
        max_value=99,
        rule="DESIGN §3a",
        key="lead.ladder.superior",
        group=FIRST,
    )
    ladder_queue_enabled: bool = setting(
        default=False,
        label=_("Take it back into the assign queue"),
        rule="DESIGN §3a",
        key="lead.ladder.queue_enabled",
        group=FIRST,
    )
    ladder_queue: int = setting(
        default=4,
        label=_("Take it back at"),
        unit=ngettext_lazy("times the limit", "times the limit"),
        min_value=1,
        max_value=99,
        rule="DESIGN §3a",
        key="lead.ladder.queue",
        group=FIRST,
    )
    escalate_after: int = setting(
        default=3,
        label=_("Tell the superior of tasks overdue for"),
        help=_("0 = never."),
        unit=ngettext_lazy("day", "days"),
        min_value=0,
        max_value=365,
        rule="DESIGN §3a",
        key="lead.escalate_after",
        group=ESCALATION,
    )
    contact_rule: str = setting(
        default="mobile",
        label=_("A lead needs"),
        choices=CONTACTS,
        rule="R-G-02",
        key="lead.contact_rule",
        group=ENTRY,
    )

    def interval(self, grade: str) -> int:
        """Days between two contacts at a grade (R-F-01); AttributeError for an unknown one."""
        days: int = getattr(self, f"interval_{grade.lower()}")
        return days

    def problems(self) -> dict[str, str]:
        """What does not fit together: field → sentence (§9.3.3: M > N)."""
        if self.auto_defeat_enabled and self.auto_defeat_m <= max(self.grade_n, self.defeat_after):
            return {"auto_defeat_m": str(_("M must be more than N."))}
        return {}

    @property
    def grade_n(self) -> int:
        """Follow-ups wanted before the grade may change; 0 = at the first."""
        return self.grade_edit_n if self.grade_edit_mode == "after_n" else 0

    @property
    def defeat_after(self) -> int:
        """Follow-ups wanted before a defeat; 0 = at the first."""
        return self.defeat_n if self.defeat_mode == "after_n" else 0


class DuplicateSettings(StoreSettings, section="duplicates", label=_("Duplicate leads")):
    """What is done when a number arrives that is a lead already (dealer.md §2.6)."""

    unassigned: str = setting(
        default="pin",
        label=_("The lead waits to be assigned"),
        choices=(("pin", _("Put it on top and tell who assigns")), ("record", _("Only note it"))),
        rule="§2.6 (5)",
        key="lead.duplicate.unassigned",
    )
    active: str = setting(
        default="pull",
        label=_("The lead is being followed up"),
        help=_("An overdue follow-up stays overdue."),
        choices=(
            ("pull", _("Pull its follow-up to today and tell the consultant")),
            ("tell", _("Tell the consultant")),
            ("record", _("Only note it")),
        ),
        rule="§2.6 (6)",
        key="lead.duplicate.active",
    )
    defeated: str = setting(
        default="activate",
        label=_("The lead was defeated"),
        choices=(
            ("activate", _("Activate it: grade H, a follow-up due today, to be assigned")),
            ("record", _("Only note it")),
        ),
        rule="§2.6 (7)",
        key="lead.duplicate.defeated",
    )
