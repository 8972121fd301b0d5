"""What a user finds under 网销管理. Importing this package registers the pages."""

from driveline.modules.leads.pages import finding, leads, lost, platforms, records, tasks

__all__ = ["finding", "leads", "lost", "platforms", "records", "tasks"]
