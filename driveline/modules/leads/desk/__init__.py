"""What leads put on the workbench. Importing this package registers it."""

from driveline.modules.leads.desk import charts, due, figures, queues

__all__ = ["charts", "due", "figures", "queues"]
