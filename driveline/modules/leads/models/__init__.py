from driveline.modules.leads.models.lead import Lead
from driveline.modules.leads.models.platform import (
    CallOutcome,
    PlatformCall,
    PlatformConnection,
    PlatformPoll,
)

__all__ = ["CallOutcome", "Lead", "PlatformCall", "PlatformConnection", "PlatformPoll"]
