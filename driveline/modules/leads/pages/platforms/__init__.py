"""平台接入, 调用日志 and 平台异常. Importing this package registers the pages."""

from driveline.modules.leads.pages.platforms import calls, connections, faults

__all__ = ["calls", "connections", "faults"]
