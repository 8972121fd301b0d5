"""批量导入 and 导入记录: the list of imports, and the steps by which a file becomes leads."""

from driveline.modules.leads.pages.imports import kept, listing

__all__ = ["kept", "listing"]
