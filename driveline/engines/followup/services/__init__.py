"""What others call: open_task, record_follow_up, supplement, plan."""

from driveline.engines.followup.services.plan import plan, plan_for
from driveline.engines.followup.services.record import record_follow_up, supplement
from driveline.engines.followup.services.tasks import open_task

__all__ = ["open_task", "plan", "plan_for", "record_follow_up", "supplement"]
