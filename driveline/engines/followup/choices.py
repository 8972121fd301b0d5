"""The engine's fixed vocabulary. What users maintain (sources, reasons) lives in the dictionaries."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Phase(models.TextChoices):
    """Where a pursuit stands (dealer.md §12.3). Pages show the kind's own label for it."""

    UNASSIGNED = "unassigned", _("To assign")
    ACTIVE = "active", _("Following up")
    REVIEW = "review", _("Defeat in review")
    WON = "won", _("Won")
    LOST = "lost", _("Defeated")
    CLOSED = "closed", _("Void")


OPEN_PHASES = (Phase.UNASSIGNED, Phase.ACTIVE, Phase.REVIEW)


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class TaskOrigin(models.TextChoices):
    """Why a task exists or was moved."""

    ASSIGN = "assign", _("Assignment")
    RECORD = "record", _("Follow-up")
    RETRY = "retry", _("Not reached, try again")
    PULL = "pull", _("Asked again")
    ACTIVATE = "activate", _("Activation")
    REVIEW = "review", _("Defeat review")
    REPAIR = "repair", _("Repaired by the nightly check")
    UNDO = "undo", _("Undo")
    HANDOVER = "handover", _("Hand-over")
    ESCALATION = "escalation", _("Escalation")


class Grade(models.TextChoices):
    """Intention grade, hot to cold (appendix A)."""

    H = "H", pgettext_lazy("grade", "H")
    A = "A", pgettext_lazy("grade", "A")
    B = "B", pgettext_lazy("grade", "B")
    C = "C", pgettext_lazy("grade", "C")
    D = "D", pgettext_lazy("grade", "D")


class Method(models.TextChoices):
    """How the customer was contacted (appendix A)."""

    VISIT_OUT = "visit_out", _("Visit")
    SHOWROOM = "showroom", _("In the showroom")
    PHONE = "phone", _("Phone call")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    MAIL = "mail", _("Brochure by post")


class Topic(models.TextChoices):
    """What the contact was about (appendix A)."""

    INVITE = "invite", _("Invitation to the store")
    VIEW_CAR = "view_car", _("Viewing a car")
    REVISIT = "revisit", _("Showroom again")
    TRADE_IN = "trade_in", _("Trade-in")
    NEEDS = "needs", _("Needs")
    INTRODUCE = "introduce", _("Presenting the car")
    NEGOTIATE = "negotiate", _("Price talk")


class Result(models.TextChoices):
    """跟进结果 (appendix A)."""

    MAINTAIN = "maintain", _("Customer data kept up")
    EXEC_FAILED = "exec_failed", _("Could not be carried out")
    POSTPONE = "postpone", _("Postponed")
    NEW_INFO = "new_info", _("New customer data")
    NO_INTENT = "no_intent", _("No intention")
    GIVE_UP = "give_up", _("Given up")
    WRONG_INFO = "wrong_info", _("Wrong data")
    DONE = "done", _("Completed")
    CONTINUE = "continue", _("Keep following up")


class NextTopic(models.TextChoices):
    """What the next contact is for (appendix A)."""

    REVISIT = "revisit", _("Showroom again")
    BOOK_VIEW = "book_view", _("Book a viewing")
    TEST_DRIVE = "test_drive", _("Test drive")
    DEPOSIT = "deposit", _("Deposit")
    DELIVERY = "delivery", _("Delivery")
    ROUTINE = "routine", _("Routine follow-up")


class Outcome(models.TextChoices):
    """What a record does to its pursuit."""

    CONTINUE = "continue", _("Goes on")
    LOSE = "lose", _("Defeated")
    SUPPLEMENT = "supplement", _("Supplementary record")


class ChipGroup(models.TextChoices):
    """The rows of outcome chips in the follow-up form."""

    REACHED = "reached", _("Reached")
    NOT_REACHED = "not_reached", _("Not reached")
    CLOSING = "closing", _("Closing")


class Action(models.TextChoices):
    """What a line of the transition log says happened."""

    CREATE = "create", _("Entered")
    ASSIGN = "assign", _("Assigned")
    REASSIGN = "reassign", _("Handed to somebody else")
    RELEASE = "release", _("Back to the assign queue")
    HANDOVER = "handover", _("Handed over")
    LOSE = "lose", _("Defeated")
    AUTO_LOSE = "auto_lose", _("Defeated by the system")
    VOID = "void", _("Made void")
    ACTIVATE = "activate", _("Activated")
    UNDO = "undo", _("Undone")
    REPAIR = "repair", _("Next task repaired")
