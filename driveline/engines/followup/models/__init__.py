"""The follow-up engine's rows."""

from driveline.engines.followup.models.pursuit import Pursuit
from driveline.engines.followup.models.record import FollowUp
from driveline.engines.followup.models.task import Task, TaskMove

__all__ = ["FollowUp", "Pursuit", "Task", "TaskMove"]
