"""What a user finds under 系统设置. Importing this package registers the pages."""

from driveline.modules.setup.pages import (
    audit,
    catalogue,
    dictionaries,
    roles,
    settings,
    tokens,
    units,
    users,
)

__all__ = ["audit", "catalogue", "dictionaries", "roles", "settings", "tokens", "units", "users"]
