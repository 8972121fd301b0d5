"""What a user finds under 网销管理. Importing this package registers the pages."""

from driveline.modules.leads.pages import (
    arrival_rules,
    duplicates,
    finding,
    imports,
    leads,
    lost,
    platforms,
    records,
    tasks,
)

__all__ = [
    "arrival_rules",
    "duplicates",
    "finding",
    "imports",
    "leads",
    "lost",
    "platforms",
    "records",
    "tasks",
]
